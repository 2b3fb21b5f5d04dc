"""The hand-written lists: enough words for each language, and names that the built file holds."""

from __future__ import annotations

import pytest

from r1.verifiers.language.data.extra import FUNCTION_WORDS, LOANWORDS, NOT_NAMES, PLACES_AND_PRODUCTS, ROMANIZED
from r1.verifiers.language.lexicon import GROUPS, is_name, lexicon

LANGUAGES = {name: script for script in GROUPS for name in lexicon(script).languages}


@pytest.mark.parametrize("language", FUNCTION_WORDS)
def test_the_first_words_of_a_list_are_words_of_the_built_language(language: str) -> None:
    words = FUNCTION_WORDS[language].split()
    assert len(words) >= 50
    lexicon_of = lexicon(LANGUAGES[language])
    rows_WL = lexicon_of.rows([word.casefold() for word in words[:10]])
    assert (rows_WL[:, lexicon_of.index[language]] > -9).all()  # -9 nats: one word in 8,000


def test_loan_words_and_romanized_words_belong_to_built_languages() -> None:
    assert {code for codes in LOANWORDS for code in codes.split()} <= set(LANGUAGES)
    assert {f"{code}-Latn" for code in ROMANIZED} <= set(LANGUAGES)


def test_listed_names_are_names_unless_they_are_ordinary_words() -> None:
    listed = {name.casefold() for name in PLACES_AND_PRODUCTS.split()} - set(NOT_NAMES)
    assert all(map(is_name, listed)) and not any(is_name(word) for word in NOT_NAMES if not word.endswith("'s"))
