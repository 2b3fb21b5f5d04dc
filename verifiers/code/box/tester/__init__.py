"""Tester: the parts of the program that runs a task's tests against a candidate in another box; this door stays empty."""
