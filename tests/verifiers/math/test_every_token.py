"""Every token counts: an accepted pair is refused once a token of one side is left out, or another one is put in.

A mutant may happen to be equal (x + 0, 1 times x, -0). It then has the same values at all points, which an evaluation in
exact arithmetic shows that shares nothing with the verifier.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from r1.verifiers.math import Math
from r1.verifiers.verdict import TruthError

LETTERS = "xymtsgnhlf"
POINTS = [(2, 3), (Fraction(1, 2), 5), (-3, Fraction(7, 3)), (11, -13)]
TOKENS = ["+", "-", "*", "/", "^", "2", "7", "(", ")", "=", ",", "<", *LETTERS]
_TOKEN = re.compile(r"\*\*|\d+|[A-Za-z]|[^\sA-Za-z\d]")


@st.composite
def formulas(draw: st.DrawFn) -> tuple[str, str, str]:
    """A formula in Python and in LaTeX, in two variables, some of them also units."""
    first, second = draw(st.lists(st.sampled_from(LETTERS[:-1]), min_size=2, max_size=2, unique=True))
    a, b, c = (draw(st.integers(2, 30)) for _ in range(3))
    shape = draw(st.sampled_from(SHAPES))
    names = {"x": first, "y": second, "a": a, "b": b, "c": c}
    return shape[0].format(**names), shape[1].format(**names), first + second


SHAPES = [
    ("{a}*{x}**2-{b}*{x}*{y}+{c}", "{a} {x}^{{2}}-{b} {x} {y}+{c}"),
    ("{a}*{x}/{b}", r"\frac{{{a} {x}}}{{{b}}}"),
    ("({x}-{a})*({y}+{b})", r"\left({x}-{a}\right)\left({y}+{b}\right)"),
    ("{a}*{x}", "{a} {x}"),
    ("{x}**{a}", "{x}^{{{a}}}"),
    ("{a}-{b}*{x}/{c}", "{a}-{b} {x} / {c}"),
    ("{x}*{y}/({x}+{y})", r"\frac{{{x} {y}}}{{{x}+{y}}}"),
]


def values(python: str, letters: str) -> list[Fraction] | None:
    """The values of a formula in Python at some points; None if it has other letters, or none."""
    spelled = " ".join(_TOKEN.findall(python))
    spelled = re.sub(r"(?<=[\w)]) (?=[A-Za-z(])|(?<=[A-Za-z)]) (?=\d)", "*", spelled)
    try:
        return [
            eval(
                re.sub(r"\d+", r"Fraction(\g<0>)", spelled),
                {"Fraction": Fraction, **dict(zip(letters, point, strict=True))},
            )
            for point in POINTS
        ]
    except Exception:  # not a formula of these letters
        return None


def paid(gold: str, answer: str) -> bool:
    try:
        return Math().equal(gold, answer)
    except TruthError:
        return False


def check(formula: tuple[str, str, str], place: int, token: str | None, python_side: bool, gold_side: bool) -> None:
    python, latex, letters = formula
    assert Math().equal(python, latex) and Math().equal(latex, python)
    changed, other = (python, latex) if python_side else (latex.replace("\\left", "").replace("\\right", ""), python)
    tokens = _TOKEN.findall(changed) if python_side else re.findall(r"\\[a-z]+|\d+|[A-Za-z]|\S", changed)
    place %= len(tokens) + (token is not None)
    mutated = [*tokens[:place], *([token] if token else []), *tokens[place + (token is None) :]]
    text = " ".join(mutated)
    if mutated == tokens or not paid(*((text, other) if gold_side else (other, text))):
        return
    assert is_equal(text, python, letters), f"{other!r} and {text!r} are accepted as equal"


def is_equal(text: str, python: str, letters: str) -> bool:
    """Whether a mutant equals the formula by evaluation, or is one of the forms that the policy allows."""
    plain = re.sub(r"\\frac \{ ([^{}]*) \} \{ ([^{}]*) \}", r"( ( \1 ) / ( \2 ) )", text)
    plain = re.sub(r"\{ ([^{}]*) \}", r"( \1 )", plain).replace("^", "**").replace("\\cdot", "*")
    wanted = values(python, letters)
    label = re.fullmatch(r"(?:[a-zA-Z] )?= (.*)|(.*),", plain)  # a label, a leading equals sign, a final comma
    for form in (plain, label and (label[1] or label[2])):
        if form and values(form.strip(" ,"), letters) == wanted:
            return True
    left_out = re.fullmatch(r"(\d+) ([a-z])", " ".join(_TOKEN.findall(python.replace("*", " "))))
    return left_out is not None and plain == left_out[1] and left_out[2] in "mtsghl"  # a unit may be missing


arguments = (formulas(), st.integers(0, 60), st.none() | st.sampled_from(TOKENS), st.booleans(), st.booleans())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(*arguments)
def test_a_token_more_or_less_is_never_a_pass(
    formula: tuple[str, str, str], place: int, token: str | None, python_side: bool, gold_side: bool
) -> None:
    check(formula, place, token, python_side, gold_side)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@settings(max_examples=1_000_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(*arguments)
def test_a_million_tokens_more_or_less(
    formula: tuple[str, str, str], place: int, token: str | None, python_side: bool, gold_side: bool
) -> None:
    check(formula, place, token, python_side, gold_side)
