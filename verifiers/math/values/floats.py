"""Floats that prove two real numbers different. They reject most wrong answers, at a tenth of the cost of algebra.

Every float carries a bound on its error, a thousand times wider than rounding requires. Floats never prove equality.
"""

from __future__ import annotations

import math

from r1.verifiers.math.tree import Add, Call, Const, Mul, Node, Num, Pow
from r1.verifiers.math.values.rational import rational

_ROUNDING = 1e-13
_LEAST, _MOST = 1e-100, 1e100  # floats beyond these are not trusted
_CONSTANTS = {"pi": math.pi, "e": math.e}
Approximate = tuple[float, float]  # a value and a bound on its error


def far_apart(a: Node, b: Node) -> bool:
    """Whether two expressions without variables are proved to have different real values. False means undecided."""
    x = _approximate(a)
    y = _approximate(b) if x is not None else None
    if x is None or y is None:
        return False
    return abs(x[0] - y[0]) > x[1] + y[1] + 1e-9 * max(abs(x[0]), abs(y[0]))


def _approximate(node: Node) -> Approximate | None:
    """A float and its error; None for a value that is symbolic, not certainly real, too large or too small."""
    if isinstance(node, Num):
        return _checked(*_exactly(node))
    if isinstance(node, Add | Mul):
        parts = [_approximate(part) for part in (node.terms if isinstance(node, Add) else node.factors)]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return _sum(known) if isinstance(node, Add) else _product(known)
    if isinstance(node, Pow):
        return _power(_approximate(node.base), rational(node.exponent))
    if isinstance(node, Const) and node.name in _CONSTANTS:
        return _CONSTANTS[node.name], _ROUNDING
    if isinstance(node, Call) and node.name == "root":
        degree = rational(node.args[1])
        return _power(_approximate(node.args[0]), 1 / degree) if degree else None
    return None


def _exactly(node: Num) -> Approximate:
    try:
        value = float(node.value)
    except OverflowError:
        return math.inf, math.inf
    return value, abs(value) * _ROUNDING


def _sum(parts: list[Approximate]) -> Approximate | None:
    value = math.fsum(part[0] for part in parts)
    return _checked(value, sum(abs(part[0]) * _ROUNDING + part[1] for part in parts))


def _product(parts: list[Approximate]) -> Approximate | None:
    value, error = 1.0, 0.0
    for factor, factor_error in parts:
        error = abs(value) * factor_error + abs(factor) * error + error * factor_error + abs(value * factor) * _ROUNDING
        value *= factor
        if not (value == 0 or _LEAST < abs(value) < _MOST):
            return None
    return value, error


def _power(base: Approximate | None, exponent: object) -> Approximate | None:
    """A real power: the base is certainly positive, or certainly negative and the exponent whole; else None."""
    if base is None or exponent is None:
        return None
    power, size = float(exponent), abs(base[0])  # type: ignore[arg-type]
    if size <= 2 * base[1] or abs(power) > 1000 or (base[0] < 0 and not power.is_integer()):
        return None
    try:
        value, low, high = size**power, (size - base[1]) ** power, (size + base[1]) ** power
    except OverflowError:
        return None
    error = 2 * max(abs(value - low), abs(value - high)) + (1 + abs(power)) * value * _ROUNDING
    return _checked(-value if base[0] < 0 and power % 2 else value, error)


def _checked(value: float, error: float) -> Approximate | None:
    return (value, error) if value == 0 or _LEAST < abs(value) < _MOST else None
