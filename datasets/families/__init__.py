"""Procedural task families, one file each."""
