"""Backends: one module for each way to run programs. Imports nothing: the launcher runs without the package."""
