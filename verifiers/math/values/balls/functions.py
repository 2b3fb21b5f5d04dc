"""The functions that every backend computes in the same way, by the name that the tree gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ELEMENTARY = "sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan asinh acosh atanh erf".split()
"""Functions that python-flint and mpmath have under the same name."""


def shared_functions(
    ball: Callable[[Any], Any], floor: Callable[[Any], Any], general_power: Callable[[Any, Any], Any]
) -> dict[str, Callable[..., Any]]:
    """Functions that follow from the backend's number type, its floor and its powers."""
    return {
        "abs": lambda v: ball(abs(v)), "re": lambda v: ball(v.real), "im": lambda v: ball(v.imag), "conj": lambda v: v.conjugate(),
        "pct": lambda v: v / 100, "root": lambda v, n: general_power(v, 1 / n),
        "floor": floor, "mod": lambda v, m: v - m * floor(v / m),
    }  # fmt: skip
