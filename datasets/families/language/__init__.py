"""Families of tasks to be thought through in a stated language; modules with an underscore help them."""
