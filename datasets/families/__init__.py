"""Procedural task families: one family a file, named ``<domain>_<family>.py`` and ending in ``FAMILY = ...``."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from r1.datasets.family import Family


@functools.cache
def families_of(domain: str) -> dict[str, Family]:
    """The families of one domain by name, in alphabetical order (``math`` -> arithmetic, equation, ...)."""
    found: dict[str, Family] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        if module.name.startswith(f"{domain}_"):
            family = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FAMILY", None)
            if family is not None:
                found[family.name] = family
    return found
