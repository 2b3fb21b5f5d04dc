"""Polynomials in atoms, and fractions of two of them, with exact rational coefficients and a cap on their size.

An atom is a tuple that begins with its kind: ``("sym", "x")``, ``("prime", 2)``, ``("pi",)``, ``("ln", "prime", 3)``. A monomial
is the set of its (atom, exponent) pairs. Exponents are rational; a prime keeps only the fractional part of its exponent, and
``i`` an exponent of one, the rest goes into the coefficient: so every product has one form.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from fractions import Fraction

from r1.verifiers.math.values.rational import NotExact, Rational, integer_power, small

MAX_TERMS = 160

Monomial = frozenset  # of (atom, exponent)
Poly = dict[frozenset, Rational]
ONE: Monomial = frozenset()
UNIT: Poly = {ONE: 1}


class RationalFunction:
    """A fraction of two polynomials.

    Attributes:
        top: the numerator.
        bottom: the denominator, None for 1.
        complete: the atoms are independent, so unequal forms mean unequal values.

    Its operations raise `NotExact` for more than `MAX_TERMS` terms or numbers beyond `rational.MAX_BITS`.
    """

    __slots__ = ("bottom", "complete", "top")

    def __init__(self, top: Poly, bottom: Poly | None = None, complete: bool = True) -> None:
        self.top, self.bottom, self.complete = top, bottom, complete

    def key(self) -> Hashable:
        """Equal for equal forms."""
        return (frozenset(self.top.items()), self.bottom and frozenset(self.bottom.items()))

    def constant(self) -> Rational | None:
        """The value of a form without atoms, else None."""
        if self.bottom is not None:
            return None
        if not self.top:
            return 0
        return self.top.get(ONE) if len(self.top) == 1 else None

    def __add__(self, other: RationalFunction) -> RationalFunction:
        return self._plus(other, 1)

    def __sub__(self, other: RationalFunction) -> RationalFunction:
        return self._plus(other, -1)

    def _plus(self, other: RationalFunction, sign: int) -> RationalFunction:
        complete = self.complete and other.complete
        if self.bottom is None and other.bottom is None:
            return RationalFunction(_add(self.top, other.top, sign), None, complete)
        p, q = self.bottom or UNIT, other.bottom or UNIT
        if p == q:
            return RationalFunction(_add(self.top, other.top, sign), p, complete)
        top = _add(multiply(self.top, q), multiply(other.top, p), sign)
        return RationalFunction(top, multiply(p, q), complete)

    def __mul__(self, other: RationalFunction) -> RationalFunction:
        p, q = self.bottom, other.bottom
        bottom = p if q is None else q if p is None else multiply(p, q)
        return RationalFunction(multiply(self.top, other.top), bottom, self.complete and other.complete)

    def inverse(self) -> RationalFunction:
        """One over it; the inverse of a single term is a term, not a fraction.

        Raises:
            ZeroDivisionError: it is zero.
        """
        if not self.top:
            raise ZeroDivisionError
        top = self.bottom or UNIT
        if len(self.top) > 1:
            return RationalFunction(top, self.top, self.complete)
        ((monomial, coefficient),) = self.top.items()
        inverse: Poly = {ONE: Fraction(1, 1) / coefficient}
        for atom, exponent in monomial:
            inverse = multiply(inverse, atom_power(atom, -exponent))
        return RationalFunction(multiply(top, inverse), None, self.complete)


def atom_power(atom: tuple, exponent: Rational) -> Poly:
    """``atom ** exponent`` as a polynomial of one term."""
    if not exponent:
        return UNIT
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = exponent.numerator
    monomial, factor = _multiply_monomials(frozenset([(atom, 0)]), frozenset([(atom, exponent)]))
    return {monomial: factor}


def multiply(a: Poly, b: Poly) -> Poly:
    """The product of two polynomials.

    Raises:
        NotExact: more than `MAX_TERMS` terms, or a coefficient that is too large.
    """
    if len(a) * len(b) > 4 * MAX_TERMS:
        raise NotExact
    total: Poly = {}
    for left, x in a.items():
        for right, y in b.items():
            monomial, factor = _multiply_monomials(left, right)
            value = total.get(monomial, 0) + x * y * factor
            if value:
                total[monomial] = small(value)
            else:
                total.pop(monomial, None)
    if len(total) > MAX_TERMS:
        raise NotExact
    return total


def _add(a: Poly, b: Poly, sign: int = 1) -> Poly:
    total = dict(a)
    for monomial, coefficient in b.items():
        value = total.get(monomial, 0) + sign * coefficient
        if value:
            total[monomial] = small(value)
        else:
            total.pop(monomial, None)
    if len(total) > MAX_TERMS:
        raise NotExact
    return total


def _multiply_monomials(a: Monomial, b: Monomial) -> tuple[Monomial, Rational]:
    """The product of two monomials, and the rational factor that whole powers of primes and of ``i`` give."""
    if not a or not b:
        return a or b, 1
    powers = dict(a)
    factor: Rational = 1
    for atom, exponent in b:
        powers[atom] = powers.get(atom, 0) + exponent
    for atom in [atom for atom, _ in b]:
        exponent = powers[atom]
        if not exponent:
            del powers[atom]
        elif atom[0] == "prime":
            whole = math.floor(exponent)
            if whole:
                factor = small(factor * integer_power(atom[1], whole))
                powers[atom] = exponent - whole
                if not powers[atom]:
                    del powers[atom]
        elif atom[0] == "i":
            quarter = int(exponent) % 4
            factor = factor * (-1 if quarter >= 2 else 1)
            if quarter % 2:
                powers[atom] = 1
            else:
                del powers[atom]
    return frozenset(powers.items()), factor
