"""Claims: the evidence of words against the target, and the words that other languages claim."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.language.claims import Claims, likeliest
from r1.verifiers.language.lexicon import lexicon

ENGLISH = "we write down what we know about the numbers".split()
GERMAN = "wir schreiben auf was wir über die Zahlen wissen".casefold().split()


def claims_of(forms: list[str], target: str) -> tuple[Claims, list[str | None]]:
    claims = Claims(lexicon("Latin"), forms, target)
    return claims, claims.of(list(range(len(forms))), claims.doubtless, [1.0] * len(forms))


def test_a_german_stretch_in_an_english_text_is_claimed_by_german() -> None:
    _, found = claims_of([*ENGLISH, *GERMAN], "en")
    assert found == [None] * len(ENGLISH) + ["de"] * len(GERMAN)


def test_no_language_claims_the_words_of_the_target() -> None:
    for forms, target in ((ENGLISH, "en"), (GERMAN, "de")):
        assert claims_of(forms, target)[1] == [None] * len(forms)


def test_quiet_words_speak_for_no_other_language() -> None:
    claims = Claims(lexicon("Latin"), GERMAN, "en", frozenset(GERMAN))
    rows, steps = list(range(len(GERMAN))), [1.0] * len(GERMAN)
    assert claims.of(rows, claims.doubtless, steps, quiet=rows) == [None] * len(GERMAN)


@given(st.lists(st.sampled_from([*ENGLISH, *GERMAN, "zaqwxsc", "naïve", "ko"]), min_size=1, max_size=12))
def test_words_beyond_doubt_are_claimed_in_every_context(forms: list[str]) -> None:
    claims, found = claims_of(forms, "en")
    assert all(language is not None for language, sure in zip(found, claims.doubtless, strict=True) if sure)
    assert np.all(claims.gains_WL[:, lexicon("Latin").index["en"]] < 0)


def test_a_loan_word_is_never_beyond_doubt() -> None:
    assert Claims(lexicon("Latin"), ["jednakże"], "en").doubtless == [True]
    assert Claims(lexicon("Latin"), ["jednakże"], "en", frozenset({"jednakże"})).doubtless == [False]


def test_the_likeliest_language_is_found_with_and_without_the_neighbors() -> None:
    together, alone = likeliest(lexicon("Latin"), GERMAN)
    assert together == ["de"] * len(GERMAN)
    assert alone[GERMAN.index("schreiben")] == "de"
