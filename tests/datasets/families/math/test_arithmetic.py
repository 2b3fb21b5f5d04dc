"""Arithmetic: two evaluators agree, symmetric questions are one question, and published ids keep their meaning."""

from __future__ import annotations

from fractions import Fraction

import pytest
from family_checks import assert_solutions_pass_the_check, each_level
from hypothesis import given
from hypothesis import strategies as st

from r1.datasets.families.math.arithmetic import FAMILY, evaluate
from r1.datasets.family import Family, split_of


@pytest.mark.parametrize(("family", "level"), each_level([FAMILY]))
def test_solutions_pass_the_independent_check_and_wrong_answers_do_not(family: Family, level: int) -> None:
    assert_solutions_pass_the_check(family, level, 300)


@given(st.recursive(st.integers(1, 50), lambda t: st.tuples(st.sampled_from("+-*"), t, t).map(list), max_leaves=12))
def test_the_two_evaluators_agree(tree: object) -> None:
    """`evaluate` reads the text that `render` writes; `solution` computes the value from the tree."""
    instance = {"tree": tree, "level": 2}
    text = FAMILY.render(instance).removeprefix("Compute ").split(". Give")[0]
    assert str(evaluate(text)) == FAMILY.solution(instance)


@pytest.mark.parametrize(
    ("text", "value"), [("2-3-4", "-5"), ("2-(3-4)", "3"), ("1/2/4", "1/8"), ("(1+2)*3/2", "9/2"), ("7", "7")]
)
def test_operators_of_one_rank_are_read_from_the_left(text: str, value: str) -> None:
    assert evaluate(text) == Fraction(value)


def test_symmetric_instances_fall_into_one_split() -> None:
    for a in range(1, 40):
        for b in range(a):
            left, right = {"tree": ["+", a, b], "level": 0}, {"tree": ["+", b, a], "level": 0}
            assert split_of(FAMILY, left) == split_of(FAMILY, right)
