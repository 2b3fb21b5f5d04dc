"""Values in prose: the last one, the one that a sentence states, the one of a Chinese clause; denial."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer.values import last_number, last_value, value_in_sentence, value_of_clause


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("first 3, then $x \\lt 4$.", "x \\lt 4"),
        ("因此一共有 **858颗**糖果。", "858"),
        ("it costs $1,000.99", "$1,000.99"),
        ("So 2/3. <eos>", "2/3"),
        ("the span \\(a+1\\) and then 7", "7"),
        ("an area of 2π in total", "2π"),
        ("it is minus 5", "-5"),
        ("the point (3, 4) lies on it", "(3, 4)"),
        ("所以结果为 \\frac{2}{5} 。", "\\frac{2}{5}"),
    ],
)
def test_the_last_value_of_a_text(text: str, value: str) -> None:
    found = last_value(text)
    assert found is not None and found.text == value


def test_a_text_without_a_value_has_none() -> None:
    assert last_value("AZYUK2A") is None
    assert last_value("no digits here") is None
    assert last_number("$x$") is None


def test_a_sentence_states_the_value_behind_its_verb() -> None:
    stated = value_in_sentence("The sum of 3 and 4 is 7 in total")
    assert stated is not None and stated.text == "7"
    without_verb = value_in_sentence("altogether 9 of them")
    assert without_verb is not None and without_verb.text == "9"
    assert value_in_sentence("it is unknown") is None


def test_a_chinese_clause_states_what_follows_its_copula() -> None:
    found = value_of_clause("点的坐标为（1，2）。")
    assert found is not None and found.text == "（1，2）"
    assert value_of_clause("the point is (1, 2).") is None


@given(
    st.integers(-(10**9), 10**9),
    st.sampled_from(["So we get {}.", "Altogether {} apples", "it is {} altogether", "所以是{}。"]),
)
def test_a_number_in_a_sentence_is_its_last_value(number: int, sentence: str) -> None:
    text = sentence.format(number)
    found = last_value(text)
    assert found is not None and found.text == str(number)
    assert text[found.start : found.end] == found.text


@given(st.text(alphabet=st.sampled_from(list("\\$()[]{}0123456789.,-+*/^ =是π½x\nof")), max_size=120))
def test_a_value_lies_where_it_says(text: str) -> None:
    for found in (last_value(text), value_in_sentence(text), last_number(text)):
        if found is not None:
            assert 0 <= found.start <= found.end <= len(text)
            assert found.text.lstrip("-") in text
