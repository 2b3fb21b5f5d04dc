"""Cleaning and masking: invisible characters change nothing; code, math, tags and units are no prose."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_texts import HONEST

from r1.verifiers.language.text import CLOSE_QUOTE, OPEN_QUOTE, clean, mask
from r1.verifiers.language.verifier import measure

INVISIBLE = [chr(code) for code in (0x200B, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x202E, 0xE0041, 0x61C)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(INVISIBLE), max_size=20), st.data())
def test_invisible_characters_change_nothing(marks: list[str], data: st.DataObject) -> None:
    text = HONEST["en"]
    dirty = text
    for mark in marks:
        place = data.draw(st.integers(0, len(dirty)))
        dirty = dirty[:place] + mark + dirty[place:]
    assert clean(dirty) == text
    assert measure(dirty, "en") == measure(text, "en")
    assert measure(dirty, "zh").fraction == 0.0


@pytest.mark.parametrize(
    ("text", "left", "hidden"),
    [
        ("see ```py\nx = 1\n``` here", "see here", 3),
        ("see ~~~ open to the end", "see", 12),
        ("so `code` ends", "so ends", 4),
        ("so $x + y$ ends", "so ends", 2),
        ("so $First we need the numbers$ ends", "so First we need the numbers ends", 0),  # prose between dollars
        (r"so \begin{a}\begin{b}x\end{b}\end{a} ends", "so ends", 21),
        (r"so \frac{a}{b} ends", "so ends", 6),
        ("a <b class='x'>bold</b> word", "a bold word", 8),
        ("a <First we need> word", "a First we need word", 0),
        ('a {"key": "value"} word', "a word", 8),
        ("a {“key”} word", "a {key} word", 0),
        ("from os import path and so on", "and so on", 16),
        ("it weighs 5 kg on 12 May", "it weighs on", 0),
    ],
)
def test_what_is_no_prose_is_masked(text: str, left: str, hidden: int) -> None:
    masked, contents = mask(clean(text))
    for mark in (OPEN_QUOTE, CLOSE_QUOTE, "\ufffc"):
        masked = masked.replace(mark, " ")
    assert " ".join(masked.split()).replace("{ ", "{").replace(" }", "}") == left
    assert sum(map(str.isalpha, contents)) == hidden


def test_short_quotations_are_marked_and_long_ones_are_not() -> None:
    assert OPEN_QUOTE in mask('he said "guten Tag" twice')[0]
    assert OPEN_QUOTE not in mask(f'he said "{"guten Tag " * 9}" once')[0]


@given(st.text(st.sampled_from("ab`~$\\{}[]<>\"'( )\n"), max_size=60))
def test_no_more_letters_are_hidden_than_there_are(text: str) -> None:
    masked, hidden = mask(text)
    assert sum(map(str.isalpha, masked)) + sum(map(str.isalpha, hidden)) <= sum(map(str.isalpha, text))
