"""Compare: a program's output or result with the expected one, in a process that never ran the program."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

Rule = str | Mapping[str, float]
"""How to compare: ``"tokens"``, ``"lines"``, ``"exact"``, ``"python"``, ``"unordered"`` or ``{"float": tolerance}``."""

_DECIMAL = re.compile(rb"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?\Z")
_INTEGER = re.compile(rb"[+-]?[0-9]+\Z")
_EXACT_FLOAT = 2.0**53


def same_output(got: bytes, expected: bytes, rule: Rule = "tokens") -> bool:
    """Whether a program's output is the expected one.

    ``tokens`` (default): the sequences of tokens between ASCII white space are equal.
    ``lines``: the lines are equal after trailing white space and blank lines at the end are dropped.
    ``exact``: byte for byte. ``{"float": tol}``: as tokens, but a number may be off by ``tol``, absolute or relative.
    Only plain finite ASCII decimals are numbers, and an expected integer does not match another integer.
    """
    if rule == "exact":
        return got == expected
    if rule == "lines":
        return _lines(got) == _lines(expected)
    got_tokens, expected_tokens = got.split(), expected.split()
    if rule == "tokens":
        return got_tokens == expected_tokens
    tolerance = _tolerance(rule)
    return len(got_tokens) == len(expected_tokens) and all(
        a == b or _near(a, b, tolerance) for a, b in zip(got_tokens, expected_tokens, strict=True)
    )


def same_value(got: Any, expected: Any, rule: Rule = "exact", tuples_are_lists: bool = True) -> bool:
    """Whether a decoded result is the expected value. Both are plain built-in data, so ``==`` runs no candidate code.

    ``exact`` (default): types must agree (True is not 1, 3.0 is not 3, but an int may stand for an equal float); NaN
    equals nothing. ``python``: Python's own ``==``, as assert statements compare. ``unordered``: exact,
    but the outermost list is a multiset. ``{"float": tol}``: exact, but floats may be off by ``tol``.

    Args:
        tuples_are_lists: accept a tuple of the same items for an expected list (JSON has no tuples).
    """
    if rule == "python":
        return bool(_listed(got) == _listed(expected)) if tuples_are_lists else bool(got == expected)
    if rule == "unordered":
        if not isinstance(got, (list, tuple)) or not isinstance(expected, (list, tuple)) or len(got) != len(expected):
            return False
        return _same_items(list(got), list(expected), tuples_are_lists)
    tolerance = 0.0 if rule == "exact" else _tolerance(rule)
    return _same(got, expected, tolerance, tuples_are_lists)


def check_rule(rule: Any, known: tuple[str, ...]) -> Rule:
    """The rule itself. Raises ValueError if it is neither in ``known`` nor a positive float tolerance."""
    if rule in known:
        return str(rule)
    if isinstance(rule, Mapping) and set(rule) == {"float"} and 0 < float(rule["float"]) < math.inf:
        return {"float": float(rule["float"])}
    raise ValueError(f"compare {rule!r}: expected one of: {', '.join(known)}, {{'float': 1e-6}}")


def _same(got: Any, expected: Any, tolerance: float, tuples_are_lists: bool) -> bool:
    kind = dict if isinstance(expected, dict) else type(expected)
    if kind is float:
        if type(got) not in (int, float):
            return False
        return bool(got == expected) or (tolerance > 0 and _close(got, expected, tolerance))
    if isinstance(got, dict):
        got = dict(got)  # from a Counter, a defaultdict ...
    if kind is list and tuples_are_lists and type(got) is tuple:
        got = list(got)
    if type(got) is not kind:
        return False
    if kind in (list, tuple):
        return len(got) == len(expected) and all(
            _same(a, b, tolerance, tuples_are_lists) for a, b in zip(got, expected, strict=True)
        )
    if kind is dict:
        return _keys(got) == _keys(expected) and all(
            _same(got[key], value, tolerance, tuples_are_lists) for key, value in expected.items()
        )
    if kind in (set, frozenset):
        return _keys(got) == _keys(expected)
    return bool(got == expected)


def _keys(items: Any) -> set[tuple[type, Any]]:
    """Keys or members, each with its type: {1} is not {True}."""
    return {(type(item), item) for item in items}


def _close(a: float, b: float, tolerance: float) -> bool:
    try:
        return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
    except OverflowError:  # an int beyond any float
        return False


def _listed(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return value


def _same_items(got: list[Any], expected: list[Any], tuples_are_lists: bool) -> bool:
    """Whether the items can be paired so that each pair is equal. Equal items share a key, and so a pool."""
    pools: dict[str, list[Any]] = {}
    for item in got:
        pools.setdefault(_key(item), []).append(item)
    # An int may take the place of an equal float, so the expected items without floats choose first.
    for item in sorted(expected, key=_has_float):
        pool = pools.get(_key(item), [])
        at = next((n for n in reversed(range(len(pool))) if _same(pool[n], item, 0.0, tuples_are_lists)), None)
        if at is None:
            return False
        pool.pop(at)
    return True


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, [*value, *value.values()]))
    return any(map(_has_float, value)) if isinstance(value, (list, tuple, set, frozenset)) else isinstance(value, float)


def _key(value: Any) -> str:
    """A key that equal values share: also 1 and 1.0, lists and tuples, dicts and sets in any order."""
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_key, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(sorted(f'{_key(key)}:{_key(item)}' for key, item in value.items()))}}}"
    if isinstance(value, (set, frozenset)):
        return f"<{','.join(sorted(map(_key, value)))}>"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{type(value).__name__} {hex(value) if isinstance(value, int) else repr(value)}"


def _lines(text: bytes) -> list[bytes]:
    lines = [line.rstrip() for line in text.replace(b"\r\n", b"\n").split(b"\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _tolerance(rule: Rule) -> float:
    assert isinstance(rule, Mapping)
    return float(rule["float"])


def _near(got: bytes, expected: bytes, tolerance: float) -> bool:
    """Whether two different tokens are the same number up to ``tolerance``."""
    if not (_DECIMAL.match(got) and _DECIMAL.match(expected)):
        return False
    if _INTEGER.match(expected):
        if _INTEGER.match(got):
            return _digits(got) == _digits(expected)
        # 3.0000 equals 3, but an integer has no relative tolerance: 1e16 is not 10000000000000001
        number = float(got)
        return abs(number) < _EXACT_FLOAT and abs(number - float(expected)) <= tolerance
    a, b = float(got), float(expected)
    return math.isfinite(a) and math.isfinite(b) and math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)


def _digits(token: bytes) -> bytes:
    """An integer in canonical form, without `int`, which rejects thousands of digits."""
    digits = token.lstrip(b"+-").lstrip(b"0")
    return b"-" + digits if token[:1] == b"-" and digits else digits
