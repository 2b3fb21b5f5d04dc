"""Opaque: stand-ins for results that are not data, once they have left the box of their program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from r1.verifiers.code.box.values import Undecodable, decode


class Opaque:
    """A result that is not data. It equals nothing, not even itself."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.name} object>"


class Walked(Opaque):
    """A built-in iterator, such as a generator or ``map``. It equals nothing, but its items are data."""

    def __init__(self, name: str, items: list[Any]) -> None:
        super().__init__(name)
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


def opaque(tag: str, content: Any) -> Any:
    """The stand-in for the tag "o", for use as `decode`'s ``special``. Raises Undecodable for any other tag."""
    if tag == "o" and isinstance(content, list) and len(content) == 2 and isinstance(content[1], list):
        return Walked(str(content[0])[:80], decode(content[1], opaque))
    if tag == "o":
        return Opaque(str(content)[:80])
    raise Undecodable(f"tag {tag!r}")
