"""Balls of random arithmetic hold the exact value."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import Add, Mul, Node, Num, Pow, Sym, Undefined, div
from r1.verifiers.math.values.balls import flint_backend as field
from r1.verifiers.math.values.balls.evaluate import MAX_TERMS, evaluate
from r1.verifiers.math.values.rational import rational

leaves = st.fractions(-100, 100, max_denominator=97).map(Num)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Add(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Mul(tuple(parts))),
        st.tuples(inner, st.sampled_from([-3, -2, -1, 1, 2, 3, 4])).map(lambda t: Pow(t[0], Num(t[1]))),
        st.tuples(inner, inner).map(lambda t: div(*t)),
    ),
    max_leaves=8,
)


@given(trees)
def test_the_ball_holds_the_exact_value(tree: Node) -> None:
    exact = rational(tree)
    if exact is None:
        return
    difference = field.at(256, lambda: evaluate(tree, {}, field) - field.number(exact))
    assert difference.contains(0)


def test_variables_take_their_values() -> None:
    half = field.number(Fraction(1, 2))
    assert field.real_float(evaluate(parse("x^2+x"), {"x": half}, field)) == 0.75
    with pytest.raises(Undefined):
        evaluate(Sym("y"), {"x": half}, field)


def test_sums_and_products_are_added_up_to_the_cap() -> None:
    for text, value in ((r"\sum_{k=1}^{100} k", 5050), (r"\prod_{k=1}^5 k", 120), (r"\sum_{k=3}^2 k", 0)):
        assert field.whole(evaluate(parse(text), {}, field)) == value
    for text in (rf"\sum_{{k=1}}^{{{MAX_TERMS + 2}}} k", r"\sum_{k=1}^\infty k", r"\sum_{k=1}^{3.5} k", r"\sum k"):
        with pytest.raises(Undefined):
            evaluate(parse(text), {}, field)
