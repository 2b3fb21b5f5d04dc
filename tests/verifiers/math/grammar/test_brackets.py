"""Brackets: which are tuples, intervals, sets, absolute values, and which only group."""

from __future__ import annotations

import pytest

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import (  # fmt: skip
    ANY,
    INF,
    Add,
    Call,
    Interval,
    Matrix,
    Mul,
    NamedSet,
    Node,
    Num,
    ParseError,
    Rel,
    Seq,
    SetOp,
    Sym,
    div,
    neg,
)

A, B, N, T, X, Y = map(Sym, "abntxy")
ONE, TWO, THREE = map(Num, (1, 2, 3))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("(1,2)", Seq("tuple", (ONE, TWO))),
        ("(1,2,3)", Seq("tuple", (ONE, TWO, THREE))),
        (r"\langle 1,2 \rangle", Seq("tuple", (ONE, TWO))),
        ("[1,2]", Seq("bracket", (ONE, TWO))),
        ("[1,2)", Interval(ONE, TWO, True, False)),
        ("(1,2]", Interval(ONE, TWO, False, True)),
        ("]1,2[", Interval(ONE, TWO, False, False)),
        ("]1,2]", Interval(ONE, TWO, False, True)),
        (r"(1,\infty)", Interval(ONE, INF, False, False)),
        (r"[1,\infty]", Interval(ONE, INF, True, False)),  # no interval of reals holds its infinite end
        (r"(-\infty,\infty)", Interval(neg(INF), INF, False, False)),
        (r"[-\infty,1]", Interval(neg(INF), ONE, False, True)),
        ("(x)", X),
        ("[x]", X),
        ("((1,2))", Seq("tuple", (ONE, TWO))),
    ],
)
def test_parentheses(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\{1,2\}", Seq("set", (ONE, TWO))),
        (r"\{1\}", Seq("set", (ONE,))),
        (r"\{\}", NamedSet("empty")),
    ],
)
def test_sets(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (r"\{x : x > 2\}", Rel((">",), (X, TWO))),
        (r"\{x \mid x > 2\}", Rel((">",), (X, TWO))),
        (r"\{x | x > 2\}", Rel((">",), (X, TWO))),
        (r"\{x \in \mathbb{R} : x > 2\}", Rel((">",), (X, TWO))),
        (r"\{t : t > 2\}", Rel((">",), (ANY, TWO))),
        (r"\{2n : n > 2\}", Call("setof", (Mul((TWO, N)), Rel((">",), (N, TWO))))),
    ],
)
def test_a_set_keeps_its_condition(text: str, condition: Node) -> None:
    assert parse(text) == SetOp("union", (condition,))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("|x|", Call("abs", (X,))),
        ("|x+|y||", Call("abs", (Add((X, Call("abs", (Y,)))),))),
        ("|a||b|", Mul((Call("abs", (A,)), Call("abs", (B,))))),
        ("2|x|", Mul((TWO, Call("abs", (X,))))),
        (r"\lvert x \rvert", Call("abs", (X,))),
        (r"\|x\|", Call("abs", (X,))),
        (r"|\begin{matrix}1&2\\2&3\end{matrix}|", Call("det", (Matrix(((ONE, TWO), (TWO, THREE))),))),
        (r"\lfloor x \rfloor", Call("floor", (X,))),
        (r"\lceil x \rceil", Call("ceil", (X,))),
        (r"{n \choose 2}", Call("binom", (N, TWO))),
        (r"{a \over b}", div(A, B)),
        (r"{}x", X),
        (r"{x}", X),
    ],
)  # fmt: skip
def test_other_brackets(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text", ["()", "(1,2", "[1,2", r"\{1", "|x", r"\lfloor x \rceil", r"{n \choose 2", "(1}", r"\langle 1,2"]
)
def test_an_unclosed_bracket_is_an_error(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)
