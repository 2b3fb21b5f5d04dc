"""Families of solutions and constants of integration: names and starting points do not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.equal.answers import Equality
from r1.verifiers.math.equal.families import same_constant, same_progression, unified
from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.tree import Node

EXPRESSIONS = Equality().expressions
whole = st.integers(-30, 30)


def progression(text: str) -> Node:
    return read(rf"{text}, k \in \mathbb{{Z}}")[0]


@given(whole, st.integers(1, 30), whole, st.sampled_from([1, -1]))
def test_a_progression_may_start_at_any_of_its_values(start: int, step: int, shift: int, sign: int) -> None:
    a, b = progression(f"{start}+{step}k"), progression(f"{start + shift * step}+({sign * step})k")
    assert same_progression(a, b, EXPRESSIONS)


@given(whole, st.integers(2, 30), st.integers(1, 29))
def test_other_values_or_steps_are_another_progression(start: int, step: int, shift: int) -> None:
    a = progression(f"{start}+{step}k")
    for other in (
        f"{start + shift % step or start + 1}+{step}k" if shift % step else f"{start + 1}+{step}k",
        f"{start}+{2 * step}k",
    ):
        assert not same_progression(a, progression(other), EXPRESSIONS)


def test_only_linear_families_are_progressions() -> None:
    assert not same_progression(progression("k^2"), progression("k^2+1"), EXPRESSIONS)
    assert not same_progression(parse("2k"), parse("2k+2"), EXPRESSIONS), "the parameter is not declared"


def test_one_side_may_leave_the_parameter_undeclared() -> None:
    pair = unified(progression(r"\pi k"), parse(r"\pi n"))
    assert pair is not None and pair[0] == pair[1]
    assert unified(parse(r"\pi k"), parse(r"\pi n")) is None
    assert unified(progression(r"\pi k"), parse(r"\pi x")) is None, "x is not the name of a parameter"


@pytest.mark.parametrize(
    ("gold", "pred", "equal"),
    [("x^2+C", "x^2+c", True), ("y=x+C_1", "y=x+c_1", True), ("x^2+C", "x^2+x", False), ("Cx+C", "cx+c", False)],
)
def test_the_constant_of_integration_may_have_another_name(gold: str, pred: str, equal: bool) -> None:
    pair = same_constant(parse(gold), parse(pred))
    assert (pair is not None and pair[0] == pair[1]) is equal
