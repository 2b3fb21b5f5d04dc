"""Equality of two expressions in stages: structure, exact value, algebra, proved balls. Undecided pairs are kept for SymPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from r1.verifiers.math.equal.shapes import long_decimal, never_terminates
from r1.verifiers.math.tree import Call, Node, Num, Sym, children, replaced, symbols
from r1.verifiers.math.values import balls
from r1.verifiers.math.values.canonical import difference_is_zero
from r1.verifiers.math.values.floats import far_apart
from r1.verifiers.math.values.rational import Rational, rational

_COUNTS = {"n", "k", "m", "N"}
_NEAR = tuple(range(1, 91))  # more than the period of any floor, mod or gcd in the data sets
_FAR = tuple(137 * 4**power for power in range(9))
_BENT, _PERIODIC = 1, 2
_BENDS = {
    **dict.fromkeys(("abs", "max", "min", "sgn"), _BENT),
    **dict.fromkeys(("floor", "ceil", "mod", "gcd", "lcm"), _PERIODIC),
}


@dataclass(slots=True)
class Expressions:
    """Compares numbers and functions, cheapest stage first.

    Attributes:
        tolerance: relative tolerance between two numbers; 0 means exact.
        stage: the stage that decided the last comparison.
        undecided: pairs that no stage could decide, for the symbolic stage.
        granted: pairs that the symbolic stage has proved equal.
    """

    tolerance: float = 0.0
    stage: str = "types"
    undecided: list[tuple[Node, Node]] = field(default_factory=list)
    granted: Sequence[tuple[Node, Node]] = ()

    def expressions(self, a: Node, b: Node) -> bool:
        """Whether two numbers or functions are equal."""
        if a == b:
            self.stage = "structure"
            return True
        x, y = rational(a), rational(b)
        if x is not None and y is not None:
            self.stage = "exact"
            if x == y or self._within(x, y):
                return True
            self.stage = "digits" if self._rounds(a, b) else "exact"
            return self.stage == "digits"
        if self._rounds(a, b):
            self.stage = "digits"
            return True
        if self.tolerance == 0 and far_apart(a, b):
            self.stage = "numeric"
            return False
        zero = difference_is_zero(a, b)
        if zero is not None:
            self.stage = "algebra"
            return zero or (self.tolerance > 0 and self._near(a, b))
        probed = balls.equal(a, b)
        self.stage = "numeric"
        if (kind := max(_bends(a), _bends(b))) and probed is not False or kind == _PERIODIC:
            return _equal_in_pieces(a, b, bool(probed), _NEAR if kind == _PERIODIC else _NEAR[::30])
        if probed is None:
            if (a, b) in self.granted:
                return True
            self.undecided.append((a, b))
            self.stage = "undecided"
        return bool(probed) or (self.tolerance > 0 and self._near(a, b))

    def _within(self, x: Rational | float, y: Rational | float) -> bool:
        if self.tolerance == 0:
            return False
        try:
            a, b = Fraction(x), Fraction(y)
        except (OverflowError, ValueError):  # an infinity
            return False
        return abs(a - b) <= Fraction(self.tolerance) * max(abs(a), abs(b))

    def _near(self, a: Node, b: Node) -> bool:
        x, y = balls.approximate(a), balls.approximate(b)
        return x is not None and y is not None and self._within(x, y)

    @staticmethod
    def _rounds(a: Node, b: Node) -> bool:
        """Whether one is a decimal of at least `shapes.MIN_DIGITS` digits that rounds or truncates the other, which is exact."""
        for decimal, other in ((a, b), (b, a)):
            literal, scale = long_decimal(decimal)
            if literal is None or long_decimal(other)[0] is not None or symbols(other):
                continue
            value, exact = Fraction(literal.value) * scale, rational(other)
            if not value or (exact is not None and not never_terminates(exact)):
                continue
            last_place = Fraction(scale) / 10**literal.places
            double = abs(value) / 2**53 if literal.digits <= 17 else 0  # printed from a double
            if balls.within(other, value, max(last_place / 2, double)):
                return True
            cut_off = value + last_place / 2 if value > 0 else value - last_place / 2
            if balls.within(other, cut_off, last_place / 2):
                return True
        return False


def _bends(node: Node) -> int:
    """Whether a function is defined in pieces, so that a few points say little: _BENT as |x - 50|, _PERIODIC as floor, or 0."""
    own = _BENDS.get(node.name, 0) if isinstance(node, Call) and symbols(node) else 0
    return max((own, *map(_bends, children(node))))


def _equal_in_pieces(a: Node, b: Node, probed: bool, near: Sequence[int]) -> bool:
    """Whether two functions in pieces have the same exact values at many whole numbers, near 0 and far from it.

    Each variable takes a different sequence of values. If ``probed``, the functions also agree at the fixed points of
    `values/balls`; otherwise every variable must be a count (n, k, m or N).
    """
    variables = sorted(symbols(a) | symbols(b))
    if not probed and not set(variables) <= _COUNTS:
        return False
    for value in (*near, *_FAR, *(-far for far in _FAR if probed)):
        x, y = a, b
        for index, name in enumerate(variables):
            number = Num(value + index * (value * value % 17))
            x, y = replaced(x, Sym(name), number), replaced(y, Sym(name), number)
        p, q = rational(x), rational(y)
        if p != q or (p is None and not probed):
            return False
    return True
