"""Families of math tasks."""
