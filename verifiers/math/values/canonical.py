r"""A canonical form of sums of products, under a cap: equal forms are equal values.

The canonical form is a fraction of two polynomials whose "variables" (atoms) are symbols, primes under fractional powers,
``i``, ``pi``, ``e``, logarithms of primes, powers with a symbolic exponent and functions with canonical arguments. Powers of
distinct primes with exponents between 0 and 1 are linearly independent over the rationals (Besicovitch 1940), as are
logarithms of primes (unique factorisation), so for surds the zero test is exact in both directions.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from fractions import Fraction

from r1.verifiers.math.tree import Add, Call, Const, Mul, Node, Num, Pow, Sym
from r1.verifiers.math.values.rational import EXACT_FUNCTIONS, NotExact, Rational, integer_power, small

MAX_TERMS = 160
MAX_EXPAND = 32

Monomial = frozenset  # of (atom, exponent)
Poly = dict[frozenset, Rational]
_ONE: Monomial = frozenset()


class RationalFunction:
    """A fraction of two polynomials in atoms. ``complete``: its atoms are independent, so unequal forms mean unequal values."""

    __slots__ = ("bottom", "complete", "top")

    def __init__(self, top: Poly, bottom: Poly | None = None, complete: bool = True) -> None:
        self.top, self.bottom, self.complete = top, bottom, complete

    def key(self) -> Hashable:
        """Equal for equal forms."""
        return (frozenset(self.top.items()), self.bottom and frozenset(self.bottom.items()))

    def constant(self) -> Rational | None:
        """The value of a form without atoms."""
        if self.bottom is not None:
            return None
        if not self.top:
            return 0
        return self.top.get(_ONE) if len(self.top) == 1 else None


def canonical(node: Node) -> RationalFunction | None:
    """The canonical form, or None where it would be too large or is not defined."""
    try:
        return _canonical(node)
    except (NotExact, ZeroDivisionError, OverflowError):
        return None


def difference_is_zero(a: Node, b: Node) -> bool | None:
    """Whether ``a - b`` vanishes identically: True and False are proofs, None means undecided."""
    left, right = canonical(a), canonical(b)
    if left is None or right is None:
        return None
    try:
        difference = _add(left, right, -1)
    except (NotExact, ZeroDivisionError):
        return None
    if not difference.top:
        return True
    if difference.constant() is not None:
        return False  # a non-zero number
    return False if left.complete and right.complete and _independent(difference) else None


def _independent(form: RationalFunction) -> bool:
    kinds = {atom[0] for monomial in form.top for atom, _ in monomial}
    return kinds <= {"sym", "prime", "i", "pi"} or kinds <= {"sym", "prime", "i", "e"} or kinds <= {"ln"}


def _poly_add(a: Poly, b: Poly, sign: int = 1) -> Poly:
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


def _monomial_times(a: Monomial, b: Monomial) -> tuple[Monomial, Rational]:
    """The product and the rational factor that whole powers of primes and of i leave."""
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


def _poly_times(a: Poly, b: Poly) -> Poly:
    if len(a) * len(b) > 4 * MAX_TERMS:
        raise NotExact
    total: Poly = {}
    for left, x in a.items():
        for right, y in b.items():
            monomial, factor = _monomial_times(left, right)
            value = total.get(monomial, 0) + x * y * factor
            if value:
                total[monomial] = small(value)
            else:
                total.pop(monomial, None)
    if len(total) > MAX_TERMS:
        raise NotExact
    return total


_UNIT: Poly = {_ONE: 1}


def _add(a: RationalFunction, b: RationalFunction, sign: int = 1) -> RationalFunction:
    complete = a.complete and b.complete
    if a.bottom is None and b.bottom is None:
        return RationalFunction(_poly_add(a.top, b.top, sign), None, complete)
    p, q = a.bottom or _UNIT, b.bottom or _UNIT
    if p == q:
        return RationalFunction(_poly_add(a.top, b.top, sign), p, complete)
    return RationalFunction(_poly_add(_poly_times(a.top, q), _poly_times(b.top, p), sign), _poly_times(p, q), complete)


def _times(a: RationalFunction, b: RationalFunction) -> RationalFunction:
    bottom = a.bottom if b.bottom is None else b.bottom if a.bottom is None else _poly_times(a.bottom, b.bottom)
    return RationalFunction(_poly_times(a.top, b.top), bottom, a.complete and b.complete)


def _inverse(a: RationalFunction) -> RationalFunction:
    if not a.top:
        raise ZeroDivisionError
    top = a.bottom or _UNIT
    if len(a.top) == 1:
        ((monomial, coefficient),) = a.top.items()
        inverted, factor = _monomial_times(frozenset(), _ONE), Fraction(1, 1) / coefficient
        inverse: Poly = {inverted[0]: factor}
        for atom, exponent in monomial:
            inverse = _poly_times(inverse, _atom_power(atom, -exponent))
        return RationalFunction(_poly_times(top, inverse), None, a.complete)
    return RationalFunction(top, a.top, a.complete)


def _atom_power(atom: tuple, exponent: Rational) -> Poly:
    """``atom ** exponent`` as a polynomial of one term."""
    if not exponent:
        return _UNIT
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = exponent.numerator
    monomial, factor = _monomial_times(frozenset([(atom, 0)]), frozenset([(atom, exponent)]))
    return {monomial: factor}


def _canonical(node: Node) -> RationalFunction:
    if isinstance(node, Num):
        return RationalFunction({_ONE: node.value} if node.value else {})
    if isinstance(node, Sym):
        return RationalFunction({frozenset([(("sym", node.name), 1)]): 1})
    if isinstance(node, Const):
        return _constant(node.name)
    if isinstance(node, Add):
        total = RationalFunction({})
        for term in node.terms:
            total = _add(total, _canonical(term))
        return total
    if isinstance(node, Mul):
        product = RationalFunction(_UNIT)
        for factor in node.factors:
            product = _times(product, _canonical(factor))
        return product
    if isinstance(node, Pow):
        return _power(node)
    if isinstance(node, Call):
        return _function(node)
    raise NotExact


def _constant(name: str) -> RationalFunction:
    if name == "deg":
        return RationalFunction({frozenset([(("pi",), 1)]): Fraction(1, 180)})
    if name in ("inf", "nan"):
        raise NotExact
    return RationalFunction({frozenset([((name,), 1)]): 1})


def _power(node: Pow) -> RationalFunction:
    exponent = _canonical(node.exponent)
    value = exponent.constant()
    if value is not None:
        return _numeric_power(node.base, value)
    if node.base == Const("e"):
        factors: dict[tuple, Rational] = {("e",): 1}
    else:
        base = _canonical(node.base)
        constant = base.constant()
        if constant is not None and constant > 0:
            factors, _ = _prime_atoms(constant)
        elif constant is None and len(base.top) == 1 and base.bottom is None and isinstance(node.base, Sym):
            factors = {("sym", node.base.name): 1}
        else:
            return _opaque(("pow", base.key(), exponent.key()))
    result = RationalFunction(_UNIT, None, False)
    if exponent.bottom is not None:
        return _opaque(("pow", frozenset(factors.items()), exponent.key()))
    for monomial, coefficient in exponent.top.items():
        for atom, multiplicity in factors.items():
            if monomial == _ONE:
                piece = _atom_power(atom, coefficient * multiplicity)
            else:
                piece = {frozenset([(("exp", atom, monomial), coefficient * multiplicity)]): 1}
            result = _times(result, RationalFunction(piece))
    return result


def _numeric_power(base_node: Node, exponent: Rational) -> RationalFunction:
    base = _canonical(base_node)
    if isinstance(exponent, Fraction) and exponent.denominator != 1:
        constant = base.constant()
        if constant is not None:
            return _surd(constant, exponent)
        if base.bottom is None and len(base.top) == 1:
            ((monomial, coefficient),) = base.top.items()
            if len(monomial) == 1 and coefficient == 1:
                ((atom, power),) = monomial
                # (x^2)^(1/2) is |x|, so only a first power (or a positive constant) may take the root.
                if power == 1 and atom[0] == "sym" or atom[0] in ("e", "pi"):
                    return RationalFunction(_atom_power(atom, power * exponent), None, base.complete)
        whole = math.floor(exponent)
        root = _opaque(("root", base.key()), exponent - whole)
        return _times(root, _integer_power(base, whole)) if whole else root
    return _integer_power(base, int(exponent))


def _integer_power(base: RationalFunction, exponent: int) -> RationalFunction:
    if exponent < 0:
        return _integer_power(_inverse(base), -exponent)
    if base.bottom is None and len(base.top) == 1:
        ((monomial, coefficient),) = base.top.items()
        try:
            result: Poly = {_ONE: integer_power(coefficient, exponent)}
        except NotExact:  # a tower of powers still cancels against itself
            return _opaque(("big", base.key()), exponent)
        for atom, power in monomial:
            result = _poly_times(result, _atom_power(atom, power * exponent))
        return RationalFunction(result, None, base.complete)
    if exponent > MAX_EXPAND:
        return _opaque(("big", base.key()), exponent)
    result_ratio, square = RationalFunction(_UNIT), base
    while exponent:
        if exponent & 1:
            result_ratio = _times(result_ratio, square)
        exponent >>= 1
        if exponent:
            square = _times(square, square)
    return result_ratio


def _opaque(atom: tuple, exponent: Rational = 1) -> RationalFunction:
    return RationalFunction({frozenset([(atom, exponent)]): 1}, None, False)


def _prime_atoms(value: Rational) -> tuple[dict[tuple, Rational], bool]:
    """The primes of a positive rational with their exponents; False where a factor was too large to split."""
    factors: dict[tuple, Rational] = {}
    complete = True
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        if number.bit_length() > 256:
            raise NotExact
        divisor = 2
        while divisor * divisor <= number and divisor < 1000:
            while number % divisor == 0:
                factors[("prime", divisor)] = factors.get(("prime", divisor), 0) + sign
                number //= divisor
            divisor += 1 if divisor == 2 else 2
        if number > 1:
            root = math.isqrt(number)
            rest, power = (root, 2) if root * root == number else (number, 1)
            complete = complete and rest < 1_000_000
            factors[("prime", rest)] = factors.get(("prime", rest), 0) + sign * power
    return factors, complete


def _surd(value: Rational, exponent: Fraction) -> RationalFunction:
    sign: Poly = _UNIT
    if value == 0:
        if exponent < 0:
            raise ZeroDivisionError
        return RationalFunction({})
    if value < 0:
        value = -value
        if exponent.denominator % 2:
            sign = {_ONE: -1 if exponent.numerator % 2 else 1}
        elif exponent.denominator == 2:
            sign = _atom_power(("i",), exponent.numerator)
        else:
            return _opaque(("root", value, "neg"), exponent)
    factors, complete = _prime_atoms(value)
    result = sign
    for atom, multiplicity in factors.items():
        result = _poly_times(result, _atom_power(atom, multiplicity * exponent))
    return RationalFunction(result, None, complete)


def _function(node: Call) -> RationalFunction:
    name, args = node.name, node.args
    if name == "pct":
        return _times(_canonical(args[0]), RationalFunction({_ONE: Fraction(1, 100)}))
    if name == "root":
        index = _canonical(args[1]).constant()
        if not index:
            raise NotExact
        return _numeric_power(args[0], Fraction(1) / index)
    forms = [_canonical(arg) for arg in args]
    values = [form.constant() for form in forms]
    if name in EXACT_FUNCTIONS and all(value is not None for value in values):
        value = small(EXACT_FUNCTIONS[name](*values))
        return RationalFunction({_ONE: value} if value else {})
    if name in ("ln", "log"):
        logarithm = _logarithm(forms[0], values[0])
        return _times(logarithm, _inverse(_logarithm(forms[1], values[1]))) if len(forms) == 2 else logarithm
    if name in ("abs", "conj", "re") and values[0] is None and name == "abs":
        negative = _times(forms[0], RationalFunction({_ONE: -1})).key()  # |a-b| = |b-a|
        return _opaque(("fn", name, min((forms[0].key(), negative), key=hash)))
    if name in ("gcd", "lcm", "max", "min"):
        return _opaque(("fn", name, frozenset(form.key() for form in forms)))
    return _opaque(("fn", name, tuple(form.key() for form in forms)))


def _logarithm(form: RationalFunction, value: Rational | None) -> RationalFunction:
    if value is not None and value > 0:
        factors, complete = _prime_atoms(value)
        top: Poly = {frozenset([(("ln", *atom), 1)]): power for atom, power in factors.items()}
        return RationalFunction(top, None, complete)
    if form.bottom is None and len(form.top) == 1:
        ((monomial, coefficient),) = form.top.items()
        if coefficient == 1 and len(monomial) == 1:
            ((atom, power),) = monomial
            if atom == ("e",):
                return RationalFunction({_ONE: power})
    return _opaque(("fn", "ln", form.key()))
