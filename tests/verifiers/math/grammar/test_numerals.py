"""Numerals are exact, subscripts name bases, and only short runs of letters are products."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.numerals import canonical_base, letter, numeral, product_of_letters, repeating
from r1.verifiers.math.tree import E, I, Num, Sym

digits = st.text(alphabet="0123456789", min_size=1, max_size=8)


@given(st.integers(0, 10**15))
def test_separators_do_not_change_a_number(value: int) -> None:
    for text in (f"{value:,}", f"{value:,}".replace(",", " "), f"{value:,}".replace(",", "{,}")):
        assert numeral(text) == Num(value)


@given(digits, digits)
def test_a_decimal_is_the_exact_fraction_and_counts_its_digits(whole: str, places: str) -> None:
    literal = numeral(f"{whole}.{places}")
    assert literal.value == Fraction(f"{whole}.{places}")
    assert literal.places == len(places)
    assert literal.digits == len((whole + places).lstrip("0"))


@pytest.mark.parametrize(
    ("text", "value"), [("1{,}5", Fraction(3, 2)), ("1{,}234{,}5", 12345), ("2.5e3", 2500), ("1e-2", Fraction(1, 100))]
)
def test_other_literals(text: str, value: Fraction | int) -> None:
    assert numeral(text).value == value


@given(digits, st.text(alphabet="0123456789", max_size=6), digits)
def test_a_repeating_decimal_is_the_limit_of_its_digits(whole: str, fixed: str, period: str) -> None:
    value = repeating(f"{whole}.{fixed}({period})").value
    assert value == repeating(f"{whole}.{fixed}\\overline{{{period}}}").value
    for repetitions in (1, 5):
        length = len(fixed) + repetitions * len(period)
        assert 0 <= value - Fraction(f"{whole}.{fixed}{period * repetitions}") <= Fraction(1, 10**length)


@given(st.integers(2, 64))
def test_every_base_is_read_from_its_number(base: int) -> None:
    for subscript in (str(base), f" {base} ", f"({base})", f"base {base}", f"Base{base}"):
        assert canonical_base(subscript) == base


@pytest.mark.parametrize(
    ("subscript", "base"),
    [("two", 2), ("sixteen", 16), ("hex", 16), ("twenty", 20), ("n", None), ("1", None), ("65", None), ("", None)],
)
def test_bases_in_words(subscript: str, base: int | None) -> None:
    assert canonical_base(subscript) == base


@pytest.mark.parametrize("word", ["xy", "ab", "AB", "abc", "pqr", "abcd", "mnpq"])
def test_products(word: str) -> None:
    assert product_of_letters(word)


@pytest.mark.parametrize("word", ["is", "no", "the", "yes", "ABC", "word", "even", "元", "abcdef"])
def test_words_are_no_products(word: str) -> None:
    assert not product_of_letters(word)


def test_two_letters_are_constants() -> None:
    assert letter("e") is E and letter("i") is I and letter("x") == Sym("x")
