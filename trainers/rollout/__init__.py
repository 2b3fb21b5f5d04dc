"""Rollout: the engines that sample completions from the policy, and the episodes made of them."""
