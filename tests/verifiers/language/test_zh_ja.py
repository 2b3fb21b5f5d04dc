"""Chinese or Japanese, simplified or traditional."""

from __future__ import annotations

import pytest

from r1.verifiers.language.tokens import tokens
from r1.verifiers.language.zh_ja import (
    certain_language,
    certain_variant,
    chinese_only,
    japanese_only,
    label_han,
    leaning,
    simplified_only,
    traditional_only,
)


def labels_of(text: str, target: str) -> list[str | None]:
    found = tokens(text)
    labels: list[str | None] = [None] * len(found)
    words = [i for i, token in enumerate(found) if token.script == "Han"]
    label_han(found, words, target, labels)
    return [labels[i] for i in words]


def test_characters_of_one_language_only_are_in_no_other_set() -> None:
    assert not simplified_only() & traditional_only()
    assert not chinese_only() & japanese_only()
    assert "气" in chinese_only() and "売" in japanese_only()


@pytest.mark.parametrize(
    ("word", "language"), [("する", "ja"), ("売店", "ja"), ("这", "zh"), ("数", None), ("の", None), ("首先", None)]
)
def test_some_words_are_certain_in_any_context(word: str, language: str | None) -> None:
    assert certain_language(word) == language


@pytest.mark.parametrize(
    ("word", "target", "variant"),
    [
        ("这", "zh-Hans", "zh-Hans"),
        ("這", "zh-Hans", "zh-Hant"),
        ("这這", "zh-Hant", "zh-mixed"),
        ("这", "zh", "zh"),
        ("首先", "zh-Hans", None),
        ("する", "zh-Hant", "ja"),
    ],
)
def test_variants_count_as_languages_only_for_a_target_that_is_one(word: str, target: str, variant: str | None) -> None:
    assert certain_variant(word, target) == variant


def test_marks_of_chinese_and_japanese_have_opposite_signs() -> None:
    assert leaning("我们") > 0 > leaning("です") and leaning("人") == 0


def test_a_word_of_both_languages_goes_with_its_neighbors() -> None:
    assert set(labels_of("我们 首先 写下 人口", "ja")) == {"zh"}
    assert set(labels_of("まず 人口 を 書きます", "zh")) == {"ja"}
    assert labels_of("人口", "zh") == ["zh"] and labels_of("人口", "ja") == ["ja"]


def test_a_word_without_marks_takes_the_variant_of_its_sentence() -> None:
    assert set(labels_of("我们 首先 写下 。 人口", "zh-Hans")) == {"zh-Hans"}
    assert set(labels_of("我們 首先 寫下", "zh-Hans")) == {"zh-Hant"}
