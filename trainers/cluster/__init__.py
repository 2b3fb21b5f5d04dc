"""Cluster: learner ranks and rollout engines on Ray."""
