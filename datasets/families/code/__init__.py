"""Families of code tasks; modules with an underscore help them."""
