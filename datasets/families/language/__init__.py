"""Families of tasks that ask for thoughts in a given language; modules with an underscore are shared parts."""
