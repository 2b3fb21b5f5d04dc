"""Numbers in words, English and Chinese."""

from __future__ import annotations

import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.read import number_words
from r1.verifiers.math.read.number_words import number_in_words

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
HAN = "零一二三四五六七八九"


def english(value: int) -> str:
    """A number below a billion as it is spoken."""
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10 - 2] + ("-" + ONES[value % 10] if value % 10 else "")
    for size, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            return f"{english(value // size)} {name}" + (
                f" {'and ' if rest < 100 else ''}{english(rest)}" if rest else ""
            )
    raise AssertionError(value)


def chinese(value: int) -> str:
    """A number from 1 to 9999 as it is spoken."""
    words, gap = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        if digit:
            words += ("零" if gap and words else "") + HAN[digit] + name
        gap = not digit
    return words


def test_the_documented_examples_hold() -> None:
    result = doctest.testmod(number_words)
    assert result.attempted and not result.failed


@given(st.integers(0, 10**9 - 1), st.booleans())
def test_a_spoken_english_number_has_its_value(value: int, negative: bool) -> None:
    assert number_in_words(("minus " if negative else "") + english(value)) == (-value if negative else value)


@given(st.integers(1, 9999))
def test_a_spoken_chinese_number_has_its_value(value: int) -> None:
    assert number_in_words(chinese(value)) == value
    assert number_in_words("负" + chinese(value)) == -value
    assert number_in_words(chinese(value) + "万") == value * 10**4


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("one and a half", Fraction(3, 2)),
        ("two thirds", Fraction(2, 3)),
        ("a hundred", 100),
        ("a dozen", 12),
        ("二又三分之一", Fraction(7, 3)),
        ("百分之五", Fraction(1, 20)),
        ("三点一四", Fraction(157, 50)),
        ("1.5亿", 150_000_000),
    ],
)
def test_fractions_and_scales(text: str, value: Fraction | int) -> None:
    assert number_in_words(text) == value


@pytest.mark.parametrize(
    "text", ["", "hundred", "five six", "twenty apples", "half", "十个", "一点", "word " * 40, "五又六"]
)
def test_other_words_are_not_numbers(text: str) -> None:
    assert number_in_words(text) is None
