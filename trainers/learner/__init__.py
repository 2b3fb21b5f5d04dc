"""Learner: samples and their rewards become a gradient and a step."""
