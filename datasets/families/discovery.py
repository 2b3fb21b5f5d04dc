"""Discovery: the families of a domain, found among the files of its room."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil

from r1.datasets.family import Family

FAMILIES = __name__.rpartition(".")[0]


@functools.cache
def families_of(domain: str) -> dict[str, Family]:
    """The families of a domain by name, in alphabetical order; empty for a domain without a room here."""
    room = importlib.util.find_spec(f"{FAMILIES}.{domain}")
    if room is None or room.submodule_search_locations is None:
        return {}
    modules = pkgutil.walk_packages(room.submodule_search_locations, f"{room.name}.")
    files = [module.name for module in modules if not module.ispkg and "._" not in module.name]
    families = [importlib.import_module(name).FAMILY for name in files]
    return {family.name: family for family in sorted(families, key=lambda family: family.name)}
