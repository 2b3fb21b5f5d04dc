"""Equality by balls: identities hold, near misses do not, and open questions stay open, with either backend."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from types import ModuleType

import pytest

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.values import balls
from r1.verifiers.math.values.balls import compare, flint_backend, mpmath_backend


@pytest.fixture(params=[flint_backend, mpmath_backend], ids=["flint", "mpmath"], autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setattr(compare, "_backend", request.param)
    yield request.param


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (r"\sin^2 x+\cos^2 x", "1"),
        (r"\sin 2x", r"2\sin x\cos x"),
        (r"\sqrt{3+2\sqrt2}", r"1+\sqrt2"),
        (r"\frac{1}{1+\frac1x}", r"\frac{x}{x+1}"),
        (r"\arctan 1", r"\frac{\pi}{4}"),
        ("e^{i x}", r"\cos x+i\sin x"),
        (r"\sqrt{a}\sqrt{b}", r"\sqrt{ab}"),
        ("(-1)^n", r"\cos(\pi n)"),
        (r"\binom{n}{2}", r"\frac{n(n-1)}{2}"),
        (r"\sum_{k=1}^{10} k", "55"),
        (r"\ln(x^2)", r"2\ln|x|"),
    ],
)
def test_identities(a: str, b: str) -> None:
    assert balls.equal(parse(a), parse(b)) is True
    assert balls.equal(parse(b), parse(a)) is True


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("x", "x+10^{-30}"),
        (r"\sin x", "x"),
        (r"\pi", r"\frac{355}{113}"),
        (r"\sqrt{x^2}", "x"),
        ("e^{\\pi\\sqrt{163}}", "262537412640768744"),
        ("(-1)^n", "1"),
        ("|x|", "x"),
    ],
)
def test_near_misses(a: str, b: str) -> None:
    assert balls.equal(parse(a), parse(b)) is False


@pytest.mark.parametrize(
    ("a", "b"),
    [("1-e^{-5000}", "1"), (r"\frac{x}{0}", "x"), ("g(x)", "x"), (r"\sum_{k=1}^{1000} k", "500500"), (r"\infty", "1")],
)
def test_open_questions(a: str, b: str) -> None:
    assert balls.equal(parse(a), parse(b)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [(r"\frac12", 0.5), (r"\pi", 3.141592653589793), (r"\sqrt2", 2**0.5), (r"\infty", float("inf")), (r"-\infty", float("-inf")),
     (r"\sqrt{-1}", None), ("x", None), (r"\frac10", None)],
)  # fmt: skip
def test_approximate_values(text: str, value: float | None) -> None:
    assert balls.approximate(parse(text)) == value


def test_within_a_tolerance() -> None:
    pi = parse(r"\pi")
    assert balls.within(pi, Fraction(314, 100), Fraction(1, 500))
    assert not balls.within(pi, Fraction(314, 100), Fraction(1, 1000))
    assert not balls.within(parse(r"\frac10"), Fraction(0), Fraction(1))
