"""Prose: sentences pass, lists of words fail, however they are laid out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.text.prose import prose_rule

PROSE = [
    "The old boat waits near the quiet garden. A farmer rests beside the stone.",
    "THE OLD BOAT WAITS NEAR THE QUIET GARDEN.",
    "- It rained all day, so we stayed in.\n- In the evening my brother made soup.",
    "She didn't know what to say to him. He'd gone.",
    '"Are you coming with us?" he asked. "I would if I could."',
    "<<A day in spring>>\nThe birds came back to the lake, and we heard them from our window.",
]
LISTS = [
    "",
    "12 34.",
    "anchor violin pepper lantern quilt orbit",
    "Anchor. Violin. Pepper. Lantern. Quilt. Orbit.",
    "The anchor violin pepper lantern quilt orbit melon zebra wolf. Harp violin.",
    "the and of to a in the and of to a in",
    "A rope and a gull and a rope and a gull. " * 8,
    "\u200banchor violin pepper. Lantern\u200b quilt orbit.",
]


@pytest.mark.parametrize("text", PROSE)
def test_sentences_pass(text: str) -> None:
    assert prose_rule(text) == ""


@pytest.mark.parametrize("text", LISTS)
def test_lists_of_words_fail(text: str) -> None:
    assert prose_rule(text)


@given(
    st.permutations(["anchor", "violin", "pepper", "lantern", "quilt", "orbit", "wolf"]),
    st.sampled_from([" ", ". ", "\n", ", "]),
)
def test_no_layout_makes_a_list_prose(words: list[str], between: str) -> None:
    assert prose_rule(between.join(words) + ".")
