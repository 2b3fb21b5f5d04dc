"""Tiny: a policy small enough to learn on a laptop."""
