"""The translation to sympy, and the worker that decides with it."""

from __future__ import annotations

import pickle

import pytest
import sympy

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import Node, Rel, Sym
from r1.verifiers.math.values.symbolic import Prover, decide, to_sympy
from r1.verifiers.verdict import Status

X, K = sympy.Symbol("x", real=True), sympy.Symbol("∑", integer=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\frac12", sympy.Rational(1, 2)),
        ("x^2+1", X**2 + 1),
        (r"\pi e", sympy.pi * sympy.E),
        (r"90^\circ", sympy.pi / 2),
        (r"\sqrt[3]{x}", sympy.root(X, 3)),
        (r"50\%", sympy.Rational(1, 2)),
        (r"|x|", sympy.Abs(X)),
        (r"\ln x", sympy.log(X)),
        (r"\log_2 x", sympy.log(X, 2)),
        (r"\arctan x", sympy.atan(X)),
        ("f(x)", sympy.Function("f")(X)),
        (r"\lim_{x \to 0} \frac{\sin x}{x}", sympy.Integer(1)),
        (r"\sum_{k=1}^3 k", sympy.Sum(K, (K, 1, 3))),
        (r"\int_0^1 x dx", sympy.Integral(X, (X, 0, 1))),
        (r"\int x dx", sympy.Integral(X, X)),
    ],
)
def test_translation(text: str, expected: sympy.Expr) -> None:
    assert to_sympy(parse(text)) == expected


@pytest.mark.parametrize("node", [Rel(("=",), (Sym("x"), Sym("y"))), parse(r"\int x"), parse(r"\pm 1"), parse("(1,2)")])
def test_other_trees_have_no_counterpart(node: Node) -> None:
    with pytest.raises(ValueError):
        to_sympy(node)


def test_a_prover_gives_verdicts_and_pickles() -> None:
    prover = pickle.loads(pickle.dumps(Prover()))
    total, square = parse(r"\sum_{k=1}^n k"), parse(r"\frac{n(n+1)}{2}")
    assert prover("", {"a": total, "b": square}).status is Status.PASS
    assert prover("", {"a": total, "b": parse("n")}).status is Status.FAIL


def test_the_worker_proves_what_sympy_can() -> None:
    basel = parse(r"\sum_{k=1}^{\infty}\frac{1}{k^2}")
    assert decide(basel, parse(r"\frac{\pi^2}{6}"))
    assert not decide(basel, parse(r"\frac{\pi^2}{7}"))
    assert not decide(basel, parse(r"\pm 1"))  # no counterpart: not proved
