"""Romanization: known words in the spellings that people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.language.data.romanize import variants


@pytest.mark.parametrize(
    ("word", "language", "spellings"),
    [
        ("число", "ru", ["chislo"]),
        ("хорошо", "ru", ["horosho", "khorosho"]),
        ("한국", "ko", ["hanguk"]),
        ("がっこう", "ja", ["gakkou"]),
        ("きょう", "ja", ["kyou"]),
        ("カメラ", "ja", ["kamera"]),
        ("学校", "ja", []),
        ("अज्ञात", "hi", ["ajnat"]),
        ("ευχαριστώ", "el", ["efharisto", "efxaristo"]),
        ("عدد", "ar", ["3dd", "add"]),
        ("word", "ru", []),
    ],
)
def test_known_words(word: str, language: str, spellings: list[str]) -> None:
    assert variants(word, language) == spellings


@given(st.text(max_size=8), st.sampled_from(["ru", "ko", "ja", "hi", "el", "ar"]))
def test_spellings_are_ascii(word: str, language: str) -> None:
    assert all(spelling.isascii() and spelling for spelling in variants(word, language))
