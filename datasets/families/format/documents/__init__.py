"""Families that ask for records as a document of a stated format; modules with an underscore help them."""
