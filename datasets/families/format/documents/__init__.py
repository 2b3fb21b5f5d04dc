"""Families that ask for records as a document in a given format; modules with an underscore are shared parts."""
