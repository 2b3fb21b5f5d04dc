"""Trainers: one training step is sample, judge, compare, learn. ``python trainers/grpo.py`` runs it; see docs/trainer.md."""
