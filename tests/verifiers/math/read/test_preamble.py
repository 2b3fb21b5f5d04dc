"""What stands around an answer and does not belong to it."""

from __future__ import annotations

import pytest

from r1.verifiers.math.read.preamble import without_event, without_preamble, without_quantifier


@pytest.mark.parametrize(
    "text",
    [
        "the answer is 5",
        "approximately 5",
        r"\text{The answer is } 5",
        r"\therefore 5",
        "= 5",
        "答案".replace("答案", "约为") + "5",
    ],
)
def test_words_that_only_announce_the_answer(text: str) -> None:
    assert without_preamble(text).strip() == "5"


@pytest.mark.parametrize("text", ["5", "island", "sometimes", r"\text{so-called}", "is"])
def test_words_of_the_answer_stay(text: str) -> None:
    assert without_preamble(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("P(A|B) = 1/2", "1/2"),
        ("E[X] = 3", "3"),
        (r"\mathbb{E}[(X-1)^2] = 3", "3"),
        ("[ABC] = 6", "6"),
        ("x^* = 2", "2"),
        ("C: x^2+y^2=4", "x^2+y^2=4"),
    ],
)
def test_a_label_before_the_value(text: str, value: str) -> None:
    assert without_event(text) == value


@pytest.mark.parametrize("text", ["P(x) = x^2", "P(A|B)", "y = 3"])
def test_a_definition_is_not_a_label(text: str) -> None:
    assert without_event(text) == text


@pytest.mark.parametrize(
    ("text", "equation"),
    [
        (r"f(x) = cx \forall x \in \mathbb{R}", "f(x) = cx"),
        (r"f(x) = cx \text{ for all real numbers } x", "f(x) = cx"),
        (r"f(x) = x + c, where c is a constant", "f(x) = x + c"),
    ],
)
def test_a_quantifier_behind_an_equation(text: str, equation: str) -> None:
    assert without_quantifier(text) == equation


@pytest.mark.parametrize("text", ["5 for all x", "f(x) = x for x > 0"])
def test_a_condition_is_not_a_quantifier(text: str) -> None:
    assert without_quantifier(text) == text
