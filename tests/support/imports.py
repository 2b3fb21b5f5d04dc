"""Which of our modules imports which, read from the source: lazy imports and those for type checkers included."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from shared_data import ROOT

HOUSE = ("datasets", "envs", "sandbox", "trainers", "verifiers")


def name_of(path: Path) -> str:
    """The module's name inside the package: ``verifiers/math/__init__.py`` is ``verifiers.math``, an adapter ``front.trl``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[:2] == ("envs", "_r1") and parts != ("envs", "_r1", "__init__"):
        parts = ("front", *parts[2:])
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Every module of the five folders by its name; the front door ``r1`` is ``envs._r1``, and ``r1.trl`` is ``front.trl``."""
    return {name_of(path): path for folder in HOUSE for path in sorted((ROOT / folder).rglob("*.py"))}


def imported_names(path: Path) -> set[str]:
    """Every absolute name that a file imports, wherever in the file the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; write r1.…"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def module_of(name: str) -> str | None:
    """The module of ours that an imported name means: itself, or the module that defines it."""
    if name == "r1" or not name.startswith("r1."):
        return "envs._r1" if name == "r1" else None
    inner = name.removeprefix("r1.")
    for candidate in (inner, inner.rpartition(".")[0], f"front.{inner}", f"front.{inner.rpartition('.')[0]}"):
        if candidate in modules():
            return candidate
    return "envs._r1"  # a name of the front door


@cache
def edges() -> dict[str, frozenset[str]]:
    """For each module the modules that it imports, itself left out."""
    found = {}
    for module, path in modules().items():
        targets = {module_of(name) for name in imported_names(path)} - {None, module}
        found[module] = frozenset(str(target) for target in targets)
    return found


def reachable(start: Iterable[str], graph: Mapping[str, frozenset[str]], inside: str = "") -> set[str]:
    """``start`` and all that can be reached from it through modules of the package ``inside`` (by default: any)."""
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for target in graph.get(waiting.pop(), frozenset()) - seen:
            if not inside or f"{target}.".startswith(f"{inside}."):
                seen.add(target)
                waiting.append(target)
    return seen


def circles(graph: Mapping[str, frozenset[str]]) -> Iterator[list[str]]:
    """The groups of modules that import each other in a circle of any length (strongly connected components)."""
    closure = {module: reachable(graph[module], graph) for module in graph}
    met: set[str] = set()
    for module in graph:
        group = sorted(other for other in closure[module] if module in closure.get(other, ()))
        if module in closure[module] and module not in met:
            met.update(group)
            yield group
