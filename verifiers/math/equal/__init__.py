"""Equal: decides whether two trees are the same answer."""
