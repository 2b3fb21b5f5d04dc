"""Limits of structured output: how deep, how long and how many, so that no completion can stall the judge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MAX_DEPTH = 64  # containers inside each other
MAX_DIGITS = 400  # of one number
MAX_VALUES = 50_000  # scalars and containers of one document
MAX_TAGS = 20_000  # of one XML document, opening and closing ones
MAX_YAML_CHARS = 20_000  # YAML is the slow one: about a microsecond a character, where JSON takes a hundredth


class Malformed(ValueError):
    """The text is not a document of its format; the message says where it stops being one."""


def check_size(value: Any) -> None:
    """Hold a parsed document to the limits, layer by layer (no recursion).

    Raises:
        Malformed: too deep or too many values.
    """
    layer, depth, total = [value], 0, 0
    while layer:
        total += len(layer)
        if total > MAX_VALUES:
            raise Malformed(f"more than {MAX_VALUES} values")
        containers = [item for item in layer if type(item) in (list, dict)]
        depth += bool(containers)
        if depth > MAX_DEPTH:
            raise Malformed(f"nested deeper than {MAX_DEPTH}")
        layer = [inner for item in containers for inner in _children(item)]


def _children(container: list[Any] | dict[Any, Any]) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container
