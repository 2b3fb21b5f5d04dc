"""Trainers: each module is a script (`python trainers/grpo.py`) and importable as `r1.trainers.*`."""
