"""The tree of an answer: rebuilding, replacing, and small questions about nodes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import (  # fmt: skip
    INF,
    MINUS_ONE,
    PI,
    Add,
    BaseNum,
    Call,
    Interval,
    Matrix,
    Mul,
    NamedSet,
    Node,
    Num,
    Pow,
    Quantity,
    Ratio,
    Rel,
    Seq,
    SetOp,
    Sym,
    Text,
    Time,
    children,
    contains,
    div,
    is_expr,
    is_name,
    neg,
    rebuild,
    replaced,
    substitute,
    symbols,
    times,
)

X, Y, Z = map(Sym, "xyz")
ONE, TWO = Num(1), Num(2)

leaves: st.SearchStrategy[Node] = st.one_of(
    st.integers(-9, 9).map(Num),
    st.sampled_from([X, Y, PI, INF, NamedSet("R"), Text("even"), Time(3600, "am"), BaseNum("101", 2)]),
)


def composed(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Trees one level higher, of every class that has children."""
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    pair = st.tuples(inner, inner)
    return st.one_of(
        several.map(Add), several.map(Mul), several.map(Ratio),
        pair.map(lambda p: Pow(*p)), pair.map(lambda p: Interval(*p, True, False)),
        pair.map(lambda p: Matrix((p, p))),
        pair.map(lambda p: Rel(("<",), p)), pair.map(lambda p: SetOp("union", p)),
        several.map(lambda parts: Call("f", parts)), several.map(lambda parts: Seq("tuple", parts)),
        inner.map(lambda node: Quantity(node, "cm")),
    )  # fmt: skip


trees = st.recursive(leaves, composed, max_leaves=8)


@given(trees)
def test_a_node_is_rebuilt_from_its_children(tree: Node) -> None:
    assert rebuild(tree, children(tree)) == tree
    assert hash(rebuild(tree, children(tree))) == hash(tree)


@given(trees)
def test_other_children_come_in_the_same_order(tree: Node) -> None:
    others = tuple(Num(100 + index) for index in range(len(children(tree))))
    assert children(rebuild(tree, others)) == others


@given(trees)
def test_a_replaced_variable_is_gone_and_comes_back(tree: Node) -> None:
    assert symbols(tree) <= {"x", "y"}
    renamed = replaced(tree, X, Z)
    assert renamed == substitute(tree, "x", Z)
    assert "x" not in symbols(renamed) and ("z" in symbols(renamed)) == contains(tree, X)
    assert replaced(renamed, Z, X) == tree


@given(trees)
def test_a_tree_contains_itself_and_its_children(tree: Node) -> None:
    assert contains(tree, tree) and all(contains(tree, child) for child in children(tree))
    assert not contains(tree, Z)


@given(trees)
def test_an_expression_has_only_expressions_inside(tree: Node) -> None:
    assert not is_expr(tree) or all(map(is_expr, children(tree)))


@pytest.mark.parametrize("node", [ONE, X, INF, div(ONE, X), Call("sin", (X,)), neg(Pow(X, TWO))])
def test_expressions(node: Node) -> None:
    assert is_expr(node)


@pytest.mark.parametrize(
    "node",
    [Seq("tuple", (ONE, TWO)), Rel(("=",), (X, ONE)), Text("even"), Quantity(ONE, "cm"), Add((ONE, Seq("set", (X,))))],
)
def test_other_answers(node: Node) -> None:
    assert not is_expr(node)


def test_arithmetic_on_nodes() -> None:
    assert neg(ONE) == Num(-1) and neg(X) == Mul((MINUS_ONE, X))
    assert times(Mul((X, Y)), ONE) == Mul((X, Y, ONE)) and times(X, Mul((Y, ONE))) == Mul((X, Mul((Y, ONE))))
    assert div(X, Y) == Mul((X, Pow(Y, MINUS_ONE)))


def test_the_digits_of_a_decimal_do_not_count_in_comparisons() -> None:
    half = Num(Fraction(1, 2), digits=2, places=2)
    assert half == Num(Fraction(1, 2)) and hash(half) == hash(Num(Fraction(1, 2)))
    assert (neg(half).digits, neg(half).places) == (2, 2)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "S_n",
        "f(x)",
        "f'(x)",
        "AB",
        "AB:CD",
        r"\frac{NO}{BO}",
        "|AB|",
        r"\frac{dy}{dx}",
        r"m\angle A",
        "(x, y)",
        r"\text{area}",
    ],
)
def test_names(text: str) -> None:
    assert is_name(parse(text))


@pytest.mark.parametrize(
    "text", ["2", "x+y", "2x", "|x|", r"\sin x", r"\sqrt x", "x!", "(1, 2)", "x^2", r"\sum_{k=1}^n k"]
)
def test_other_left_sides(text: str) -> None:
    assert not is_name(parse(text))
