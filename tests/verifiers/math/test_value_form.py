"""Value form: where an expression is to be evaluated, a copy of it is no answer."""

from __future__ import annotations

from fractions import Fraction

import pytest

from r1.datasets.families.math.arithmetic import FAMILY
from r1.datasets.family import draw
from r1.verifiers.math import Math
from r1.verifiers.math.value_form import is_value


@pytest.mark.parametrize(
    "answer",
    [
        "7",
        "-7",
        "7.",
        "$7$",
        "3/4",
        "-3/4",
        "\\frac{3}{4}",
        "-\\frac{3}{4}",
        "0.75",
        "1,024",
        "3+4=7",
        "3+4 = 7.",
        "seven",
        "7 apples",
    ],
)
def test_a_numeral_is_a_value(answer: str) -> None:
    assert is_value(answer, [7, -7, 1024, Fraction(3, 4), Fraction(-3, 4)])


@pytest.mark.parametrize(
    "answer",
    [
        "3+4",
        "7+0",
        "8-1",
        "Compute 3+4. Give the value.",
        "7 + 0",
        "7*1",
        "2*3+1",
        "(3+4)",
        "14/2-0",
        "3(2)+1",
        "2\\times 3",
        "1/2+1/4",
        "2^3-1",
    ],
)
def test_an_expression_is_none(answer: str) -> None:
    assert not is_value(answer, [7, 6, 15, Fraction(3, 4)])


@pytest.mark.parametrize("level", FAMILY.levels)
def test_a_copy_of_the_question_is_not_paid(level: int) -> None:
    for index in range(20):
        instance = draw(FAMILY, "train", level, 3, index)
        truth, asked = FAMILY.truth(instance), FAMILY.render(instance)
        copied = asked.removeprefix("Compute ").removesuffix(". Give the exact value.").removesuffix("=")
        for answer, reward in (
            (FAMILY.solution(instance), 1.0),
            (f"{copied} = {FAMILY.solution(instance)}", 1.0),
            (copied, 0.0),
        ):
            verdict = Math()(f"<think>so</think><answer>{answer}</answer>", truth)
            assert verdict.reward == reward, (answer, verdict.note)
        assert Math()(asked, truth).reward == 0.0
