"""Canonical forms: what they prove equal and different, and where they leave the question open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import Add, Mul, Node, Num, neg
from r1.verifiers.math.values.balls import equal
from r1.verifiers.math.values.canonical import canonical, difference_is_zero


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("(x+1)^2", "x^2+2x+1"),
        (r"\frac{x^2-1}{x+1}\cdot(x+1)", "x^2-1"),
        (r"\sqrt{12}", r"2\sqrt3"),
        (r"\sqrt2\cdot\sqrt3", r"\sqrt6"),
        (r"\frac1{\sqrt2}", r"\frac{\sqrt2}{2}"),
        (r"\sqrt[3]{-8}", "-2"),
        (r"\sqrt{-4}", "2i"),
        ("i^2", "-1"),
        (r"\ln 6", r"\ln 2+\ln 3"),
        (r"\log_2 8", "3"),
        (r"\ln e^3", "3"),
        ("2^{x+1}", r"2\cdot 2^x"),
        ("e^{x}e^{y}", "e^{x+y}"),
        ("|a-b|", "|b-a|"),
        (r"180^\circ", r"\pi"),
        (r"\max(x,y)", r"\max(y,x)"),
        (r"9^{9^{9^9}}+1", r"1+9^{9^{9^9}}"),
        (r"50\%", "0.5"),
    ],
)
def test_proved_equal(a: str, b: str) -> None:
    assert difference_is_zero(parse(a), parse(b)) is True


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("x+1", "x+2"),
        (r"\sqrt2", r"\sqrt3"),
        (r"\ln 2", r"\ln 3"),
        ("x^2", "x"),
        (r"\pi x", "3x"),
        (r"\sqrt2+\sqrt3", r"\sqrt5"),
    ],
)
def test_proved_different(a: str, b: str) -> None:
    assert difference_is_zero(parse(a), parse(b)) is False


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (r"\sin 2x", r"2\sin x\cos x"),
        ("e", r"\pi"),
        (r"\ln\pi", r"\pi"),
        (r"\sqrt{x^2}", "x"),
        (r"\sqrt{1+\sqrt2}", "2"),
        ("(x+y)^{200}", "x"),
    ],
)
def test_left_open(a: str, b: str) -> None:
    assert difference_is_zero(parse(a), parse(b)) is None


@pytest.mark.parametrize("text", [r"\frac10", r"0^{-1}", r"\infty", r"\{1\}", r"\log_1 2", "(a+b+c+d+f+g+h)^9"])
def test_undefined_and_oversized_trees_have_no_form(text: str) -> None:
    assert canonical(parse(text)) is None


leaves = st.sampled_from(["x", "y", "2", "3", r"\pi", r"\sqrt2", r"\sqrt[3]5", r"\frac12", "i", r"\ln 2"]).map(parse)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Add(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Mul(tuple(parts))),
        inner.map(neg),
    ),
    max_leaves=6,
)


@given(expressions, expressions)
def test_the_order_of_terms_and_factors_is_irrelevant(a: Node, b: Node) -> None:
    for node in (Add, Mul):
        first, second = canonical(node((a, b))), canonical(node((b, a)))
        assert first is not None and second is not None
        assert first.key() == second.key()


@given(expressions, expressions)
def test_no_proof_contradicts_the_balls(a: Node, b: Node) -> None:
    proved, probed = difference_is_zero(a, b), equal(a, b)
    assert proved is None or probed is None or proved is probed
    assert difference_is_zero(Add((a, Num(1))), a) is not True
