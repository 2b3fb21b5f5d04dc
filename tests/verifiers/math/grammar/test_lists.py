"""Lists, relations, and the units behind list items."""

from __future__ import annotations

import pytest

from r1.verifiers.math.grammar.lists import with_unit
from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import DEG, Call, Mul, NamedSet, Node, Num, ParseError, Quantity, Ratio, Rel, Seq, Sym, Text

X, Y = Sym("x"), Sym("y")
ONE, TWO, THREE, FIVE, SEVEN = map(Num, (1, 2, 3, 5, 7))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1, 2", Seq("list", (ONE, TWO))),
        ("1; 2", Seq("list", (ONE, TWO))),
        ("1 and 2", Seq("list", (ONE, TWO))),
        (r"1, 2, \text{ and } 3", Seq("list", (ONE, TWO, THREE))),
        ("1, 2,", Seq("list", (ONE, TWO))),
        ("x or y", Seq("or", (X, Y))),
        (r"x \vee y", Seq("or", (X, Y))),
        ("x 或 y", Seq("or", (X, Y))),
        ("(1 or 2)", Seq("tuple", (ONE, TWO))),
        (r"x = 1 \Rightarrow y = 2", Rel(("=",), (Y, TWO))),
        ("1,234", Num(1234)),
    ],
)
def test_lists(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_a_comma_between_digits_separates_without_thousands() -> None:
    assert parse("1,234", thousands=False) == Seq("list", (ONE, Num(234)))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x = 2", Rel(("=",), (X, TWO))),
        (r"1 \le x < 3", Rel(("<=", "<"), (ONE, X, THREE))),
        (r"x \ne 2", Rel(("!=",), (X, TWO))),
        (r"x \not= 2", Rel(("!=",), (X, TWO))),
        (r"x \not\in y", Rel(("notin",), (X, Y))),
        (r"x \in R", Rel(("in",), (X, NamedSet("R")))),
        (r"x \equiv 3 \pmod 7", Rel(("equiv",), (X, Call("residue", (THREE, SEVEN))))),
        (r"x \equiv 3 \bmod 7", Rel(("equiv",), (X, Call("residue", (THREE, SEVEN))))),
        (r"3 \pmod{7}", Rel(("equiv",), (Sym("residue"), Call("residue", (THREE, SEVEN))))),
        (r"x < 1 \cup x > 2", Seq("or", (Rel(("<",), (X, ONE)), Rel((">",), (X, TWO))))),
        ("2 : 3", Ratio((TWO, THREE))),
        ("1 : 2 : 3", Ratio((ONE, TWO, THREE))),
    ],
)
def test_relations(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("5 cm", Quantity(FIVE, "cm")),
        ("5cm", Quantity(FIVE, "cm")),
        (r"5 \text{ square meters}", Quantity(FIVE, "m^2")),
        ("5/hour", Quantity(FIVE, "/h")),
        ("5 km/h", Quantity(FIVE, "km/h")),
        (r"\$5", Quantity(FIVE, "$")),
        (r"\$5 million", Quantity(Mul((FIVE, Num(10**6))), "$")),
        (r"\$5 per hour", Quantity(FIVE, "$/h")),
        (r"\$5 dollars", Quantity(FIVE, "$")),
        ("5 million", Mul((FIVE, Num(10**6)))),
        ("5 percent", Call("pct", (FIVE,))),
        ("5 degrees", Mul((FIVE, DEG))),
        (r"5\Omega", Quantity(FIVE, "ohm")),
        (r"5 \mu\mathrm{m}", Quantity(FIVE, "um")),
        (r"5\Omega x", Mul((FIVE, Sym("Omega"), X))),
        ("5 m", Mul((FIVE, Sym("m")))),
        ("5 cm, 7 kg", Seq("list", (Quantity(FIVE, "cm"), Quantity(SEVEN, "kg")))),
        (r"\text{even}", Text("even")),
        ("5 in total", FIVE),
    ],
)
def test_units(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_a_letter_is_a_unit_if_asked() -> None:
    assert parse("5 m", letter_units=True) == Quantity(FIVE, "m")
    assert parse("5m", letter_units=True) == Mul((FIVE, Sym("m")))
    assert parse("5 m^{2}, 7 m/s", letter_units=True) == Seq("list", (Quantity(FIVE, "m^2"), Quantity(SEVEN, "m/s")))


@pytest.mark.parametrize(
    "text", ["5 m^{2}-3", "e^{5 m}", "x + 5 m", "\\sqrt{5 m}", "5 m / 7", "5 m n", "y = 5 m", "f(5 m)", "x 5 m"]
)
def test_a_letter_in_a_larger_formula_is_a_variable(text: str) -> None:
    assert parse(text, letter_units=True) == parse(text)


def test_only_known_units_follow_a_formula() -> None:
    assert parse("2x cm") == Quantity(Mul((TWO, X)), "cm")
    with pytest.raises(ParseError, match="words behind a formula: 'apples'"):
        parse("2x apples")


@pytest.mark.parametrize("unit", ["cm", "%", "°", "*1000000", "*12 cm", "/h", ""])
def test_a_unit_is_kept_or_becomes_part_of_the_value(unit: str) -> None:
    assert (with_unit(FIVE, unit) == FIVE) == (not unit)
    assert with_unit(Quantity(FIVE, "$"), "$") == Quantity(FIVE, "$")
