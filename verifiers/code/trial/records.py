"""Records: what comes back from a box, as lines that a driver marked with its nonce and as the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from r1.sandbox.protocol import Outcome
from r1.verifiers.code.box.values import encode
from r1.verifiers.code.fate import Fate
from r1.verifiers.verdict import TruthError


def records_in(stdout: bytes, nonce: str, read: Callable[[str], Any]) -> dict[str, Any]:
    """The records in a driver's output by their number. The last of a number counts; other lines do not."""
    found: dict[str, Any] = {}
    mark = nonce.encode() + b" "
    for line in stdout.split(b"\n"):
        if line.startswith(mark):
            _, _, rest = line.partition(b" ")
            number, _, body = rest.partition(b" ")
            try:
                found[number.decode("ascii", "replace")] = read(body.decode())
            except (ValueError, RecursionError):
                continue
    return found


def as_data(value: Any) -> Any:
    """An argument in the encoding of `box/values.py`. Raises TruthError if it is not data."""

    def refuse(x: Any) -> Any:
        raise TruthError(f"an argument that is not data: {x!r}"[:200])

    return encode(value, refuse)


def end_of(outcome: Outcome) -> dict[str, Any]:
    """The detail of a test whose run gave no result."""
    return {"stderr": outcome.stderr, "exit": outcome.exit_code, "signal": outcome.signal}


def fate_of_load(error: list[Any]) -> Fate:
    """The fate of a program that raised while it was loaded, from its driver's [exception name, message, line]."""
    return Fate.COMPILE if error[0] in ("SyntaxError", "IndentationError", "TabError") else Fate.ERROR
