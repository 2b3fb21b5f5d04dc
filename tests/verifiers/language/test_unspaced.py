"""Runs of Chinese characters, kana and Thai letters: the words put together give the run, and known sentences are split as expected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.language.unspaced import chinese, has_kana, segment_han, segment_thai, to_simplified

CHARACTERS = "我们先写下已知的条件然後檢查每一種情況まず分かっていることを書き出しカタカナのでに龘"


@given(st.text(st.sampled_from(CHARACTERS), max_size=40))
def test_the_words_of_a_run_put_together_are_the_run(run: str) -> None:
    words = segment_han(run)
    assert "".join(words) == run and all(words)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("我们需要找到这个数", "我们 需要 找到 这个 数"),
        ("我們需要找到這個數", "我們 需要 找到 這個 數"),
        ("数を書きます", "数 を 書きます"),  # the ending belongs to its stem
        ("これはテストです", "これ は テスト です"),
    ],
)
def test_known_sentences(run: str, words: str) -> None:
    assert segment_han(run) == words.split()


def test_kana_makes_a_run_japanese() -> None:
    assert has_kana("数を") and has_kana("ー") and not has_kana("数")


def test_traditional_words_are_looked_up_as_simplified_ones() -> None:
    assert "條件".translate(to_simplified()) == "条件" and "条件" in chinese().costs


@given(st.text(st.sampled_from("เราเขียนสิ่งที่รู้แล้วตรวจสอบ"), max_size=30))
def test_the_words_of_a_thai_run_put_together_are_the_run(run: str) -> None:
    assert "".join(segment_thai(run)) == run


def test_a_thai_sentence_is_split_into_its_words() -> None:
    assert segment_thai("เราเขียนสิ่งที่เรารู้") == ["เรา", "เขียน", "สิ่ง", "ที่", "เรา", "รู้"]


def test_the_repetition_sign_adds_no_word() -> None:
    assert segment_thai("หนังสือๆ") == segment_thai("หนังสือ") == ["หนังสือ"]
