"""The one reading of a pair: shared choices, letters that are units, letters that are functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math import Math
from r1.verifiers.math.read.pair import pairs
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.tree import Call, Mul, Num, Quantity, Sym


@pytest.mark.parametrize(
    ("gold", "answer", "equal"),
    [
        ("5 m", "5", True),
        ("5 m", r"5 \text{ m}", True),
        ("5 m", "5m", True),
        ("5 m", "5 s", False),
        ("5 m + 2", "5 + 2", False),
        ("5 m", "5 m + 0 n", True),
        ("v(0) + 4", "4", False),
        ("v(0) + 4", "4 + v(0)", True),
        ("x(0) \\cos t", "0", False),
        ("3x", "x(3)", True),
        ("x^2 + x(2)", "x^2 + 2x", True),
        ("h(a+b)/2", r"\frac{a+b}{2} h", True),
        ("f(x) = 2x", "2x", True),
        ("y(0) e^{-3 t}", "y(0) e^{-2 t}", False),
        ("y = y(0) e^{-t}", "y = 0", False),
        ("1,234", "1234", True),
        ("1,234", "234, 1", True),
        ("1,234", "1.234", False),
    ],
)
def test_a_pair_is_read_once(gold: str, answer: str, equal: bool) -> None:
    assert Math().equal(gold, answer) is equal


def test_the_other_side_decides_what_a_letter_is() -> None:
    assert list(pairs(read("5 m"), read("5"))) == [(Quantity(Num(5), "m"), Num(5))]
    product = Mul((Num(5), Sym("m")))
    assert list(pairs(read("5 m"), read("m"))) == [(product, Sym("m"))]
    assert next(iter(pairs(read("v(3)"), read("5"))))[0] == Call("v", (Num(3),))
    assert next(iter(pairs(read("v(3)"), read("3v"))))[0] == Mul((Sym("v"), Num(3)))


@given(st.sampled_from("tmsghl"), st.integers(2, 9), st.integers(2, 9), st.integers(2, 9))
def test_letters_that_are_units_are_variables_in_formulas(letter: str, a: int, b: int, c: int) -> None:
    for shape in (
        "{a} {x}^2-{b} {x}+{c}",
        "e^{{-{a} {x} / {b}}}+{c}",
        r"\cos ({a} {x} / {b})+{c}",
        "y={a} {x} / {b}+{c}",
    ):
        gold, other = shape.format(x=letter, a=a, b=b, c=c), shape.format(x="x", a=a, b=b, c=c)
        for p, q, r in ((a + 1, b, c), (a, b + 1, c), (a, b, c + 1)):
            assert not Math().equal(gold, shape.format(x=letter, a=p, b=q, c=r))
        assert (
            Math().equal(gold, gold.replace(" ", ""))
            and not Math().equal(gold, other)
            and not Math().equal(gold, str(a))
        )
