"""Learner: samples and their rewards become a gradient and an optimizer step."""
