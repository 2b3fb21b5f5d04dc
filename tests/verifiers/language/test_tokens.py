"""Tokens: kinds and scripts of words, and what separates them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.language.tokens import Kind, normal, script_of, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We know.", "we/Latin/WORD know/Latin/WORD"),
        ("NASA flies", "nasa/Latin/ACRONYM flies/Latin/WORD"),
        ("x grows", "x/Latin/LETTER grows/Latin/WORD"),
        ("see main.py and #topic", "see/Latin/WORD main.py/Latin/IDENTIFIER and/Latin/WORD #topic/Latin/IDENTIFIER"),
        ("camelCase snake_case", "camelcase/Latin/IDENTIFIER snake_case/Latin/IDENTIFIER"),
        ("wоrd", "wоrd/Mixed/MIXED"),  # a Cyrillic о
        ("don't l’eau", "don't/Latin/WORD l'eau/Latin/WORD"),
        ("http://a.b/c 12 + 3", ""),
        ("Δx and μm", "and/Latin/WORD"),
        ("sin(x) rises", "x/Latin/LETTER rises/Latin/WORD"),
        ("слово 数字 คำ", "слово/Cyrillic/WORD 数字/Han/WORD คำ/Thai/WORD"),
        ("한국a", "한국/Hangul/WORD a/Latin/LETTER"),
    ],
)
def test_kinds_and_scripts(text: str, words: str) -> None:
    assert " ".join(repr(token) for token in tokens(text) if token.form) == words


@pytest.mark.parametrize(
    ("text", "ends"), [("One. Two", 1), ("One, two", 0), ('"One!" Two?', 2), ("我们。他们", 1), ("3. Two", 1)]
)
def test_ends_of_sentences(text: str, ends: int) -> None:
    assert sum(token.end for token in tokens(text)) == ends


def test_equal_texts_share_one_token() -> None:
    first, second = tokens("word word")
    assert first is second and first.kind is Kind.WORD


@given(st.characters())
def test_every_character_has_a_script(char: str) -> None:
    assert script_of(char)


@given(st.text(max_size=30))
def test_the_looked_up_form_of_a_form_is_itself(word: str) -> None:
    assert normal(normal(word)) == normal(word)
