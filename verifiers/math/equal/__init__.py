"""Equal: whether two trees mean the same answer."""
