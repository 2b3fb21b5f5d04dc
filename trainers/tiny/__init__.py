"""Tiny: a policy small enough to train on a laptop, and its cold start."""
