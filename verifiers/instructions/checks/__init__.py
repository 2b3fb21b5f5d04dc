"""Checks: one small function for each kind of instruction; it returns why the instruction was not followed."""
