"""Exact arithmetic: rational trees have Python's value, and nothing larger than the cap is computed."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.tree import PI, Add, Call, Mul, Node, Num, Pow, Sym, div
from r1.verifiers.math.values.rational import MAX_BITS, NotExact, integer_power, rational, small

fractions = st.fractions(-1000, 1000, max_denominator=999)
small_integers = st.integers(-12, 12)


def call(name: str, *values: Fraction | int) -> Call:
    return Call(name, tuple(map(Num, values)))


@given(st.lists(fractions, min_size=1, max_size=6))
def test_sums_and_products_are_exact(values: list[Fraction]) -> None:
    nodes = tuple(map(Num, values))
    assert rational(Add(nodes)) == sum(values)
    assert rational(Mul(nodes)) == math.prod(values)
    if values[0]:
        assert rational(div(Num(1), nodes[0])) == 1 / values[0]


@given(fractions.filter(bool), small_integers)
def test_integer_powers_are_exact(base: Fraction, exponent: int) -> None:
    assert rational(Pow(Num(base), Num(exponent))) == integer_power(base, exponent) == base**exponent


@given(st.fractions(0, 1000, max_denominator=999), st.integers(1, 6))
def test_perfect_roots_are_exact(root: Fraction, index: int) -> None:
    power = Num(root**index)
    assert rational(Call("root", (power, Num(index)))) == root
    assert rational(Pow(power, Num(Fraction(1, index)))) == root
    if index % 2:
        assert rational(Call("root", (Num(-power.value), Num(index)))) == -root


@given(st.integers(2, 10**12), st.integers(2, 6))
def test_other_roots_are_not_rational(value: int, index: int) -> None:
    root = rational(Call("root", (Num(value), Num(index))))
    assert root is None or root**index == value


@given(fractions, fractions)
def test_functions_agree_with_python(a: Fraction, b: Fraction) -> None:
    assert rational(call("abs", a)) == abs(a)
    assert rational(call("floor", a)) == math.floor(a) and rational(call("ceil", a)) == math.ceil(a)
    assert rational(call("max", a, b)) == max(a, b) and rational(call("min", a, b)) == min(a, b)
    assert rational(call("pct", a)) == a / 100
    assert rational(call("sgn", a)) == (a > 0) - (a < 0)
    if b:
        assert rational(call("mod", a, b)) == a % b


@given(st.integers(0, 300), st.integers(0, 300))
def test_integer_functions_agree_with_python(n: int, k: int) -> None:
    assert rational(call("factorial", n)) == math.factorial(n)
    assert rational(call("factorial2", n)) == math.prod(range(n, 0, -2))
    assert rational(call("binom", n, k)) == math.comb(n, k)
    assert rational(call("gcd", n, k)) == math.gcd(n, k) and rational(call("lcm", n, k)) == math.lcm(n, k)


@pytest.mark.parametrize(
    "node",
    [
        Sym("x"), PI, div(Num(1), Num(0)), Pow(Num(0), Num(-1)), call("root", -4, 2), call("root", 2, 0), call("mod", 3, 0),
        call("factorial", Fraction(1, 2)), call("factorial", -1), call("gcd", Fraction(1, 2), 3), call("sin", 0), Add((Num(1), Sym("x"))),
    ],
)  # fmt: skip
def test_irrational_symbolic_and_undefined_trees_have_none(node: Node) -> None:
    assert rational(node) is None


@pytest.mark.parametrize(
    "node",
    [
        Pow(Num(10), Num(10**10)), Pow(Num(9), Pow(Num(9), Num(9))), call("factorial", 10**6), call("binom", 10**9, 10**8),
        Mul(tuple(Pow(Num(2), Num(40_000)) for _ in range(2))), Add((Num(1 << MAX_BITS), Num(1))),
    ],
)  # fmt: skip
def test_trees_beyond_the_cap_have_none(node: Node) -> None:
    assert rational(node) is None


def test_small_reduces_to_an_integer_and_refuses_more_bits_than_the_cap() -> None:
    assert type(small(Fraction(4, 2))) is int and small(Fraction(1, 2)) == Fraction(1, 2)
    for value in (1 << MAX_BITS, Fraction(1, (1 << MAX_BITS) + 1), Fraction((1 << MAX_BITS) + 1, 2)):
        with pytest.raises(NotExact):
            small(value)
