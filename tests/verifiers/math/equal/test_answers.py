"""Equality of whole answers: the rule that decides, relations and sets, both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.equal.answers import Equality
from r1.verifiers.math.read.readings import read

EQUAL = [
    ("5", "5", "structure"),
    ("x+1", "1+x", "algebra"),
    (r"\sin 2x", r"2\sin x\cos x", "numeric"),
    ("[2,5)", r"2 \le x < 5", "set"),
    ("y=2x+3", "2x-y+3=0", "algebra"),
    (r"\mathbb{R}", r"(-\infty,\infty)", "set"),
    (r"\{1\}\cup\{2\}", r"\{1,2\}", "set"),
    (r"x \in \{5, 6\}", "5, 6", "exact"),
    ("f(x)=x^2", "f(t)=t^2", "structure"),
    ("(a,b)", "(a,b)", "structure"),
    (r"x\equiv 3 \pmod 7", r"x\equiv 10 \pmod 7", "relation"),
]
DIFFERENT = [
    ("x=5", "y=5", "names"),
    ("x>0, y>0", "x>0", "names"),
    ("0<x<1", "[0,1]", "set"),
    ("(a,b)", "(a,b]", "types"),
    ("5", "no solution", "types"),
    (r"\int_0^1 x\,dx", r"\int_0^1 x^2\,dx", "undecided"),
]


def compared(gold: str, pred: str) -> tuple[bool, str]:
    """Whether any two readings are equal, and the stage of the last comparison."""
    equality = Equality()
    equal = any(equality.whole_answers(x, y) for x in read(gold) for y in read(pred))
    return equal, equality.stage


@pytest.mark.parametrize(("gold", "pred", "stage"), EQUAL)
def test_equal_answers_and_the_stage_that_decides(gold: str, pred: str, stage: str) -> None:
    assert compared(gold, pred) == (True, stage)
    assert compared(pred, gold)[0]


@pytest.mark.parametrize(("gold", "pred", "stage"), DIFFERENT)
def test_different_answers_and_the_stage_that_decides(gold: str, pred: str, stage: str) -> None:
    assert compared(gold, pred) == (False, stage)
    assert not compared(pred, gold)[0]


def test_an_equation_to_solve_is_not_its_solution() -> None:
    assert compared("x=5", "2x=10") == (False, "unsolved")


def test_what_no_stage_decides_is_kept_for_the_symbolic_stage() -> None:
    gold, pred = read("1/2")[0], read(r"\int_0^1 x\,dx")[0]
    equality = Equality()
    assert not equality.whole_answers(gold, pred)
    assert equality.undecided == [(gold, pred)]
    assert Equality(granted=equality.undecided).whole_answers(gold, pred)


@given(
    st.sampled_from([text for row in EQUAL + DIFFERENT for text in row[:2]]),
    st.sampled_from(["(0,1)", "x=3", "5", "3:4"]),
)
def test_equality_has_no_direction_across_kinds_of_answers(a: str, b: str) -> None:
    assert compared(a, b)[0] == compared(b, a)[0]
