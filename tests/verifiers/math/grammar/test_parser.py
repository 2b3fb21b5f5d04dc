"""The parser: precedence, juxtaposition and mixed numbers; any text gives a tree or a ValueError, within bounds."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1.verifiers.math.grammar.cursor import MAX_DEPTH
from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import (  # fmt: skip
    DEG,
    MINUS_ONE,
    Add,
    Call,
    Mul,
    NamedSet,
    Node,
    Num,
    ParseError,
    Pow,
    Seq,
    SetOp,
    Sym,
    children,
    div,
    neg,
)
from r1.verifiers.math.values.rational import rational

A, B, C, X, Y = map(Sym, "abcxy")
ONE, TWO, THREE = map(Num, (1, 2, 3))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a+b", Add((A, B))),
        ("a-b-c", Add((A, neg(B), neg(C)))),
        ("1+2x", Add((ONE, Mul((TWO, X))))),
        ("a/b/c", Mul((A, Pow(B, MINUS_ONE), Pow(C, MINUS_ONE)))),
        (r"a \div b", div(A, B)),
        ("2x/3y", Mul((TWO, X, Pow(THREE, MINUS_ONE), Y))),
        ("-x^2", neg(Pow(X, TWO))),
        ("(-x)^2", Pow(neg(X), TWO)),
        ("2^3^2", Pow(TWO, Pow(THREE, TWO))),
        ("2^-x", Pow(TWO, neg(X))),
        (r"a \cdot b", Mul((A, B))),
        (r"a \times -b", Mul((A, neg(B)))),
        ("--x", neg(neg(X))),
        ("ab", Mul((A, B))),
        ("2(a+b)", Mul((TWO, Add((A, B))))),
        ("a(b)", Call("a", (B,))),
        (r"x \bmod 3", Call("mod", (X, THREE))),
        (r"1 \pm 2", Add((ONE, Call("pm", (TWO,))))),
        (r"\pm 2x", Call("pm", (Mul((TWO, X)),))),
    ],
)
def test_precedence(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"A\cup B\cap C", SetOp("union", (Sym("A"), SetOp("inter", (Sym("B"), Sym("C")))))),
        (r"A\cup B\cup C", SetOp("union", (SetOp("union", (Sym("A"), Sym("B"))), Sym("C")))),
        (r"\mathbb{R}\setminus\{0\}", SetOp("minus", (NamedSet("R"), Seq("set", (Num(0),))))),
        (r"\mathbb{R}-\{0\}", SetOp("minus", (NamedSet("R"), Seq("set", (Num(0),))))),
    ],
)
def test_set_operators(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"3\frac12", Num(Fraction(7, 2))),
        ("3 1/2", Num(Fraction(7, 2))),
        (r"-3\frac12", Num(Fraction(-7, 2))),
        (r"3\frac12\%", Call("pct", (Num(Fraction(7, 2)),))),
        (r"3\frac12^\circ", Mul((Num(Fraction(7, 2)), DEG))),
        (r"3\frac52", Mul((THREE, div(Num(5), TWO)))),  # not a proper fraction: a product
        (r"3\frac{x}{2}", Mul((THREE, div(X, TWO)))),
    ],
)
def test_mixed_numbers(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text",
    ["", "+", "1+", "2 3", "(1", "1)", r"\frac{1}", "()", "x=", r"\frac{d}{dx}", r"\cancel{x}", "word", r"\le",
     "a_", "^2", "|x", r"\sqrt", r"\{1"],
)  # fmt: skip
def test_incomplete_formulas_are_errors(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)


def test_a_remark_behind_a_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="'is wrong' is a remark"):
        parse("5 is wrong")


# ------------------------------------------------------------------------------------------ arithmetic against Python's own

Valued = tuple[str, Fraction]
OPERATORS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, r"\cdot ": operator.mul, "/": operator.truediv,
}  # fmt: skip


def joined(first: Valued, sign: str, second: Valued) -> Valued:
    """Two valued texts under an operator, each in brackets."""
    if sign == "/" and second[1] == 0:
        sign = "+"
    return f"({first[0]}){sign}({second[0]})", OPERATORS[sign](first[1], second[1])


arithmetic = st.recursive(
    st.integers(0, 99).map(lambda n: (str(n), Fraction(n))),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(list(OPERATORS)), inner).map(lambda t: joined(*t)),
        inner.map(lambda v: (f"-({v[0]})", -v[1])),
        st.tuples(inner, st.integers(1, 3)).map(lambda t: (f"({t[0][0]})^{{{t[1]}}}", t[0][1] ** t[1])),
    ),
    max_leaves=8,
)


@given(arithmetic)
def test_bracketed_arithmetic_has_its_value(valued: Valued) -> None:
    text, value = valued
    assert rational(parse(text)) == value


@given(st.lists(st.tuples(st.sampled_from(["+", "-", "*"]), st.integers(1, 99)), max_size=12))
def test_bare_arithmetic_has_the_precedence_of_python(steps: list[tuple[str, int]]) -> None:
    text = "7" + "".join(f"{sign}{number}" for sign, number in steps)
    assert rational(parse(text)) == eval(text)


# --------------------------------------------------------------------------------------------------------------- any text

PIECES = [
    "1", "23", "0.5", "x", "ab", "f(", "(", ")", "[", "]", "{", "}", r"\{", r"\}", "|", "^", "_", "+", "-", "*", "/", "=", "<", ",",
    ";", ":", "!", "%", "'", " ", r"\frac", r"\sqrt", r"\sin", r"\log", r"\sum", r"\int", r"\lim", r"\to", r"\pm", r"\cup", r"\infty",
    r"\circ", r"\le", r"\mid", r"\pmod", r"\begin{cases}", r"\end{cases}", r"\begin{pmatrix}", r"\end{pmatrix}", "&", r"\\",
    r"\text{cm}", r"\text{if}", "and", "or", "million", "km", r"\overline", r"\mathbb", r"\lfloor", r"\rfloor", r"\choose", r"\Delta",
]  # fmt: skip


def depth(node: Node) -> int:
    return 1 + max(map(depth, children(node)), default=0)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.booleans(), st.booleans())
def test_any_mixture_of_tokens_gives_a_tree_or_a_value_error(text: str, thousands: bool, letter_units: bool) -> None:
    try:
        node = parse(text, thousands=thousands, letter_units=letter_units)
    except ValueError:
        return
    assert hash(node) == hash(parse(text, thousands=thousands, letter_units=letter_units))


@given(st.text(max_size=80))
def test_any_unicode_gives_a_tree_or_a_value_error(text: str) -> None:
    try:
        parse(text)
    except ValueError:
        pass


@pytest.mark.parametrize(
    "opening", ["(", "{", "|", r"\frac{1}{", "2^{", "-", r"\sqrt{", r"\sin ", r"\sum_{k=1}^n ", "f(", r"\{"]
)
def test_nesting_is_bounded(opening: str) -> None:
    closing = {"(": ")", "{": "}", "|": "|"}.get(opening.strip()[-1], "")
    closing = r"\}" if opening == r"\{" else closing
    few = MAX_DEPTH // 8
    if opening not in (r"\sum_{k=1}^n ", "|"):  # sums nest twice at most; a second bar closes the first
        assert depth(parse(opening * few + "x" + closing * few)) > 0
    with pytest.raises(ParseError):
        parse(opening * 5 * MAX_DEPTH + "x" + closing * 5 * MAX_DEPTH)
