"""The normal form of a tree: plus-minus written out, chains of equations reduced to what they state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.read.normal import MAX_SIGNS, normal
from r1.verifiers.math.tree import Matrix, Node, Num, ParseError, Rel, Seq, Sym, Text


def normal_form(text: str) -> Node:
    return normal(parse(text), text)


def test_plus_minus_becomes_a_list_of_cases() -> None:
    assert normal_form(r"1 \pm 2") == parse("1+2, 1-2")
    assert normal_form(r"0, \pm 2") == parse("0, 2, -2")
    assert normal_form(r"\{\pm 1\}") == parse(r"\{1, -1\}")


def test_independent_signs_give_every_combination_and_linked_ones_two() -> None:
    independent, linked = normal_form(r"\pm 1 \pm 2"), normal_form(r"1 \pm 2 \mp 3")
    assert isinstance(independent, Seq) and len(independent.items) == 4
    assert linked == parse("1+2-3, 1-2+3")


def test_too_many_signs_are_an_error() -> None:
    with pytest.raises(ParseError, match="plus-minus"):
        normal_form("1" + r"\pm 1" * (MAX_SIGNS + 1))


@pytest.mark.parametrize(
    ("chain", "stated"),
    [
        ("x = 5 + 6 = 11", "x = 11"),
        ("5 + 6 = 11", "11"),
        (r"1/3 \approx 0.33", "1/3"),
        (r"x \approx 11", "x = 11"),
        ("2x = 3 + 7 = 10", "10"),
        ("a = b = c = 1", "a = 1, b = 1, c = 1"),
    ],
)
def test_a_chain_states_its_last_member(chain: str, stated: str) -> None:
    assert normal_form(chain) == parse(stated)


def test_a_chain_of_names_stays() -> None:
    assert normal_form("a = b = c") == Rel(("=", "="), (Sym("a"), Sym("b"), Sym("c")))


def test_a_false_equation_of_numbers_is_an_error() -> None:
    with pytest.raises(ParseError, match="false"):
        normal_form("3 = 4")


def test_points_are_scaled_and_transposed() -> None:
    assert normal_form("2(1,3)") == Seq("tuple", (parse("2*1"), parse("2*3")))
    assert normal_form("(1,2)^T") == Matrix(((Num(1),), (Num(2),)))


@given(st.lists(st.integers(0, 99), min_size=1, max_size=MAX_SIGNS))
def test_the_cases_of_plus_minus_are_two_to_the_number_of_signs(terms: list[int]) -> None:
    cases = normal_form("x" + "".join(rf"\pm {term}" for term in terms))
    assert isinstance(cases, Seq) and len(cases.items) == 2 ** len(terms)
    assert normal(Text("word"), "word") == Text("word")
