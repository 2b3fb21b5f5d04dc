"""Policy: the model as a distribution over tokens."""
