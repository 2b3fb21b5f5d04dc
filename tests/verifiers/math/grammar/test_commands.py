r"""LaTeX commands as operands: ``\frac``, ``\sqrt``, ``\mathbb``, Greek letters, accents, fonts."""

from __future__ import annotations

import pytest

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import INF, PI, Call, Mul, NamedSet, Node, Num, ParseError, Pow, Sym, div

A, B, N, X = map(Sym, "abnx")
ONE, TWO = Num(1), Num(2)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\frac12", div(ONE, TWO)),
        (r"\frac1{23}", div(ONE, Num(23))),
        (r"\frac{1}{2}", div(ONE, TWO)),
        (r"\frac ab", div(A, B)),
        (r"\frac\pi2", div(PI, TWO)),
        (r"\frac{\frac12}{x}", div(div(ONE, TWO), X)),
        (r"\sqrt2", Call("root", (TWO, TWO))),
        (r"\sqrt10", Call("root", (Num(10), TWO))),
        (r"\sqrt ab", Mul((Call("root", (A, TWO)), B))),
        (r"\sqrt[n]{x}", Call("root", (X, N))),
        (r"\sqrt{x}^2", Pow(Call("root", (X, TWO)), TWO)),
        (r"\binom n2", Call("binom", (N, TWO))),
    ],
)
def test_fractions_and_roots(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\pi", PI),
        (r"\infty", INF),
        (r"\emptyset", NamedSet("empty")),
        (r"\alpha", Sym("alpha")),
        (r"\alpha_1", Sym("alpha_1")),
        (r"\varphi", Sym("phi")),
        (r"\Delta x", Sym("Delta x")),
        (r"\Delta", Sym("Delta")),
        (r"\unknown", Sym("unknown")),
        (r"\ldots", Sym("dots")),
        (r"\angle ABC", Sym("angle ABC")),
        (r"\mathbb{R}", NamedSet("R")),
        (r"\mathbb R", NamedSet("R")),
        (r"\mathbb{Z}^+", NamedSet("Z+")),
        (r"\mathbb{Z}_{>0}", NamedSet("Z+")),
        (r"\mathbb{N}^*", NamedSet("Z+")),
        (r"\bar x", Sym("bar x")),
        (r"\overline{AB}", Sym("bar AB")),
        (r"\overline{2x}", Call("conj", (Mul((TWO, X)),))),
        (r"\hat x", Sym("hat x")),
        (r"\hat j", Sym("j")),
        (r"\vec{AB}", Sym("AB")),
    ],
)
def test_names(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("font", ["mathbf", "ensuremath", "boxed", "fbox", "mathring"])
def test_fonts_and_boxes_change_nothing(font: str) -> None:
    assert parse(rf"\{font}{{x^2}}") == Pow(X, TWO)


@pytest.mark.parametrize(("text", "tree"), [(r"\pix", Mul((PI, X))), (r"2\quadx", Mul((TWO, X)))])
def test_a_command_is_split_from_the_letters_behind_it(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text", [r"\frac{d}{dx}", r"\cancel{5}", r"\bar 5", r"\le", r"\Rightarrow", r"\end{cases}", r"\mathbb", r"\frac"]
)
def test_errors(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)
