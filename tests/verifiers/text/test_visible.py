"""Visible text: invisible characters go, and absurd texts cost no more than others."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timing import assert_linear

from r1.verifiers.text.visible import drop_invisible, has_content, has_words, is_unspaced, nfkc, visible

INVISIBLE = ["\u200b", "\u00ad", "\u3164", "\ufe0f", "\ufeff", "\U000e0041", "\u2066", "\u115f"]


@given(st.text(), st.sampled_from(INVISIBLE), st.data())
def test_an_invisible_character_anywhere_changes_nothing_that_is_seen(
    text: str, char: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(text)))
    spoiled = text[:at] + char + text[at:]
    assert drop_invisible(spoiled) == drop_invisible(text)
    assert visible(spoiled) == visible(text)
    assert has_content(spoiled) == has_content(text)


@given(st.text())
def test_nfkc_is_that_of_unicode_for_ordinary_text(text: str) -> None:
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


def test_full_width_and_mathematical_letters_become_plain() -> None:
    assert visible("Ａ𝟏\u200b𝑥") == "A1x"


@pytest.mark.parametrize(
    ("text", "content"), [("", False), (" .,!\n", False), ("_", False), ("\u3164", False), ("é", True), ("٣", True)]
)
def test_only_letters_and_digits_are_content(text: str, content: bool) -> None:
    assert has_content(text) is content


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("one, two", 2), ("- . !", 0), ("先加再乘", 4), ("Python很好", 3), ("a\u200bb c", 2)]
)
def test_words_are_tokens_or_characters_of_scripts_without_spaces(text: str, words: int) -> None:
    assert has_words(text, words) and not has_words(text, words + 1)


@pytest.mark.parametrize(("text", "unspaced"), [("ascii", False), ("café", False), ("한국어", False), ("日本", True)])
def test_scripts_without_spaces_are_known(text: str, unspaced: bool) -> None:
    assert is_unspaced(text) is unspaced


@pytest.mark.parametrize("unit", ["\u0301", "\u0323\u0301", "\ufdfa", "a\u0301", "\u200b", "Ａ"])
def test_stacked_marks_and_long_expansions_take_linear_time(unit: str) -> None:
    assert_linear(visible, unit)
