"""The stance of the words around a value: every phrase of the table, through every verifier that asks."""

from __future__ import annotations

import pytest

from r1.verifiers.answer.stance import PHRASES, Phrase, Stance, stance
from r1.verifiers.choice import Choice
from r1.verifiers.math import Math

each_phrase = pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.example)


@each_phrase
def test_each_phrase_means_what_the_table_says(phrase: Phrase) -> None:
    assert stance(*phrase.example.split("{}")) is phrase.meaning


@each_phrase
@pytest.mark.parametrize(
    "frame", ["{}", "We have looked at 3 cases. {}", "<think>Hm.</think>\n\n{}", "<answer>{}</answer>"]
)
def test_no_verifier_pays_a_value_that_is_not_stated(phrase: Phrase, frame: str) -> None:
    assert Math()(frame.format(phrase.example.format("5")), {"answer": "5"}).reward == 0.0
    assert Choice()(frame.format(phrase.example.format("B")), {"answer": "B"}).reward == 0.0
    assert (
        Choice()(frame.format(phrase.example.format("(B)")), {"answer": "B", "options": ["1", "2", "7"]}).reward == 0.0
    )


@pytest.mark.parametrize(
    "text",
    [
        "So the number of primes less than 10 is {}.",
        "The number of integers either even or prime is {}.",
        "If x = 3, then the total is {}.",
        "If x = 3, the total is {}.",
        "The value can be found as {}.",
        "It is not 29 but {}.",
        "Since 4 is not prime, it is {}.",
        "The maximum number of points that could be in it is {}.",
        "We need at least {} socks.",
        "{} people were not there.",
        "小于10的质数共有{}个。",
        "不是3而是{}。",
    ],
)
def test_a_doubt_about_something_else_does_not_reach_the_value(text: str) -> None:
    assert stance(*text.split("{}")) is Stance.STATED
