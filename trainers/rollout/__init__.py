"""Rollout: who draws samples from the policy, and how episodes are completed."""
