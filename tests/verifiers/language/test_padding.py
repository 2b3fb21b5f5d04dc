"""Padding: repeated words are found, and repeating words never lifts a bad text above an honest one."""

from __future__ import annotations

import random
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_texts import HONEST, HONEST_TEXTS, pieces

from r1.verifiers.language.padding import at_most_thrice, padding
from r1.verifiers.language.verifier import measure

NEW = [f"word{n}" for n in range(100)]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("a a a", "a a a"),  # three times is not padding
        ("a a a a", "a"),
        ("a b a b a b", "a b a b a b"),
        ("a b a b a b a b", "a b"),
        ("x a b c a b c a b c a b c y", "x a b c y"),
        ("a b c d a b c e a b c f a b c g", "a b c d a b c e a b c f a b c g"),
    ],
)
def test_a_unit_repeated_four_times_in_a_row_stays_once(words: str, kept: str) -> None:
    forms = words.split()
    padded = set(padding(forms))
    assert " ".join(form for place, form in enumerate(forms) if place not in padded) == kept


def test_a_text_of_new_words_is_not_padding() -> None:
    assert padding(NEW) == [] and padding([]) == []


@given(st.lists(st.sampled_from(NEW[:19]), min_size=64, max_size=300))
def test_a_filler_of_few_words_counts_for_less_than_one_window(soup: list[str]) -> None:
    padded = set(padding(soup))
    left = [form for place, form in enumerate(soup) if place not in padded]
    assert len(left) < 64 and set(left) == set(soup)


@given(st.randoms(use_true_random=False), st.integers(5, 20))
def test_a_filler_that_is_shuffled_repeatedly_counts_each_word_once(chance: random.Random, times: int) -> None:
    soup = [word for _ in range(times) for word in chance.sample(NEW[:19], 19)]
    padded = set(padding(soup))
    assert sorted(form for place, form in enumerate(soup) if place not in padded) == sorted(NEW[:19])


@given(st.lists(st.sampled_from("abc"), max_size=30))
def test_a_foreign_word_counts_at_most_three_times_in_a_row(words: list[str]) -> None:
    kept = at_most_thrice(words)
    wanted = [word for word, run in groupby(words) for _ in range(min(3, len(list(run))))]
    assert [words[place] for place in kept] == wanted


@given(st.lists(st.sampled_from("ab"), max_size=20), st.integers(0, 20))
def test_one_more_foreign_word_leaves_as_many_of_the_others(words: list[str], at: int) -> None:
    longer = [*words[:at], "c", *words[at:]]
    others = [place for place in at_most_thrice(longer) if longer[place] != "c"]
    assert len(others) >= len(at_most_thrice(words))


@settings(max_examples=150, deadline=None)
@given(
    language=st.sampled_from(sorted(HONEST_TEXTS)),
    other=st.sampled_from(sorted(HONEST_TEXTS)),
    types=st.integers(3, 20),
    size=st.integers(4, 40),
    chance=st.randoms(use_true_random=False),
    thrown_in=st.sampled_from(["", "7.", "因此。", "okay,", "ну,"]),
    kind=st.sampled_from(["soup", "shuffled"]),
)
def test_padding_with_few_words_never_lifts_a_bad_text_above_an_honest_one(
    language: str, other: str, types: int, size: int, chance: Any, thrown_in: str, kind: str
) -> None:
    """Up to 20 words of the target, drawn at random or shuffled repeatedly, with other words thrown in."""
    own = [piece for piece in pieces(HONEST_TEXTS[language]) if piece.strip()]
    if is_near(language, other) or len(own) < types:
        return
    filler = own[:types]
    if kind == "soup":
        soup = chance.choices(filler, k=types * size)
    else:
        soup = [word for _ in range(size) for word in chance.sample(filler, types)]
    padding = "".join(f"{word} {thrown_in if n % 5 == 0 else ''} " for n, word in enumerate(soup))
    bad, honest = measure(HONEST_TEXTS[other] * 2, language), measure(HONEST_TEXTS[language], language).fraction
    padded = measure(f"{HONEST_TEXTS[other] * 2} {padding}", language)
    assert padded.fraction is not None and honest is not None
    assert padded.fraction < 0.75 < honest, (padded, bad)


def is_near(language: str, other: str) -> bool:
    """Whether a text in one language is largely one in the other as well."""
    return (measure(HONEST_TEXTS[other], language).fraction or 0.0) > 0.2


@settings(max_examples=100, deadline=None)
@given(
    language=st.sampled_from(sorted(HONEST)),
    other=st.sampled_from(sorted(HONEST)),
    repeats=st.integers(4, 400),
    size=st.integers(1, 12),
    breaker=st.sampled_from(["", " 7 ", "\n", " $x$ ", " …"]),
)
def test_repeating_a_unit_never_lifts_a_bad_text_above_an_honest_one(
    language: str, other: str, repeats: int, size: int, breaker: str
) -> None:
    if language == other:
        return
    unit = HONEST[language][:size] if language in ("zh", "ja") else " ".join(HONEST[language].split()[:size])
    padded = f"{HONEST[other]} " + f"{unit}{breaker} " * repeats
    fraction = measure(padded, language).fraction
    honest = measure(HONEST[language] + " okay", language).fraction
    assert fraction is not None and honest is not None and fraction < 0.55 < honest
