"""Set phrases: times, numerals in a base, numbers in words, "no solution", compound quantities."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.read.phrases import all_but, phrase, unwrapped
from r1.verifiers.math.tree import INF, BaseNum, NamedSet, Node, Num, Quantity, Text, Time, neg


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("8:30 pm", Time(20 * 3600 + 1800, "p")),
        ("12:00 am", Time(0, "a")),
        ("20:30", Time(20 * 3600 + 1800, "")),
        ("1011_2", BaseNum("1011", 2)),
        ("0FF in base 16", BaseNum("FF", 16)),
        ("I and III", Text("i and iii")),
        ("no solution", Text("no solution")),
        ("空集", NamedSet("empty")),
        ("All real numbers", NamedSet("R")),
        ("负无穷", neg(INF)),
        ("三分之二", Num(Fraction(2, 3))),
        ("twenty-five", Num(25)),
        ("五元", Quantity(Num(5), "¥")),
        ("5 hours 20 minutes", Quantity(Num(Fraction(16, 3)), "h")),
    ],
)
def test_the_first_reading_of_a_phrase(text: str, reading: Node) -> None:
    assert phrase(text)[0] == reading


@pytest.mark.parametrize("text", ["5", "x+1", "a parabola", "25:00", "8:75", "129_8", "5 cats 20 dogs"])
def test_other_answers_are_left_to_the_grammar(text: str) -> None:
    assert phrase(text) == []


def test_a_text_command_around_a_number_or_phrase_is_removed() -> None:
    assert unwrapped(r"\text{no solution}") == "no solution"
    assert unwrapped(r"\text{twelve}") == "twelve"
    assert unwrapped(r"\text{There are 12 apples}") == "12 apples"
    assert unwrapped(r"\text{a parabola}") == r"\text{a parabola}"


def test_all_numbers_but_some() -> None:
    assert all_but("all real numbers except x = 0 and 1").replace(" ", "") == r"\mathbb{R}\setminus\{0,1\}"
    assert all_but("all but one") == "all but one"


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_of_day_counts_seconds(hours: int, minutes: int) -> None:
    assert phrase(f"{hours}:{minutes:02}") == [Time(hours * 3600 + minutes * 60, "")]
