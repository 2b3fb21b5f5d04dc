"""A canonical form of sums, products and powers, under a cap on its size: equal forms are equal values.

The form is a fraction of two polynomials whose variables ("atoms") are symbols, primes under fractional powers,
``i``, ``pi``, ``e``, logarithms of primes, powers with a symbolic exponent and functions with canonical arguments. Powers of
distinct primes with exponents between 0 and 1 are linearly independent over the rationals (Besicovitch 1940), as are
logarithms of primes (unique factorization), so for surds the zero test is exact in both directions.
"""

from __future__ import annotations

import math
from fractions import Fraction

from r1.verifiers.math.tree import Add, Call, Const, Mul, Node, Num, Pow, Sym
from r1.verifiers.math.values.polynomials import ONE, UNIT, Poly, RationalFunction, atom_power, multiply
from r1.verifiers.math.values.rational import EXACT_FUNCTIONS, NotExact, Rational, integer_power, small

MAX_EXPAND = 32  # the highest power of a sum that is multiplied out


def canonical(node: Node) -> RationalFunction | None:
    """The canonical form of an expression, or None where it is undefined or would be too large."""
    try:
        return _canonical(node)
    except (NotExact, ZeroDivisionError, OverflowError):
        return None


def difference_is_zero(a: Node, b: Node) -> bool | None:
    """Whether ``a - b`` is zero everywhere: True and False are proofs, None means undecided."""
    left, right = canonical(a), canonical(b)
    if left is None or right is None:
        return None
    try:
        difference = left - right
    except (NotExact, ZeroDivisionError):
        return None
    if not difference.top:
        return True
    if difference.constant() is not None:
        return False  # a non-zero number
    return False if left.complete and right.complete and _independent(difference) else None


def _independent(form: RationalFunction) -> bool:
    """Whether the atoms of a form are of kinds that are known to be independent, so that a form with terms is not zero."""
    kinds = {atom[0] for monomial in form.top for atom, _ in monomial}
    return kinds <= {"sym", "prime", "i", "pi"} or kinds <= {"sym", "prime", "i", "e"} or kinds <= {"ln"}


def _canonical(node: Node) -> RationalFunction:
    if isinstance(node, Num):
        return RationalFunction({ONE: node.value} if node.value else {})
    if isinstance(node, Sym):
        return RationalFunction({frozenset([(("sym", node.name), 1)]): 1})
    if isinstance(node, Const):
        return _constant(node.name)
    if isinstance(node, Add):
        total = RationalFunction({})
        for term in node.terms:
            total = total + _canonical(term)
        return total
    if isinstance(node, Mul):
        product = RationalFunction(UNIT)
        for factor in node.factors:
            product = product * _canonical(factor)
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
    """A power; a symbolic exponent is split over its terms, so that ``2^{x+1}`` is ``2 * 2^x``."""
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
    # A product of base atoms under a sum of exponents: one factor for each pair of the two.
    result = RationalFunction(UNIT, None, False)
    if exponent.bottom is not None:
        return _opaque(("pow", frozenset(factors.items()), exponent.key()))
    for monomial, coefficient in exponent.top.items():
        for atom, multiplicity in factors.items():
            if monomial == ONE:
                piece = atom_power(atom, coefficient * multiplicity)
            else:
                piece = {frozenset([(("exp", atom, monomial), coefficient * multiplicity)]): 1}
            result = result * RationalFunction(piece)
    return result


def _numeric_power(base_node: Node, exponent: Rational) -> RationalFunction:
    """A power with a rational exponent."""
    base = _canonical(base_node)
    if isinstance(exponent, Fraction) and exponent.denominator != 1:
        constant = base.constant()
        if constant is not None:
            return _surd(constant, exponent)
        if base.bottom is None and len(base.top) == 1:
            ((monomial, coefficient),) = base.top.items()
            if len(monomial) == 1 and coefficient == 1:
                ((atom, power),) = monomial
                # (x^2)^(1/2) is |x|, so only a first power or a positive constant may take the root.
                if power == 1 and atom[0] == "sym" or atom[0] in ("e", "pi"):
                    return RationalFunction(atom_power(atom, power * exponent), None, base.complete)
        whole = math.floor(exponent)
        root = _opaque(("root", base.key()), exponent - whole)
        return root * _whole_power(base, whole) if whole else root
    return _whole_power(base, int(exponent))


def _whole_power(base: RationalFunction, exponent: int) -> RationalFunction:
    """A power with an integer exponent, multiplied out up to `MAX_EXPAND`."""
    if exponent < 0:
        return _whole_power(base.inverse(), -exponent)
    if exponent == 0 and not base.top:
        raise ZeroDivisionError  # 0^0 has no value that all agree on
    if base.bottom is None and len(base.top) == 1:
        ((monomial, coefficient),) = base.top.items()
        try:
            result: Poly = {ONE: integer_power(coefficient, exponent)}
        except NotExact:  # as an atom, a tower of powers still cancels against itself
            return _opaque(("big", base.key()), exponent)
        for atom, power in monomial:
            result = multiply(result, atom_power(atom, power * exponent))
        return RationalFunction(result, None, base.complete)
    if exponent > MAX_EXPAND:
        return _opaque(("big", base.key()), exponent)
    expanded, square = RationalFunction(UNIT), base
    while exponent:
        if exponent & 1:
            expanded = expanded * square
        exponent >>= 1
        if exponent:
            square = square * square
    return expanded


def _opaque(atom: tuple, exponent: Rational = 1) -> RationalFunction:
    """An atom about which nothing is known but that it equals itself."""
    return RationalFunction({frozenset([(atom, exponent)]): 1}, None, False)


def _prime_atoms(value: Rational) -> tuple[dict[tuple, Rational], bool]:
    """The prime atoms of a positive rational with their exponents, and whether every factor is known to be prime."""
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
    """A rational under a fractional power: the real root where there is one, of a negative under 1/2 an imaginary one."""
    sign: Poly = UNIT
    if value == 0:
        if exponent < 0:
            raise ZeroDivisionError
        return RationalFunction({})
    if value < 0:
        value = -value
        if exponent.denominator % 2:
            sign = {ONE: -1 if exponent.numerator % 2 else 1}
        elif exponent.denominator == 2:
            sign = atom_power(("i",), exponent.numerator)
        else:
            return _opaque(("root", value, "neg"), exponent)
    factors, complete = _prime_atoms(value)
    result = sign
    for atom, multiplicity in factors.items():
        result = multiply(result, atom_power(atom, multiplicity * exponent))
    return RationalFunction(result, None, complete)


def _function(node: Call) -> RationalFunction:
    """Exact functions of numbers are evaluated; any other is an atom named by the forms of its arguments."""
    name, args = node.name, node.args
    if name == "pct":
        return _canonical(args[0]) * RationalFunction({ONE: Fraction(1, 100)})
    if name == "root":
        index = _canonical(args[1]).constant()
        if not index:
            raise NotExact
        return _numeric_power(args[0], Fraction(1) / index)
    forms = [_canonical(arg) for arg in args]
    values = [form.constant() for form in forms]
    if name in EXACT_FUNCTIONS and all(value is not None for value in values):
        value = small(EXACT_FUNCTIONS[name](*values))
        return RationalFunction({ONE: value} if value else {})
    if name in ("ln", "log"):
        logarithm = _logarithm(forms[0], values[0])
        return logarithm * _logarithm(forms[1], values[1]).inverse() if len(forms) == 2 else logarithm
    if name == "abs":
        negative = (forms[0] * RationalFunction({ONE: -1})).key()  # |a-b| = |b-a|
        return _opaque(("fn", name, min((forms[0].key(), negative), key=hash)))
    if name in ("gcd", "lcm", "max", "min"):
        return _opaque(("fn", name, frozenset(form.key() for form in forms)))
    return _opaque(("fn", name, tuple(form.key() for form in forms)))


def _logarithm(form: RationalFunction, value: Rational | None) -> RationalFunction:
    """The natural logarithm of a form; of a positive rational as a sum over its primes."""
    if value is not None and value > 0:
        factors, complete = _prime_atoms(value)
        top: Poly = {frozenset([(("ln", *atom), 1)]): power for atom, power in factors.items()}
        return RationalFunction(top, None, complete)
    if form.bottom is None and len(form.top) == 1:
        ((monomial, coefficient),) = form.top.items()
        if coefficient == 1 and len(monomial) == 1:
            ((atom, power),) = monomial
            if atom == ("e",):
                return RationalFunction({ONE: power})
    return _opaque(("fn", "ln", form.key()))
