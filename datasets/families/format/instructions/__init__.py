"""Families that ask for a text that follows verifiable instructions; modules with an underscore are shared parts."""
