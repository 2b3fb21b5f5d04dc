"""Strict JSON (RFC 8259): no duplicate keys, no NaN or infinity, no lone surrogates, limited depth and digits."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from r1.verifiers.structure.limits import MAX_DIGITS, MAX_VALUES, Malformed, check_size

_SURROGATE = re.compile("[\ud800-\udfff]")
_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)


def read_json(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        Malformed: the text is not JSON or exceeds the limits.
    """
    hooks = _Hooks()
    try:
        value = json.loads(
            text,
            object_pairs_hook=hooks.object,
            parse_constant=_no_constant,
            parse_float=hooks.float,
            parse_int=_int if _has_long_digits(text) else None,
        )
    except RecursionError:
        raise Malformed("nested too deep") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    check_size(value)
    if ("\\u" in text or _SURROGATE.search(text)) and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise Malformed("a lone surrogate in a string")
    return value


class _Hooks:
    """The decoder's callbacks. They are the slow part of parsing, so they count their calls and stop early."""

    def __init__(self) -> None:
        self.calls = 0

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._count()
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Malformed("an object has the same key twice")
        return found

    def float(self, literal: str) -> float:
        self._count()
        if len(literal) > MAX_DIGITS and sum(map(str.isdigit, literal)) > MAX_DIGITS:
            raise Malformed(f"a number of more than {MAX_DIGITS} digits")
        value = float(literal)
        if math.isinf(value):
            raise Malformed("a number beyond the range of a double")
        return value

    def _count(self) -> None:
        self.calls += 1
        if self.calls > MAX_VALUES:
            raise Malformed(f"more than {MAX_VALUES} values")


def _no_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON")


def _int(literal: str) -> int:
    if len(literal.lstrip("-")) > MAX_DIGITS:
        raise Malformed(f"a number of more than {MAX_DIGITS} digits")
    return int(literal)


def _has_long_digits(text: str) -> bool:
    """Whether the text has a run of too many digits, inside strings or out; only then is each integer checked."""
    if len(text) <= MAX_DIGITS:
        return False
    return b"0" * (MAX_DIGITS + 1) in text.encode("utf-8", "surrogatepass").translate(_TO_ZERO)
