"""Floats refute equality: numbers proved far apart differ, and equal ones are never far apart."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.values.floats import far_apart
from r1.verifiers.math.values.rational import rational

whole = st.integers(-(10**30), 10**30).map(str)
numbers = st.recursive(
    whole | st.fractions(max_denominator=10**9).map(lambda f: f"({f.numerator}/{f.denominator})"),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({t[0]}{t[1]}({t[2]}))"),
        st.tuples(inner, st.integers(-3, 5)).map(lambda t: f"(({t[0]})^{{{t[1]}}})"),
    ),
    max_leaves=8,
)


@given(numbers, numbers)
def test_numbers_that_are_far_apart_differ(a: str, b: str) -> None:
    x, y = parse(a), parse(b)
    try:
        exact = rational(x), rational(y)
    except ZeroDivisionError:
        return
    if None not in exact and far_apart(x, y):
        assert exact[0] != exact[1]


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(2, 6), st.fractions(-50, 50, max_denominator=99))
def test_equal_surds_are_never_far_apart(a: int, b: int, degree: int, shift: Fraction) -> None:
    """Even if large terms cancel."""
    great = 10**15 + a
    left = parse(f"\\sqrt[{degree}]{{{a * b**degree}}}+{great}+{shift.numerator}/{shift.denominator}")
    right = parse(f"{b}\\cdot {a}^{{1/{degree}}}+{great}+{shift.numerator}/{shift.denominator}")
    assert not far_apart(left, right)


@pytest.mark.parametrize(
    ("a", "b", "far"),
    [
        ("\\sqrt{34}+3\\sqrt{10}", "28", True),
        ("2\\pi", "6", True),
        ("\\sqrt2\\sqrt3", "\\sqrt6", False),
        ("10^{20}+1-10^{20}", "1", False),
        ("10^{20}+1-10^{20}", "2", False),  # the difference is lost in rounding
        ("\\frac{1}{2^{99}}", "\\frac{1}{2^{98}}", True),
        ("2^{2000}", "2^{1999}", False),  # too large for floats
        ("\\sqrt{-4}", "3", False),
        ("(-8)^{1/3}", "-2", False),
        ("0^{0}", "1", False),
        ("x", "3", False),
    ],
)
def test_floats_prove_some_differences(a: str, b: str, far: bool) -> None:
    assert far_apart(parse(a), parse(b)) is far
