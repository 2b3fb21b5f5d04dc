r"""Exact arithmetic: rationals, and a canonical form of sums of products under a cap.

The canonical form is a fraction of two polynomials whose "variables" (atoms) are symbols, primes under fractional powers,
``i``, ``pi``, ``e``, logarithms of primes, powers with a symbolic exponent and functions with canonical arguments. Powers of
distinct primes with exponents between 0 and 1 are linearly independent over the rationals (Besicovitch 1940), as are
logarithms of primes (unique factorisation), so for surds the zero test is exact in both directions.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from fractions import Fraction

from r1.verifiers.math_tree import Add, Call, Const, Mul, Node, Num, Pow, Sym

MAX_BITS = 1 << 16
MAX_TERMS = 160
MAX_EXPAND = 32

Rational = Fraction | int
Monomial = frozenset  # of (atom, exponent)
Poly = dict[frozenset, Rational]
_ONE: Monomial = frozenset()


class NotExact(Exception):
    """The value is not of this kind, or larger than we are willing to compute."""


# ------------------------------------------------------------------------------------------------------------ rationals


def rational(node: Node) -> Rational | None:
    """The value of a numeric tree that is a rational number, or None (irrational, symbolic, undefined, too large)."""
    try:
        return _rational(node)
    except (NotExact, ZeroDivisionError, OverflowError):
        return None


def _small(value: Rational) -> Rational:
    if isinstance(value, Fraction):
        if value.denominator == 1:
            value = value.numerator
        elif value.denominator.bit_length() > MAX_BITS:
            raise NotExact
        else:
            if value.numerator.bit_length() > MAX_BITS:
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
            product = _small(product * _rational(factor))
        return product
    if isinstance(node, Pow):
        return integer_power(_rational(node.base), _rational(node.exponent))
    if isinstance(node, Add):
        total: Rational = 0
        for term in node.terms:
            total = _small(total + _rational(term))
        return total
    if isinstance(node, Call):
        handler = _EXACT_FUNCTIONS.get(node.name)
        if handler:
            return _small(handler(*map(_rational, node.args)))
    raise NotExact


def integer_power(base: Rational, exponent: Rational) -> Rational:
    """``base ** exponent`` for an integer exponent and a result within `MAX_BITS`."""
    if isinstance(exponent, Fraction) and exponent.denominator != 1:
        root = _perfect_root(base, exponent)
        if root is None:
            raise NotExact
        return root
    power = int(exponent)
    if base in (0, 1, -1):
        if base == 0 and power < 0:
            raise ZeroDivisionError
        return base if base != -1 else (1 if power % 2 == 0 else -1) if power else 1
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(power) * size > MAX_BITS:
        raise NotExact
    return _small(Fraction(base) ** power) if power < 0 or isinstance(base, Fraction) else base**power


def _perfect_root(base: Rational, exponent: Fraction) -> Rational | None:
    if base < 0 and exponent.denominator % 2 == 0:
        return None
    sign = -1 if base < 0 else 1
    top = _integer_root(abs(base.numerator), exponent.denominator)
    bottom = _integer_root(base.denominator, exponent.denominator)
    if top is None or bottom is None:
        return None
    return integer_power(Fraction(sign * top, bottom), exponent.numerator)


def _integer_root(value: int, index: int) -> int | None:
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


_EXACT_FUNCTIONS = {
    "pct": lambda v: Fraction(v) / 100,
    "factorial": _factorial,
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


# ------------------------------------------------------------------------------------------------------- canonical form


class Ratio:
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


def canonical(node: Node) -> Ratio | None:
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


def _independent(form: Ratio) -> bool:
    kinds = {atom[0] for monomial in form.top for atom, _ in monomial}
    return kinds <= {"sym", "prime", "i", "pi"} or kinds <= {"sym", "prime", "i", "e"} or kinds <= {"ln"}


def _poly_add(a: Poly, b: Poly, sign: int = 1) -> Poly:
    total = dict(a)
    for monomial, coefficient in b.items():
        value = total.get(monomial, 0) + sign * coefficient
        if value:
            total[monomial] = _small(value)
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
                factor = _small(factor * integer_power(atom[1], whole))
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
                total[monomial] = _small(value)
            else:
                total.pop(monomial, None)
    if len(total) > MAX_TERMS:
        raise NotExact
    return total


_UNIT: Poly = {_ONE: 1}


def _add(a: Ratio, b: Ratio, sign: int = 1) -> Ratio:
    complete = a.complete and b.complete
    if a.bottom is None and b.bottom is None:
        return Ratio(_poly_add(a.top, b.top, sign), None, complete)
    p, q = a.bottom or _UNIT, b.bottom or _UNIT
    if p == q:
        return Ratio(_poly_add(a.top, b.top, sign), p, complete)
    return Ratio(_poly_add(_poly_times(a.top, q), _poly_times(b.top, p), sign), _poly_times(p, q), complete)


def _times(a: Ratio, b: Ratio) -> Ratio:
    bottom = a.bottom if b.bottom is None else b.bottom if a.bottom is None else _poly_times(a.bottom, b.bottom)
    return Ratio(_poly_times(a.top, b.top), bottom, a.complete and b.complete)


def _inverse(a: Ratio) -> Ratio:
    if not a.top:
        raise ZeroDivisionError
    top = a.bottom or _UNIT
    if len(a.top) == 1:
        ((monomial, coefficient),) = a.top.items()
        inverted, factor = _monomial_times(frozenset(), _ONE), Fraction(1, 1) / coefficient
        inverse: Poly = {inverted[0]: factor}
        for atom, exponent in monomial:
            inverse = _poly_times(inverse, _atom_power(atom, -exponent))
        return Ratio(_poly_times(top, inverse), None, a.complete)
    return Ratio(top, a.top, a.complete)


def _atom_power(atom: tuple, exponent: Rational) -> Poly:
    """``atom ** exponent`` as a polynomial of one term."""
    if not exponent:
        return _UNIT
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = exponent.numerator
    monomial, factor = _monomial_times(frozenset([(atom, 0)]), frozenset([(atom, exponent)]))
    return {monomial: factor}


def _canonical(node: Node) -> Ratio:
    if isinstance(node, Num):
        return Ratio({_ONE: node.value} if node.value else {})
    if isinstance(node, Sym):
        return Ratio({frozenset([(("sym", node.name), 1)]): 1})
    if isinstance(node, Const):
        return _constant(node.name)
    if isinstance(node, Add):
        total = Ratio({})
        for term in node.terms:
            total = _add(total, _canonical(term))
        return total
    if isinstance(node, Mul):
        product = Ratio(_UNIT)
        for factor in node.factors:
            product = _times(product, _canonical(factor))
        return product
    if isinstance(node, Pow):
        return _power(node)
    if isinstance(node, Call):
        return _function(node)
    raise NotExact


def _constant(name: str) -> Ratio:
    if name == "deg":
        return Ratio({frozenset([(("pi",), 1)]): Fraction(1, 180)})
    if name in ("inf", "nan"):
        raise NotExact
    return Ratio({frozenset([((name,), 1)]): 1})


def _power(node: Pow) -> Ratio:
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
    result = Ratio(_UNIT, None, False)
    if exponent.bottom is not None:
        return _opaque(("pow", frozenset(factors.items()), exponent.key()))
    for monomial, coefficient in exponent.top.items():
        for atom, multiplicity in factors.items():
            if monomial == _ONE:
                piece = _atom_power(atom, coefficient * multiplicity)
            else:
                piece = {frozenset([(("exp", atom, monomial), coefficient * multiplicity)]): 1}
            result = _times(result, Ratio(piece))
    return result


def _numeric_power(base_node: Node, exponent: Rational) -> Ratio:
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
                    return Ratio(_atom_power(atom, power * exponent), None, base.complete)
        whole = math.floor(exponent)
        root = _opaque(("root", base.key()), exponent - whole)
        return _times(root, _integer_power(base, whole)) if whole else root
    return _integer_power(base, int(exponent))


def _integer_power(base: Ratio, exponent: int) -> Ratio:
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
        return Ratio(result, None, base.complete)
    if exponent > MAX_EXPAND:
        return _opaque(("big", base.key()), exponent)
    result_ratio, square = Ratio(_UNIT), base
    while exponent:
        if exponent & 1:
            result_ratio = _times(result_ratio, square)
        exponent >>= 1
        if exponent:
            square = _times(square, square)
    return result_ratio


def _opaque(atom: tuple, exponent: Rational = 1) -> Ratio:
    return Ratio({frozenset([(atom, exponent)]): 1}, None, False)


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


def _surd(value: Rational, exponent: Fraction) -> Ratio:
    sign: Poly = _UNIT
    if value == 0:
        if exponent < 0:
            raise ZeroDivisionError
        return Ratio({})
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
    return Ratio(result, None, complete)


def _function(node: Call) -> Ratio:
    name, args = node.name, node.args
    if name == "pct":
        return _times(_canonical(args[0]), Ratio({_ONE: Fraction(1, 100)}))
    if name == "root":
        index = _canonical(args[1]).constant()
        if not index:
            raise NotExact
        return _numeric_power(args[0], Fraction(1) / index)
    forms = [_canonical(arg) for arg in args]
    values = [form.constant() for form in forms]
    if name in _EXACT_FUNCTIONS and all(value is not None for value in values):
        value = _small(_EXACT_FUNCTIONS[name](*values))
        return Ratio({_ONE: value} if value else {})
    if name in ("ln", "log"):
        logarithm = _logarithm(forms[0], values[0])
        return _times(logarithm, _inverse(_logarithm(forms[1], values[1]))) if len(forms) == 2 else logarithm
    if name in ("abs", "conj", "re") and values[0] is None and name == "abs":
        negative = _times(forms[0], Ratio({_ONE: -1})).key()  # |a-b| = |b-a|
        return _opaque(("fn", name, min((forms[0].key(), negative), key=hash)))
    if name in ("gcd", "lcm", "max", "min"):
        return _opaque(("fn", name, frozenset(form.key() for form in forms)))
    return _opaque(("fn", name, tuple(form.key() for form in forms)))


def _logarithm(form: Ratio, value: Rational | None) -> Ratio:
    if value is not None and value > 0:
        factors, complete = _prime_atoms(value)
        top: Poly = {frozenset([(("ln", *atom), 1)]): power for atom, power in factors.items()}
        return Ratio(top, None, complete)
    if form.bottom is None and len(form.top) == 1:
        ((monomial, coefficient),) = form.top.items()
        if coefficient == 1 and len(monomial) == 1:
            ((atom, power),) = monomial
            if atom == ("e",):
                return Ratio({_ONE: power})
    return _opaque(("fn", "ln", form.key()))
