"""Opaque: what stands for a result that is no data, once it has left the box of its program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from r1.verifiers.code.box.values import Undecodable, decode


class Opaque:
    """A result that is no data. It equals nothing, itself included."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.name} object>"


class Walked(Opaque):
    """One of Python's own things that can only be walked through: a generator, ``map`` ... Its items are data."""

    def __init__(self, name: str, items: list[Any]) -> None:
        super().__init__(name)
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


def opaque(tag: str, content: Any) -> Any:
    """What `decode` is to make of the tag "o". Raises Undecodable for any other."""
    if tag == "o" and isinstance(content, list) and len(content) == 2 and isinstance(content[1], list):
        return Walked(str(content[0])[:80], decode(content[1], opaque))
    if tag == "o":
        return Opaque(str(content)[:80])
    raise Undecodable(f"tag {tag!r}")
