"""Families of procedural tasks: a room for each domain, a file for each family, which ends in ``FAMILY = ...``."""

from r1.datasets.families.discovery import families_of

__all__ = ["families_of"]
