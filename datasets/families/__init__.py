"""Procedural task families: a room a domain, a file a family, which ends in ``FAMILY = ...``."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil

from r1.datasets.family import Family


@functools.cache
def families_of(domain: str) -> dict[str, Family]:
    """The families of one domain by name, in alphabetical order (``math`` -> arithmetic, equation, ...); none for a domain
    that has no room here."""
    if importlib.util.find_spec(f"{__name__}.{domain}") is None:
        return {}
    room = importlib.import_module(f"{__name__}.{domain}")
    names = [module.name for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}.") if not module.ispkg]
    files = [name for name in names if not name.rpartition(".")[2].startswith("_")]
    families = [importlib.import_module(name).FAMILY for name in files]
    return {family.name: family for family in sorted(families, key=lambda family: family.name)}
