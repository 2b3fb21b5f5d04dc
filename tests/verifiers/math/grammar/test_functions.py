"""Functions, where their arguments end, and sums, integrals and limits."""

from __future__ import annotations

import pytest

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import PI, Add, Call, E, I, Mul, Node, Num, ParseError, Pow, Sym, div, neg

K, N, X, Y = map(Sym, "knxy")
ONE, TWO, TEN = map(Num, (1, 2, 10))
NOTHING, BOUND = Sym(""), Sym("∑")


def sin(node: Node) -> Node:
    return Call("sin", (node,))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\sin x", sin(X)),
        ("sin x", sin(X)),
        ("sin(x)", sin(X)),
        (r"\sin 2x", sin(Mul((TWO, X)))),
        (r"\sin -x", sin(neg(X))),
        (r"\sin{x}y", Mul((sin(X), Y))),
        (r"\sin(x)y", Mul((sin(X), Y))),
        (r"\sin x + 1", Add((sin(X), ONE))),
        (r"\sin x\cos x", Mul((sin(X), Call("cos", (X,))))),
        (r"\sin\frac{\pi}{2}", sin(div(PI, TWO))),
        (r"\sin^2 x", Pow(sin(X), TWO)),
        (r"\sin^{-1} x", Call("asin", (X,))),
        (r"\arcsin x", Call("asin", (X,))),
        (r"\operatorname{arctg} x", Call("atan", (X,))),
        ("sinx", sin(X)),
    ],
)
def test_arguments(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\log x", Call("log", (X,))),
        (r"\log_2 x", Call("log", (X, TWO))),
        (r"\log_{10}(x)", Call("log", (X, TEN))),
        ("log(x, 2)", Call("log", (X, TWO))),
        (r"\lg x", Call("log", (X, TEN))),
        (r"\ln x", Call("ln", (X,))),
        ("exp(x)", Pow(E, X)),
        (r"\operatorname{cis} x", Pow(E, Mul((I, X)))),
        ("sqrt(2)", Call("root", (TWO, TWO))),
        ("cbrt(2)", Call("root", (TWO, Num(3)))),
        (r"\gcd(1, 2)", Call("gcd", (ONE, TWO))),
        (r"\max\{1, 2\}", Call("max", (ONE, TWO))),
    ],
)
def test_canonical_functions(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\sum_{k=1}^n k", Call("sum", (BOUND, BOUND, ONE, N))),
        (r"\sum_{i=1}^n i", Call("sum", (BOUND, BOUND, ONE, N))),
        (r"\sum_{k=1}^n k + 1", Add((Call("sum", (BOUND, BOUND, ONE, N)), ONE))),
        (r"\prod_{k=1}^{10} 2k", Call("prod", (Mul((TWO, BOUND)), BOUND, ONE, TEN))),
        (r"\sum k", Call("sum", (K, NOTHING, NOTHING, NOTHING))),
        (r"\int_1^2 x^n dx", Call("int", (Mul((Pow(X, N),)), X, ONE, TWO))),
        (r"\int x y dx", Call("int", (Mul((X, Y)), X, NOTHING, NOTHING))),
        (r"\lim_{x \to 1} x^2", Call("lim", (Pow(X, TWO), X, ONE))),
    ],
)
def test_big_operators(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_sums_in_a_sum_have_bound_variables_of_two_names() -> None:
    inner = Call("sum", (Mul((BOUND, Sym("∑∑"))), BOUND, ONE, N))
    assert parse(r"\sum_{k=1}^n \sum_{j=1}^n j k") == Call("sum", (inner, Sym("∑∑"), ONE, N))
    with pytest.raises(ParseError):
        parse(r"\sum_{k=1}^n \sum_{j=1}^n \sum_{m=1}^n j k m")


@pytest.mark.parametrize("text", [r"\sin(1, 2)", r"\lim x", r"\lim_{x} x", r"\sin", r"\sin^2", r"\log_"])
def test_errors(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)
