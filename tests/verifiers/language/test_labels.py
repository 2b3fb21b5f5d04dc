"""Labels: capitals, single letters, loan phrases and other scripts; which words are foreign beyond doubt."""

from __future__ import annotations

import pytest

from r1.verifiers.language.labels import label
from r1.verifiers.language.tokens import tokens


def labels_of(text: str, target: str) -> dict[str, str | None]:
    found = tokens(text)
    return {token.form: name for token, name in zip(found, label(found, target).languages, strict=True) if token.form}


def test_short_capitals_are_neutral_unless_the_text_is_in_capitals() -> None:
    assert labels_of("the NASA rocket flies", "en")["nasa"] is None
    assert labels_of("WE NEED TO FIND THE VALUE AND THEN STOP", "en")["need"] == "en"
    assert labels_of("wir sehen die NASA und ESA dort", "en")["esa"] is None


@pytest.mark.parametrize(
    ("text", "target", "letter", "language"),
    [
        ("this is a dog", "en", "a", "en"),
        ("then x is large", "en", "x", None),
        ("la casa y el perro", "es", "y", "es"),
        ("the point A is here", "en", "a", None),
        ("я и ты", "ru", "и", "ru"),
    ],
)
def test_a_single_letter_is_a_word_where_its_language_has_it(
    text: str, target: str, letter: str, language: str | None
) -> None:
    assert labels_of(text, target)[letter] == language


def test_a_loan_phrase_is_the_targets() -> None:
    assert labels_of("this holds a priori and vice versa", "en") == dict.fromkeys(
        "this holds a priori and vice versa".split(), "en"
    )


def test_words_of_other_scripts_get_their_own_language() -> None:
    found = labels_of("the слово и число λόγοι שלום 我们 です", "en")
    assert found == {"the": "en", "слово": "ru", "и": "ru", "число": "ru", "λόγοι": "el", "שלום": "he"} | {
        "我们": "zh",
        "です": "ja",
    }


def test_own_words_are_those_that_are_not_foreign_beyond_doubt() -> None:
    found = tokens("we schreiben numbers слово")
    judged = label(found, "en")
    assert [found[i].form for i in judged.own] == ["we", "numbers"]


def test_repeated_own_words_are_padded() -> None:
    judged = label(tokens("we know " * 5), "en")
    assert len(judged.padded) == 8 and judged.padded <= set(judged.own)
