"""Families of code tasks; modules with an underscore are shared parts."""
