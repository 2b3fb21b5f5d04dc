"""Readings: which ways to read an answer there are, and which one comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.spelling import MAX_ANSWER
from r1.verifiers.math.tree import BaseNum, Call, Num, ParseError, Quantity, Ratio, Seq, Sym, Text


def test_a_comma_may_group_thousands_or_separate_values() -> None:
    assert read("1,234") == [Num(1234), Seq("list", (Num(1), Num(234)))]
    assert read("(1,234)") == [Seq("tuple", (Num(1), Num(234)))], "a number is not put into brackets"
    assert read("2,5") == [Seq("list", (Num(2), Num(5))), parse("2.5")]
    assert read("12.345,6")[0] == parse("12345.6"), "a European numeral"


def test_a_letter_behind_a_number_may_be_a_unit() -> None:
    assert read("5 m") == [Quantity(Num(5), "m"), parse("5m")]
    assert read("5x") == [parse("5x")]


def test_a_logarithm_without_a_base_may_be_common() -> None:
    assert read(r"\log 100") == [Call("log", (Num(100),)), Call("log", (Num(100), Num(10)))]
    assert read(r"\ln 100") == [parse(r"\ln 100")]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("C_5^2", r"\binom{5}{2}"),
        ("C(5,2)", r"\binom{5}{2}"),
        ("A_5^2", r"\frac{5!}{(5-2)!}"),
        ("{}_5C_2", r"\binom{5}{2}"),
    ],
)
def test_counts_of_choices_are_read_as_an_alternative(text: str, same: str) -> None:
    assert parse(same) in read(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("the answer is 5", "5"),
        (r"30^\circ 15'", r"(30+15/60+0/3600)^\circ"),
        ("0.333...", r"0.\overline{3}"),
        ("0.1666 repeating", r"0.166\overline{6}"),
        (r"1\over 2", r"\frac{1}{2}"),
        (r"\{1,2\}", "{1,2}"),
        ("x > 1", "{x | x > 1}"),
        ("(1,2) U (3,4)", r"(1,2)\cup(3,4)"),
        (r"\frac{dy}{dx}", "dy/dx"),
        ("1/2", "P(A|B) = 1/2"),
        ("12", r"\textbf{(B)}\ 12"),
        (r"\mathbb{R}\setminus\{0\}", "all real numbers except x = 0"),
        ("f(x) = cx", r"f(x) = cx \text{ for all } x"),
    ],
)
def test_two_spellings_have_the_same_first_reading(text: str, same: str) -> None:
    assert read(text)[0] == read(same)[0]


def test_ratios_may_be_spoken() -> None:
    assert read("3 to 4") == [Ratio((Num(3), Num(4)))]
    assert read("3 out of 4")[0] == parse("3/4")


def test_text_that_is_no_formula_reads_as_words() -> None:
    assert read("A parabola.") == [Text("parabola")]
    assert read(r"\frac{1}{") == [Text("frac 1")]
    assert read("3 = 4") == [Text("3 = 4")], "a false equation states no value"


def test_a_declared_parameter_is_replaced() -> None:
    assert read(r"2k\pi, k \in \mathbb{Z}") == read(r"2n\pi, n \in \mathbb{Z}")
    assert read(r"2k\pi") != read(r"2n\pi")


@pytest.mark.parametrize("text", ["", "  ", "()", "$$", "x" * (MAX_ANSWER + 1)])
def test_an_answer_that_says_nothing_or_too_much_is_an_error(text: str) -> None:
    with pytest.raises(ParseError):
        read(text)


def test_the_number_base_of_a_numeral_is_kept() -> None:
    assert read("1011_2") == read(r"1011_{\text{two}}") == [BaseNum("1011", 2)]


@given(st.integers(-(10**18), 10**18))
def test_an_integer_has_one_reading(value: int) -> None:
    assert read(str(value)) == [Num(value)]


@given(st.lists(st.sampled_from("xyz"), min_size=1, max_size=5))
def test_readings_differ_from_each_other(letters: list[str]) -> None:
    for text in (", ".join(letters), "1 000 " + letters[0], r"\log " + letters[0], f"1,234{letters[0]}"):
        readings = read(text)
        assert all(reading not in readings[:index] for index, reading in enumerate(readings))
    assert read(letters[0])[0] == Sym(letters[0])
