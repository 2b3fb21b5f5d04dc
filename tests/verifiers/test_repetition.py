"""Repetition: the formula, its bounds, and scripts written without spaces."""

from __future__ import annotations

import pytest
from format_cases import cases, verdict_of
from hypothesis import given
from hypothesis import strategies as st
from shared_data import needs_shared
from timing import LIMIT_S, least_seconds

from r1.verifiers.repetition import Repetition


@pytest.mark.parametrize(
    ("options", "text", "reward"),
    [
        ({"ngram": 3}, "a b", 0.0),
        ({"ngram": 3}, "a b c d", 0.0),
        ({"ngram": 1}, "a a a a", -0.75),
        ({"ngram": 2, "max_penalty": -2.0}, "A b a B\na b", -2.0 * (1 - 2 / 5)),
        ({"ngram": 2}, "我们再算一次我们再算一次我们再算一次", 0.0),
        ({"ngram": 2, "unit": "auto"}, "我们再算一次我们再算一次我们再算一次", -(1 - 6 / 17)),
        ({"ngram": 1, "unit": "auto"}, "ok 好 ok 好", -0.5),
        ({"ngram": 1}, "no n\u200bo", -0.5),
    ],
)
def test_the_formula(options: dict, text: str, reward: float) -> None:
    assert Repetition(**options)(text, {}).reward == pytest.approx(reward)


@given(st.text(), st.integers(1, 4), st.sampled_from(["words", "auto"]))
def test_more_of_the_same_text_never_raises_the_reward(text: str, ngram: int, unit: str) -> None:
    reward = Repetition(ngram, -1.0, unit)(text, {}).reward
    assert -1.0 < reward <= 0.0
    assert Repetition(ngram, -1.0, unit)(f"{text} {text} {text}", {}).reward <= reward + 1e-12


def test_a_bad_option_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="max_penalty at most 0, got 3 and"):
        Repetition(max_penalty=0.5)
    with pytest.raises(ValueError, match="unknown unit 'jieba'; expected one of: words, auto"):
        Repetition(unit="jieba")


@pytest.mark.parametrize("text", ["x " * 500_000, "again and " * 100_000, "思" * 500_000])
def test_a_megabyte_is_judged_quickly(text: str) -> None:
    assert least_seconds(lambda: Repetition()(text, {}), LIMIT_S) <= LIMIT_S


@needs_shared
@pytest.mark.parametrize("row", cases("repetition"), ids=lambda row: row["id"])
def test_labelled_cases(row: dict) -> None:
    assert verdict_of(row).reward == pytest.approx(row["expected"])
