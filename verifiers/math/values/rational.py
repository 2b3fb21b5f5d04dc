"""Exact arithmetic of rational numbers, within a cap on their size."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from r1.verifiers.math.tree import Add, Call, Mul, Node, Num, Pow

MAX_BITS = 1 << 16  # of a numerator or denominator

Rational = Fraction | int


class NotExact(Exception):
    """The value is not rational, or larger than `MAX_BITS` or another cap allows."""


def rational(node: Node) -> Rational | None:
    """The value of a tree if it is a rational number; None if it is irrational, symbolic, undefined or too large."""
    try:
        return _rational(node)
    except (NotExact, ZeroDivisionError, OverflowError):
        return None


def small(value: Rational) -> Rational:
    """The value, an integer as an ``int``.

    Raises:
        NotExact: more than `MAX_BITS` bits.
    """
    if isinstance(value, Fraction):
        if value.denominator == 1:
            value = value.numerator
        else:
            if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
                raise NotExact
            return value
    if value.bit_length() > MAX_BITS:
        raise NotExact
    return value


def _rational(node: Node) -> Rational:
    if isinstance(node, Num):
        return node.value
    if isinstance(node, Mul):
        product: Rational = 1
        for factor in node.factors:
            product = small(product * _rational(factor))
        return product
    if isinstance(node, Pow):
        return integer_power(_rational(node.base), _rational(node.exponent))
    if isinstance(node, Add):
        total: Rational = 0
        for term in node.terms:
            total = small(total + _rational(term))
        return total
    if isinstance(node, Call):
        handler = EXACT_FUNCTIONS.get(node.name)
        if handler:
            return small(handler(*map(_rational, node.args)))
    raise NotExact


def integer_power(base: Rational, exponent: Rational) -> Rational:
    """``base ** exponent`` for an integer exponent, or a fractional one under which the base has a rational root.

    Raises:
        NotExact: the result is irrational or would have more than `MAX_BITS` bits.
        ZeroDivisionError: a power of zero that is not positive; 0^0 has no value that all agree on.
    """
    if isinstance(exponent, Fraction) and exponent.denominator != 1:
        root = _perfect_root(base, exponent)
        if root is None:
            raise NotExact
        return root
    power = int(exponent)
    if base in (0, 1, -1):
        if base == 0 and power <= 0:
            raise ZeroDivisionError
        return base if base != -1 else (1 if power % 2 == 0 else -1) if power else 1
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(power) * size > MAX_BITS:
        raise NotExact
    return small(Fraction(base) ** power) if power < 0 or isinstance(base, Fraction) else base**power


def _perfect_root(base: Rational, exponent: Fraction) -> Rational | None:
    """``base ** exponent`` if it is rational."""
    if base < 0 and exponent.denominator % 2 == 0:
        return None
    sign = -1 if base < 0 else 1
    top = _integer_root(abs(base.numerator), exponent.denominator)
    bottom = _integer_root(base.denominator, exponent.denominator)
    if top is None or bottom is None:
        return None
    return integer_power(Fraction(sign * top, bottom), exponent.numerator)


def _integer_root(value: int, index: int) -> int | None:
    """The root of a whole number if it is whole, by bisection."""
    if value < 2:
        return value
    if index > value.bit_length():
        return None
    if index == 2:
        root = math.isqrt(value)
        return root if root * root == value else None
    low, high = 1, 1 << (value.bit_length() // index + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**index <= value:
            low = middle
        else:
            high = middle - 1
    return low if low**index == value else None


def _integers(*values: Rational) -> list[int]:
    if any(isinstance(value, Fraction) and value.denominator != 1 for value in values):
        raise NotExact
    return [int(value) for value in values]


def _factorial(value: Rational) -> int:
    (n,) = _integers(value)
    if not 0 <= n <= 5000:
        raise NotExact
    return math.factorial(n)


def _double_factorial(value: Rational) -> int:
    (n,) = _integers(value)
    if not -1 <= n <= 5000:
        raise NotExact
    return math.prod(range(n, 0, -2))


def _binomial(top: Rational, bottom: Rational) -> int:
    n, k = _integers(top, bottom)
    if n < 0 or k < 0:
        raise NotExact
    if min(k, n - k) > 2000 or n.bit_length() * min(k, max(n - k, 0)) > 4 * MAX_BITS:
        raise NotExact
    return math.comb(n, k)


def _mod(value: Rational, modulus: Rational) -> Rational:
    return value % modulus


def _root(value: Rational, index: Rational) -> Rational:
    (n,) = _integers(index)
    if not n:
        raise NotExact
    return integer_power(value, Fraction(1, n))


EXACT_FUNCTIONS: dict[str, Callable[..., Rational]] = {
    "pct": lambda v: Fraction(v) / 100,
    "factorial": _factorial,
    "factorial2": _double_factorial,
    "binom": _binomial,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "mod": _mod,
    "root": _root,
    "gcd": lambda *v: math.gcd(*_integers(*v)),
    "lcm": lambda *v: math.lcm(*_integers(*v)),
    "max": lambda *v: max(v),
    "min": lambda *v: min(v),
    "sgn": lambda v: (v > 0) - (v < 0),
    "re": lambda v: v,
    "im": lambda v: 0,
    "conj": lambda v: v,
}
"""Functions of rationals with rational values, by their name in the tree. They raise `NotExact` outside their domain."""
