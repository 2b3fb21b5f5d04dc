"""Attachments of an operand: primes, subscripts, arguments, powers and postfixes."""

from __future__ import annotations

import pytest

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import DEG, Add, BaseNum, Call, Mul, Node, Num, ParseError, Pow, Quantity, Rel, Sym, neg

N, X = Sym("n"), Sym("x")
TWO, THREE, FIVE = map(Num, (2, 3, 5))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x_1", Sym("x_1")),
        ("x_{10}", Sym("x_10")),
        ("x_{n + 1}", Sym("x_n+1")),
        ("x'", Sym("x'")),
        ("x_1'", Sym("x_1'")),
        (r"x^\prime", Sym("x'")),
        (r"x^{\prime}", Sym("x'")),
        ("{x}_1", Sym("x_1")),
        ("f(x)", Call("f", (X,))),
        ("f'(x)", Call("f'", (X,))),
        ("f_1(x)", Call("f_1", (X,))),
        ("f^{-1}(x)", Call("f^-1", (X,))),
        ("f(x, n)", Call("f", (X, N))),
        ("P(x) = 2", Rel(("=",), (Call("P", (X,)), TWO))),
        ("P(x)", Call("P", (X,))),
        ("f (x)", Call("f", (X,))),
        ("P(x+1)", Mul((Sym("P"), Add((X, Num(1)))))),
    ],
)
def test_variables(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x^2", Pow(X, TWO)),
        ("x**2", Pow(X, TWO)),
        ("x^10", Pow(X, Num(10))),
        ("x^{n+2}", Pow(X, Add((N, TWO)))),
        ("x^nx", Mul((Pow(X, N), X))),
        ("x^-2", Pow(X, Num(-2))),
        ("x^{-2}", Pow(X, Num(-2))),
        ("2^n!", Pow(TWO, Call("factorial", (N,)))),
        ("2^{n}!", Call("factorial", (Pow(TWO, N),))),
        (r"x^\top", Pow(X, Sym("T"))),
        (r"x^{\top}", Pow(X, Sym("T"))),
        ("5^{th}", FIVE),
        (r"5^\text{th}", FIVE),
    ],
)
def test_powers(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("n!", Call("factorial", (N,))),
        ("n!!", Call("factorial2", (N,))),
        ("(2 n) !", Call("factorial", (Mul((TWO, N)),))),
        ("5%", Call("pct", (FIVE,))),
        (r"5\%", Call("pct", (FIVE,))),
        (r"5^\circ", Mul((FIVE, DEG))),
        (r"5^{\circ}", Mul((FIVE, DEG))),
        (r"5\degree", Mul((FIVE, DEG))),
        (r"5^\circ C", Quantity(FIVE, "°C")),
        (r"5^\circ\text{F}", Quantity(FIVE, "°F")),
        ("101_2", BaseNum("101", 2)),
        ("101_{two}", BaseNum("101", 2)),
        ("-5!", neg(Call("factorial", (FIVE,)))),
    ],
)
def test_postfixes(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("text", ["5_x", "0.5_2", "x^", "x_", "x_{1", "x" + "!" * 500, "x" + "^2" * 500])
def test_errors(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)
