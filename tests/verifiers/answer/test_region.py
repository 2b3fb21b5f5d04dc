"""The part of a completion that is addressed to the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer.region import Found, answer_region, last_tag, stripped


def region(text: str) -> str:
    return text[slice(*answer_region(text))]


def test_the_region_follows_the_thoughts_and_ends_with_the_turn() -> None:
    assert region("<think>a</think> b <think>c<|im_end|> d") == " b "
    assert region("x <|im_end|> y") == "x "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no marks at all", "no marks at all"),
        ("<think>a</think>b</think>c", "c"),
        ("a prefilled thought</think> 5", " 5"),
        ("<think>never closed: 5", ""),
        ("5</s>6", "5"),
        ("5<｜end▁of▁sentence｜>6", "5"),
        ("5<|user|>6", "5"),
        ("a < b and |x| <| y", "a < b and |x| <| y"),
    ],
)
def test_marks_of_thoughts_and_turns(text: str, expected: str) -> None:
    assert region(text) == expected


def test_the_last_answer_tag_may_stay_open() -> None:
    def inside(text: str) -> str | None:
        span = last_tag(text, 0, len(text))
        return text[slice(*span)] if span else None

    assert inside("<answer>1</answer><answer>2</answer>3") == "2"
    assert inside("<answer>4") == "4"
    assert inside("5") is None


def test_white_space_around_a_place_does_not_belong_to_it() -> None:
    assert stripped("a  b \n", 1, 6, "whole") == Found("b", 3, 4, "whole")
    assert stripped("a \n", 1, 3, "whole") is None
    assert stripped("a \n", 1, 3, "tag") == Found("", 3, 3, "tag")


@given(
    st.lists(st.sampled_from(["<think>", "</think>", "<|im_end|>", "</s>", "<|", "x", " "]), max_size=12).map("".join)
)
def test_the_region_holds_no_thought_and_no_end_of_turn(text: str) -> None:
    start, end = answer_region(text)
    assert 0 <= start <= end <= len(text)
    inside = text[start:end]
    assert not any(mark in inside for mark in ("<think>", "</think>", "<|im_end|>", "</s>"))
