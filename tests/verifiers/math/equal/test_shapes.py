"""Small questions about trees: long decimals, definitions, coordinates, phrases, conditions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.equal import shapes
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.tree import Interval, Node, Num, Seq, SetOp, Sym


def tree(text: str) -> Node:
    return read(text)[0]


def test_a_decimal_of_fifteen_digits_is_long() -> None:
    assert shapes.long_decimal(tree("0.333333333333333"))[0] is not None
    assert shapes.long_decimal(tree("0.33333333333333"))[0] is None
    literal, scale = shapes.long_decimal(tree(r"1.23456789012345 \cdot 10^5"))
    assert literal is not None and scale == 10**5


@given(st.integers(1, 10**6), st.integers(0, 6), st.integers(0, 6))
def test_a_fraction_ends_when_its_denominator_has_only_twos_and_fives(top: int, twos: int, fives: int) -> None:
    bottom = 2**twos * 5**fives
    assert not shapes.never_terminates(Fraction(top, bottom))
    assert shapes.never_terminates(Fraction(3 * top + 1, 3 * bottom))


def test_a_definition_has_a_name_on_either_side() -> None:
    for text in ("x = 5", "5 = x"):
        node = tree(text)
        assert shapes.is_name_equation(node) and shapes.value_of(node) == Num(5)
    assert not shapes.is_name_equation(tree("2x + 1 = 5")) and shapes.value_of(Num(5)) == Num(5)


def test_coordinates_are_put_in_order() -> None:
    seq = tree("y=2, x=1")
    assert isinstance(seq, Seq)
    ordered = shapes.by_coordinate(seq, shapes.names_of(seq), None)
    assert [shapes.value_of(item) for item in ordered] == [Num(1), Num(2)]


def test_percentages_and_degrees_give_their_number() -> None:
    assert shapes.percent_of(tree(r"25\%")) == Num(25) and shapes.percent_of(Num(25)) is None
    assert shapes.degrees_of(tree(r"90^\circ")) == Num(90) and shapes.degrees_of(Num(90)) is None


def test_phrases_have_no_order() -> None:
    assert shapes.phrases_of(tree("red and blue")) == Counter(["red", "blue"])
    assert shapes.phrases_of(tree("A, B")) == Counter(["a", "b"])
    assert shapes.phrases_of(Num(1)) is None


def test_conditions_on_different_variables() -> None:
    assert shapes.other_variables(tree("x < 3"), tree("y < 3"))
    assert not shapes.other_variables(tree("f(x) < 3"), tree("y < 3"))
    assert shapes.on_a_line(tree("x < 3")) and not shapes.on_a_line(tree("x < y"))


def test_pairs_beside_a_union_are_intervals() -> None:
    pairs, union = tree("(0,1) and (2,3)"), tree(r"(0,1)\cup(2,3]")
    found = shapes.intervals_beside(pairs, union)
    assert isinstance(union, SetOp) and isinstance(found, Seq)
    assert all(isinstance(item, Interval) for item in found.items)
    assert shapes.intervals_beside(pairs, Sym("x")) is pairs
