r"""``\begin{...}``: matrices, determinants, systems of equations, piecewise functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import Call, Matrix, NamedSet, Num, ParseError, Rel, Seq, SetOp, Sym, Text

X, Y = Sym("x"), Sym("y")
ZERO, ONE, TWO = map(Num, (0, 1, 2))
EQUATIONS = Seq("list", (Rel(("=",), (X, ONE)), Rel(("=",), (Y, TWO))))


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 99), min_size=width, max_size=width), min_size=2, max_size=4)
)


def environment(name: str, body: str) -> str:
    return rf"\begin{{{name}}}{body}\end{{{name}}}"


@given(tables)
def test_a_matrix_keeps_its_rows(rows: list[list[int]]) -> None:
    body = r"\\".join("&".join(map(str, row)) for row in rows)
    matrix = Matrix(tuple(tuple(map(Num, row)) for row in rows))
    assert parse(environment("pmatrix", body)) == parse(environment("bmatrix", body + r"\\")) == matrix
    assert parse(rf"\begin{{array}}{{cc}}{body}\end{{array}}") == matrix
    assert parse(environment("vmatrix", body)) == Call("det", (matrix,))


@pytest.mark.parametrize("body", [r"x=1\\y=2", r"x&=1\\y&=2", r"&x=1,\\&y=2.", r"x=1,\\ y=2\\"])
@pytest.mark.parametrize("name", ["cases", "aligned", "align*", "gathered"])
def test_a_system_is_a_list_of_its_rows(name: str, body: str) -> None:
    assert parse(environment(name, body)) == EQUATIONS


@pytest.mark.parametrize("otherwise", [r"x \le 0", r"\text{otherwise}", "otherwise", r"\text{if } x \le 0"])
def test_a_piecewise_function_is_a_list_of_pieces(otherwise: str) -> None:
    positive = Rel((">",), (X, ZERO))
    rest = Rel(("<=",), (X, ZERO)) if "le" in otherwise else SetOp("minus", (NamedSet("R"), positive))
    pieces = (Seq("piece", (X, positive)), Seq("piece", (ZERO, rest)))
    assert parse(environment("cases", rf"x & x > 0 \\ 0 & {otherwise}")) == Seq("list", pieces)
    assert parse(environment("cases", rf"x, & \text{{if }} x > 0 \\ 0, & {otherwise}")) == Seq("list", pieces)


def test_a_condition_in_words_stays_text() -> None:
    pieces = (Seq("piece", (ONE, Text("n is odd"))), Seq("piece", (TWO, Text("n is even"))))
    assert parse(environment("cases", r"1 & \text{n is odd} \\ 2 & \text{n is even}")) == Seq("list", pieces)


@pytest.mark.parametrize(
    "text",
    [environment("pmatrix", r"1&2\\3"), environment("pmatrix", ""), environment("tikzpicture", "1"), r"\begin{pmatrix}1&2",
     r"\begin{array}{c", environment("cases", r"1 & x > 0 & y > 0"), environment("pmatrix", "&".join("1" * 500))],
)  # fmt: skip
def test_broken_environments_are_errors(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)
