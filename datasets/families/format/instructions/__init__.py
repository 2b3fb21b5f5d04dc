"""Families that ask for a text under verifiable instructions; modules with an underscore help them."""
