"""Spelling: Unicode and LaTeX looks are cleaned away, keys ignore them, and nothing changes a value."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timing import LIMIT_S, least_seconds

from r1.verifiers.math import spelling
from r1.verifiers.math.spelling import MAX_ANSWER, clean, key, to_ascii_math, trim, words


def test_the_examples() -> None:
    result = doctest.testmod(spelling)
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x²", "x^{2}"),
        ("x₁₂", "x_{12}"),
        ("½", r"\frac{1}{2}"),
        ("¹⁄₂", r"\frac{1}{2}"),
        ("2√3", r"2\sqrt 3"),
        ("π", r"\pi "),
        ("a≤b", r"a\le b"),
        ("−5", "-5"),
        ("３，４", "3,4"),
        ("𝑥", "x"),
        ("①③", "13"),
        ("\u200b5", "5"),
        ("2倍根号3", r"2\sqrt 3"),
        ("ответ", "ответ"),
        ("plain", "plain"),
    ],
)  # fmt: skip
def test_unicode_math_becomes_latex(text: str, expected: str) -> None:
    assert to_ascii_math(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$\frac{1}{2}$", r"\frac{1}{2}"),
        (r"\(5\)", "5"),
        (r"\[5\]", "5"),
        (r"\dfrac12", r"\frac12"),
        (r"\left(1, 2\right)", "(1, 2 )"),
        (r"1{,}234", "1{,}234"),
        (r"1,\!234", "1{,}234"),
        (r"\phantom{0}5", "5"),
        (r"\color{red}5", "5"),
        (r"5\text{.}", "5"),
        (r"\\frac12", r"\frac12"),
        ("\x0crac12", r"\frac12"),
        (r"0.\bar{3}", r"0.\overline{3}"),
        ("2 x 10^5", r"2 \times 10^5"),
        ("3又1/2", "3 1/2"),
        ("负3", "-3"),
        ("US$5", r"\$5"),
        ("5th", "5"),
        ("+/- 2", r"\pm  2"),
        ("1'000", "1000"),
        ("2or3", "2 or 3"),
        ("x=2or x=3", "x=2or x=3"),
        ("(1,2)or(3,4)", "(1,2) or (3,4)"),
        (r"\left\{\begin{array}{l}x=1\end{array}\right.", r"\begin{cases}x=1\end{cases}"),
    ],
)
def test_cleaning(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 5. ", "5"),
        ("**5**", "5"),
        ('"5"', "5"),
        ("5!", "5!"),
        ("n!.", "n!"),
        ("1, 2, ...", "1, 2, ..."),
        ("5\\\\", "5"),
        ("Yes!", "Yes!"),
        ("", ""),
    ],
)
def test_trimming(text: str, expected: str) -> None:
    assert trim(text) == expected


@given(st.text(alphabet="0123456789abcxyz+-*/^()=<>, .", max_size=40))
def test_plain_formulas_are_only_trimmed(text: str) -> None:
    if any(marker in text for marker in ("10", "x ", "...", "+/-")):
        return
    assert clean(text) == trim(text)


@given(st.text(max_size=80))
def test_cleaning_any_text_leaves_no_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert not any(char < " " and char not in "\t\n\r" for char in cleaned)
    assert trim(cleaned) == cleaned


@given(st.text(max_size=60))
def test_trimming_and_words_have_a_fixed_point(text: str) -> None:
    assert trim(trim(text)) == trim(text)
    assert words(text) == words(text.upper().casefold()) or not text.isascii()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A Parabola.", "parabola"),
        (r"\text{the } \textbf{Mean}", "mean"),
        ("x-axis", "x-axis"),
        ("The", "the"),
        ("red, blue;", "red , blue"),
        ("甲和乙", "甲 , 乙"),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("5", " 5."),
        ("$5$", "5"),
        (r"\left(1, 2\right)", "(1,2)"),
        ("1,234", "1234"),
        ("-1,234", "-1234"),
        (r"\tfrac12", r"\frac12"),
        ("x + 1", "x+1"),
    ],
)
def test_spellings_share_a_key(a: str, b: str) -> None:
    assert key(a) == key(b)


@pytest.mark.parametrize(
    ("a", "b"), [("1, 234", "1,234"), ("1 1/2", "11/2"), ("(1, 234)", "(1234)"), ("x", "X"), ("...", "")]
)
def test_different_answers_have_different_keys(a: str, b: str) -> None:
    assert key(a) != key(b)


@pytest.mark.parametrize("unit", ["1+", r"\left(", "½", "$", "x'", "**", r"\text{", "\\\\", "…", "5th "])
def test_cleaning_the_longest_answer_is_cheap(unit: str) -> None:
    text = unit * (MAX_ANSWER // len(unit))
    assert least_seconds(lambda: clean(text), enough_s=LIMIT_S) <= LIMIT_S


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        (r"x=4 \quad x=-7", "x=4, x=-7"),
        (r"x=2\\ y=5", "x=2, y=5"),
        (r"x=2\; y=5", "x=2, y=5"),
        ("x=2\ny=5", "x=2, y=5"),
        (r"\{1\} \qquad \{2\}", r"\{1\}, \{2\}"),
        (r"\begin{cases}x=1\\y=2\end{cases} \quad z=3", r"\begin{cases}x=1\\y=2\end{cases}, z=3"),
    ],
)
def test_a_gap_between_items_is_a_comma(text: str, listed: str) -> None:
    assert clean(text).replace(" ", "") == clean(listed).replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        r"5 \quad \text{cm}",
        r"x = \quad 5",
        r"x^2 \\ + 2x",
        r"a \; b",
        r"(1, \quad 2)",
        r"3 \quad (\text{since } 1 < 2)",
        "x =\n5",
    ],
)
def test_a_gap_inside_an_item_separates_nothing(text: str) -> None:
    assert clean(text).count(",") == text.count(",")
