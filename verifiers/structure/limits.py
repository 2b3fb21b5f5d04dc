"""Limits on the size of documents, so that no completion can stall the verifier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MAX_DEPTH = 64  # nested containers
MAX_DIGITS = 400  # in one number
MAX_VALUES = 50_000  # scalars and containers in one document
MAX_TAGS = 20_000  # opening and closing tags in one XML document
MAX_YAML_CHARS = 20_000  # YAML takes about a microsecond per character, JSON a hundredth of that


class Malformed(ValueError):
    """The text is not a document in its format; the message names the first violation."""


def check_size(value: Any) -> None:
    """Check a parsed document against the limits, one level at a time (no recursion).

    Raises:
        Malformed: it is nested too deep or has too many values.
    """
    level, depth, total = [value], 0, 0
    while level:
        total += len(level)
        if total > MAX_VALUES:
            raise Malformed(f"more than {MAX_VALUES} values")
        containers = [item for item in level if type(item) in (list, dict)]
        depth += bool(containers)
        if depth > MAX_DEPTH:
            raise Malformed(f"nested deeper than {MAX_DEPTH}")
        level = [inner for item in containers for inner in _children(item)]


def _children(container: list[Any] | dict[Any, Any]) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container
