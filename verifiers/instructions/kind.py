"""Kind: one row of the table of instructions; Example: what its writer makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from r1.verifiers.instructions.response import Check
from r1.verifiers.verdict import TruthError


@dataclass(frozen=True)
class Example:
    """A written answer.

    Attributes:
        options: the arguments of the instruction.
        good: a text that follows it.
        bad: mutations of ``good`` that do not follow it.
    """

    options: Mapping[str, Any]
    good: str
    bad: tuple[str, ...]


Writer = Callable[[Random], Example]

Types = type | tuple[type, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of instruction.

    Attributes:
        check: why a response does not follow the instruction, or "".
        write: an example for a source of chance.
        parameters: the required arguments and their types.
    """

    check: Check
    write: Writer
    parameters: Mapping[str, Types] = field(default_factory=dict)

    def validate(self, options: Mapping[str, Any]) -> None:
        """Raises `TruthError` if a required argument is missing or of another type; a number may not be negative."""
        for name, types in self.parameters.items():
            found = options.get(name)
            is_bad = not isinstance(found, types) or isinstance(found, bool) or found in ("", [], {})
            if is_bad or (isinstance(found, int | float) and found < 0):
                wanted = " or ".join(one.__name__ for one in (types if isinstance(types, tuple) else (types,)))
                raise TruthError(f"{name}: expected {wanted}, got {found!r}")
