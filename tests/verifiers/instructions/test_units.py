"""Units of text: words, sentences, paragraphs and lines, counted lazily and within a budget."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.instructions import Instructions
from r1.verifiers.instructions.units import (
    MAX_CHARS,
    MAX_UNITS,
    TooLong,
    capital_words,
    count_rule,
    lines,
    paragraphs,
    sentences,
    words,
)
from r1.verifiers.text.visible import visible
from r1.verifiers.verdict import TruthError


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("Mr. and Mrs. Smith met J. K. Rowling at 3.15 p.m. today.", 1),
        ('"Stop!" he said. Then he left.', 2),
        ("wait... what?!", 1),
        ("Wait... What?", 2),
        ("- one\n- two\n- three", 3),
        ("# Title\n\nText.", 1),
        ("No. I said no. So be it.", 3),
        ("你好。再见！谢谢？", 3),
        ("यह एक है। वह दो है।", 2),
        ("...", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(list(sentences(visible(text)))) == count


def test_words() -> None:
    assert list(words("It's a well-known 3.14 – isn't it?")) == ["It's", "a", "well-known", "3.14", "isn't", "it?"]


def test_no_words_hide_behind_a_piece_that_is_too_long() -> None:
    truth = {
        "instruction_id_list": ["length_constraints:number_words"],
        "kwargs": [{"num_words": 5, "relation": "less than"}],
    }
    hidden = "—" * 30_000 + "—".join(["word"] * 50)
    assert Instructions()(hidden, truth).reward == 0.0
    assert Instructions()("— — one two —", truth).reward == 1.0


@given(st.integers(0, 12), st.integers(0, 12))
def test_every_relation_is_the_comparison_that_it_names(found: int, number: int) -> None:
    holds = {
        "at least": found >= number,
        "less than": found < number,
        "at most": found <= number,
        "more than": found > number,
        "exactly": found == number,
    }
    for relation, wanted in holds.items():
        assert (count_rule(range(found), number, relation, "items") == "") is wanted


def test_counting_stops_as_soon_as_the_count_is_decided() -> None:
    assert count_rule(count(), 3, "at least", "items") == ""
    assert count_rule(count(), 3, "less than", "items") == "more than 2 items, asked: less than 3"


@pytest.mark.parametrize(
    ("number", "relation"), [(3, "about"), (-1, "at least"), (True, "at least"), ("3", "at least")]
)
def test_a_count_that_cannot_be_judged_is_refused(number: object, relation: str) -> None:
    with pytest.raises(TruthError, match=r"relation|items"):
        count_rule([], number, relation, "items")


def test_words_in_capitals() -> None:
    assert list(capital_words("NASA and ESA’s I")) == ["NASA", "I"]
    assert list(capital_words("nasa")) == []


@given(st.text(st.sampled_from("ab \n#*-.!?1"), max_size=60))
def test_lines_and_paragraphs_lose_no_visible_character(text: str) -> None:
    bare = "".join(text.split())
    assert "".join("".join(line.split()) for line in lines(text)) == bare
    assert "".join("".join(block.split()) for block in paragraphs(text)) == bare


@pytest.mark.parametrize("unit", [words, lines, sentences])
def test_a_text_beyond_the_budget_is_too_long_to_count(unit) -> None:
    with pytest.raises(TooLong):
        list(unit("word " * (MAX_CHARS // 5 + 1)))
    with pytest.raises(TooLong):
        list(unit("a.\n" * (MAX_UNITS + 2)))
