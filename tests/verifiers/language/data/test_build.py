"""The build of the word lists agrees with their reader, and its tables have the shapes that the file format names."""

from __future__ import annotations

import math
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_texts import HONEST_TEXTS

from r1.verifiers.language import lexicon, tokens
from r1.verifiers.language.data import build

SPACED = [text for language, text in HONEST_TEXTS.items() if language not in ("zh", "zh-Hans", "zh-Hant", "ja", "th")]
WORDS = sorted({word for text in SPACED for word in re.findall(r"\w+", text)})


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_word_is_filed_under_the_key_that_the_reader_computes(word: str) -> None:
    assert build.word_key(word) == lexicon.word_key(word)


@pytest.mark.parametrize("word", WORDS)
def test_reader_and_build_agree_on_the_form_and_the_folded_form(word: str) -> None:
    form = build.normal(word)
    assert form == tokens.normal(unicodedata.normalize("NFKC", word).replace("\u200c", ""))
    assert build.fold(form) == lexicon.fold(form)


@given(st.sets(st.integers(0, (1 << 32) - 1), max_size=50))
def test_the_steps_between_keys_give_the_keys_back(keys: set[int]) -> None:
    steps = build.key_steps(sorted(keys))
    assert steps.dtype == np.uint32 and np.cumsum(steps, dtype=np.int64).tolist() == sorted(keys)


def test_a_hand_written_list_follows_zipfs_law() -> None:
    assert build.hand_list("the of the And") == {"the": 0.03, "of": 0.02, "and": 0.015}


def test_a_ranked_list_adds_up_the_forms_of_a_word_and_drops_what_is_no_word() -> None:
    found = build.ranked_list(["and", "|", "(UTC)", "And,", "x1", "day."], 2)
    assert found == {"and": pytest.approx(0.08 / 2 + 0.08 / 5), "utc": pytest.approx(0.08 / 4)}


def test_a_counted_list_keeps_the_most_frequent_words() -> None:
    assert build.counted_list(["# comment", "day\t3", "Day\t2", "night\t4", "of\t1", "3rd\t10"], 2) == {
        "day": 0.25,
        "night": 0.2,
    }


def test_leaked_english_words_are_damped_and_real_ones_are_not() -> None:
    lists = {"en": {"the": 0.05, "problem": 1e-4}, "de": {"the": 1e-5, "problem": 1e-4, "und": 0.03}}
    build.without_leaks(lists)
    assert lists["de"]["the"] < 1e-9 and lists["de"]["problem"] == 1e-4 and lists["de"]["und"] == 0.03
    assert lists["en"] == {"the": 0.05, "problem": 1e-4}


def test_letter_costs_are_lower_for_the_language_that_has_the_letters() -> None:
    grams, costs = build.letter_costs({"en": {"the": 0.05}, "de": {"der": 0.05}}, 3)
    assert costs.shape == (len(grams), 2) and costs.dtype == np.uint8
    row = costs[grams.tolist().index(build.gram_key("the"))]
    assert row[0] < row[1]


def test_costs_are_logarithms_in_one_byte() -> None:
    assert build.cost_array([1.0, 0.1, 1e-300]).tolist() == [0, 25, 255]
    assert bytes(build.text_array(["a", "é"])).decode() == "a\né"
    assert build.gram_key("ab") == ord("a") << 21 | ord("b") and math.log2(build.gram_key("\U0010ffff" * 3)) < 63
