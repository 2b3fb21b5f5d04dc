"""Backends: one file for each way to make a box."""
