"""Lexicon: likelihoods of words in the languages of a script, names, and the best split of a run without spaces."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.language.lexicon import GROUPS, UNKNOWN, WordList, best_split, fold, is_name, lexicon, word_key


@pytest.mark.parametrize("script", GROUPS)
def test_every_script_has_its_languages_and_the_unknown_one(script: str) -> None:
    words = lexicon(script)
    assert words.languages[-1] == UNKNOWN and len(words.languages) == len(set(words.languages)) >= 4
    rows_WL = words.rows(["a", "b", "a"])
    assert rows_WL.shape == (3, len(words.languages))
    assert np.all(rows_WL < 0) and np.array_equal(rows_WL[0], rows_WL[2])


@pytest.mark.parametrize(
    ("word", "language", "other"),
    [("the", "en", "de"), ("und", "de", "en"), ("że", "pl", "en"), ("qxzvkj", UNKNOWN, "en")],
)
def test_a_word_is_likelier_in_its_own_language(word: str, language: str, other: str) -> None:
    words = lexicon("Latin")
    row_L = words.rows([word])[0]
    assert row_L[words.index[language]] > row_L[words.index[other]]


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("números", "numeros"),
        ("łódź", "lodz"),
        ("ещё", "еще"),
        ("мой", "мой"),
        ("संख्या", "संख्या"),
        ("أول", "اول"),
        ("abc", "abc"),
    ],
)
def test_marks_are_dropped_where_they_are_optional(word: str, plain: str) -> None:
    assert fold(word) == plain


@given(st.text())
def test_the_key_of_a_word_has_forty_bits(word: str) -> None:
    assert 0 <= word_key(word) < 1 << 40 and word_key(word) == word_key(str(word))


def test_names_are_listed_with_their_genitive() -> None:
    assert is_name("berlin") and is_name("anna's") and not is_name("number")


COSTS = {"a": 30, "b": 40, "ab": 50, "ba": 45, "aba": 60, "bab": 90}
WORDS = WordList(COSTS, {"ab": 3, "ba": 3})


@given(st.text(st.sampled_from("abc"), max_size=9))
def test_no_other_split_of_a_run_costs_less(run: str) -> None:
    def cost(words: list[str]) -> float:
        return sum(COSTS.get(word, 100 if len(word) == 1 else float("inf")) for word in words)

    cuts = [cut for n in range(len(run)) for cut in combinations(range(1, len(run)), n)] if run else [()]
    splits = [[run[i:j] for i, j in zip((0, *cut), (*cut, len(run)), strict=True)] for cut in cuts]
    found = best_split(run, WORDS, unknown=100)
    assert "".join(found) == run and cost(found) == min(map(cost, splits if run else [[]]))


def test_a_list_has_words_and_no_made_up_ones() -> None:
    words = lexicon("Latin")
    assert all(words.lists(form, "de") for form in ("haus", "und", "uber")) and not words.lists("krulligen", "de")
