"""Properties: what the seen values of an argument may have in common, such as a range, an order or an alphabet."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Args = tuple[Any, ...]
FAR = 10**15  # beyond this, numbers are neither searched for primes nor derived
_ROOM = 3  # a container or text may be this much longer than any that was seen
_CLASSES = (str.islower, str.isupper, str.isdigit)
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}


def is_true(holds: Callable[[Any], Any], value: Any) -> bool:
    """Whether the value has the property; a property that cannot be checked on it does not hold."""
    try:
        return bool(holds(value))
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError):
        return False


def shared_properties(values: Sequence[Any]) -> list[Callable[[Any], Any]]:
    """The properties that all ``values`` of one place have."""
    kinds = {type(value) for value in values}
    found: list[Callable[[Any], Any]] = [lambda x: type(x) in kinds]
    if kinds <= {int, float}:
        low, high = min(values), max(values)
        # Allow one more on each side unless the sign would change: 2 if the least is 3, but not 0 if it is 1.
        low, high = (low - 1 if low > 1 or low < 0 else low), (high + 1 if high >= 0 or high < -1 else high)
        found.append(lambda x: low <= x <= high)
        below = {x for x in values if x < 0}
        if len(below) == 1 and len(set(values)) > 3:  # a single negative value does not make others valid
            found.append(lambda x: x >= 0 or x in below)
    if kinds <= {str, list, tuple, set, dict, frozenset}:
        short, long = min(map(len, values)), max(map(len, values)) + _ROOM
        varied = len(set(map(len, values))) > 1
        short = 1 if short > 1 and varied else short - 1 if short > 1 else short
        found.append(lambda x: short <= len(x) <= long)
    if kinds == {str}:
        found.append(_alphabet(values))
    return found + [holds for holds in _SHAPES if all(is_true(holds, value) for value in values)]


def _alphabet(texts: Sequence[str]) -> Callable[[str], bool]:
    """Texts of the letters in ``texts``; if three letters of a class occur there, all ASCII letters of the class."""
    seen = set("".join(texts))
    classes = [same for same in _CLASSES if sum(map(same, seen)) >= 3]
    return lambda text: all(c in seen or (c.isascii() and any(same(c) for same in classes)) for c in text)


def _balanced(text: str) -> bool:
    """Whether brackets close in order, as in any text without brackets."""
    open_: list[str] = []
    for char in text:
        if char in _BRACKETS.values():
            open_.append(char)
        elif char in _BRACKETS and (not open_ or open_.pop() != _BRACKETS[char]):
            return False
    return not open_


def _has_prime(items: Sequence[int]) -> bool:
    return any(
        type(x) is int and 1 < x < FAR and all(x % d for d in range(2, min(math.isqrt(x), 10**4) + 1)) for x in items
    )


def _rising(items: Sequence[Any]) -> bool:
    return list(items) == sorted(items)


_SHAPES: tuple[Callable[[Any], Any], ...] = (
    lambda x: isinstance(x, (list, tuple)) and _rising(x),
    lambda x: isinstance(x, (list, tuple)) and _rising(list(x)[::-1]),
    lambda x: isinstance(x, (list, tuple)) and len({repr(item) for item in x}) == len(x),
    lambda x: isinstance(x, (list, tuple)) and len({len(row) for row in x}) <= 1,
    lambda x: isinstance(x, (list, tuple)) and all(len(row) == len(x) for row in x),
    lambda x: (
        isinstance(x, (list, tuple)) and sorted(item for row in x for item in row) == list(range(1, len(x) ** 2 + 1))
    ),
    lambda x: isinstance(x, (list, tuple)) and len(x) % 2 == 0,
    lambda x: isinstance(x, (list, tuple)) and len(x) % 2 == 1,
    lambda x: isinstance(x, (list, tuple)) and len({type(item) for item in x}) <= 1,
    lambda x: isinstance(x, (list, tuple)) and x[0] <= x[1],
    lambda x: isinstance(x, (list, tuple)) and x[-1] != 0,
    lambda x: isinstance(x, (list, tuple)) and _has_prime(x),
    lambda x: isinstance(x, str) and _balanced(x),
    lambda x: isinstance(x, str) and x == x.strip() and "  " not in x,
    lambda x: isinstance(x, str) and x.isdigit(),
    lambda x: isinstance(x, str) and x == x.lower(),
    lambda x: isinstance(x, str) and float(x.replace(",", ".")) is not None,
    lambda x: isinstance(x, str) and x[0].isalpha(),
    lambda x: isinstance(x, str) and x[-1].isalnum(),
    lambda x: isinstance(x, str) and len({len(word) for word in x.split()}) <= 1,
    lambda x: isinstance(x, str) and len(set(x)) == len(x),
    lambda x: isinstance(x, str) and x.count(".") == 1,
    lambda x: isinstance(x, (int, float)) and x != 0,
    lambda x: isinstance(x, int) and x % 2 == 0,
    lambda x: isinstance(x, int) and x % 2 == 1,
    lambda x: isinstance(x, float) and x != int(x),
)


_PAIRS: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, b: len(a) == len(b),
    lambda a, b: len(a) <= len(b),
    lambda a, b: a in b,
    lambda a, b: set(a) <= set(b),
    lambda a, b: a <= len(b),
    lambda a, b: a < len(b),
    lambda a, b: type(a) is type(b),
    lambda a, b: a <= b,
    lambda a, b: a != b,
)


def relations(count: int) -> Iterator[Callable[[Args], Any]]:
    """The properties of two arguments together that are tried, for inputs of ``count`` arguments."""
    for i in range(count):
        for j in range(count):
            if i != j:
                yield from (_of_two(holds, i, j) for holds in _PAIRS)


def _of_two(holds: Callable[[Any, Any], Any], i: int, j: int) -> Callable[[Args], Any]:
    return lambda args: holds(args[i], args[j])
