"""Equality of numbers and functions: stages, long decimals, functions in pieces, tolerance."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.equal.expressions import Expressions
from r1.verifiers.math.grammar.parser import parse


def same(a: str, b: str, **options: float) -> bool:
    return Expressions(**options).expressions(parse(a), parse(b))


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        ("|x-50|", r"\max(x-50,50-x)", True),
        ("|x-50|", "x-50", False),
        (r"\lfloor n/2\rfloor+\lceil n/2\rceil", "n", True),
        (r"\lfloor n/2\rfloor", "n/2", False),
        (r"\gcd(n,2)", r"\frac{3+(-1)^n}{2}", True),
        (r"\gcd(n,2)", "1", False),
    ],
)
def test_functions_in_pieces_are_compared_at_many_whole_numbers(a: str, b: str, equal: bool) -> None:
    assert same(a, b) is equal and same(b, a) is equal


@given(st.integers(1, 10**6).filter(lambda top: top % 3), st.integers(1, 3000).map(lambda third: 3 * third))
def test_a_long_decimal_rounds_or_cuts_off_a_fraction_that_never_ends(top: int, bottom: int) -> None:
    fraction, shift = f"{top}/{bottom}", 10**20
    whole, rest = divmod(top * shift, bottom)
    for digits in {whole, whole + (2 * rest >= bottom)}:
        assert same(fraction, f"{digits // shift}.{digits % shift:020}")
    assert not same(fraction, f"{whole // shift}.{(whole % shift) // 10**15:05}"), "five places do not stand for it"
    assert not same(fraction, f"{whole // shift + 1}.{whole % shift:020}")


def test_a_finite_decimal_stands_for_itself_alone() -> None:
    assert same("1/4", "0.250000000000000000") and not same("1/4", "0.250000000000000001")


def test_a_decimal_printed_from_a_double_is_accepted() -> None:
    assert same(r"\pi", repr(math.pi)) and same(r"\sqrt{2}", repr(math.sqrt(2)))
    assert not same(r"\pi", "3.14159")


def test_the_tolerance_is_relative() -> None:
    assert same("1000", "1001", tolerance=0.002) and not same("1", "2", tolerance=0.002)
    assert same(r"\sqrt{2}", "1.414", tolerance=0.001) and not same(r"\sqrt{2}", "1.4", tolerance=0.001)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_two_integers_are_equal_when_they_are_the_same(a: int, b: int) -> None:
    assert same(f"({a})*x", f"x*({b})") is (a == b)
