"""Domains: one file for each kind of environment, which says how its answers are judged."""
