"""Properties of every answer: equality is reflexive, symmetric, stable under spelling, false when perturbed; bounded time."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from r1.verifiers.math import Math
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.tree import ParseError
from r1.verifiers.verdict import Status

JUDGE = Math()
slow_ok = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

integers = st.integers(-(10**12), 10**12)
fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=997)


def spelled(value: Fraction, style: int) -> str:
    """One of the ways to write a rational."""
    sign = "-" if value < 0 else ""
    top, bottom = abs(value.numerator), value.denominator
    if bottom == 1:
        return [
            f"{sign}{top}",
            f"{sign}{top:,}",
            f"{sign}{top}.0",
            f"{sign}{{{top}}}",
            f"${sign}{top}$",
            f"\\left({sign}{top}\\right)",
        ][style % 6]
    whole, rest = divmod(top, bottom)
    mixed = f"{sign}{whole}\\frac{{{rest}}}{{{bottom}}}" if whole else f"{sign}\\dfrac{{{top}}}{{{bottom}}}"
    return [
        f"{sign}\\frac{{{top}}}{{{bottom}}}", f"{sign}{top}/{bottom}", mixed, f"\\frac{{{sign}{2 * top}}}{{{2 * bottom}}}",
        f"{sign}\\tfrac {{ {top} }} {{ {bottom} }}", f"{sign}({top}) \\div ({bottom})",
    ][style % 6]  # fmt: skip


# Expressions with small integers: leaves, sums, products, quotients, powers, roots and functions.
leaves = st.sampled_from(
    ["x", "y", "a", "n", "\\pi", "e", "2", "3", "7", "\\frac{1}{2}", "\\sqrt{2}", "\\theta", "x_1"]
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"{p[0]}+{p[1]}"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})\\cdot({p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"\\frac{{{p[0]}}}{{{p[1]}}}"),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "\\frac{1}{2}"])).map(lambda p: f"({p[0]})^{{{p[1]}}}"),
        inner.map(lambda s: f"\\sin({s})"),
        inner.map(lambda s: f"\\sqrt{{{s}}}"),
        inner.map(lambda s: f"-({s})"),
    ),
    max_leaves=6,
)
collections = st.one_of(
    st.lists(expressions, min_size=2, max_size=4).map(lambda items: ", ".join(items)),
    st.lists(expressions, min_size=2, max_size=4).map(lambda items: "(" + ", ".join(items) + ")"),
    st.lists(expressions, min_size=1, max_size=4).map(lambda items: "\\{" + ", ".join(items) + "\\}"),
    st.tuples(integers, st.integers(1, 99), st.sampled_from("[("), st.sampled_from("])")).map(
        lambda t: f"{t[2]}{t[0]},{t[0] + t[1]}{t[3]}"
    ),
    expressions.map(lambda s: f"y = {s}"),
    st.sampled_from(
        [
            "\\emptyset",
            "\\mathbb{R}",
            "x > 2",
            "1 \\le x < 3",
            "|x| > 1",
            "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
            "Evelyn",
            "5 \\text{ cm}",
            "1011_2",
            "8:30",
        ]
    ),
)
answers = st.one_of(expressions, collections, fractions.map(lambda f: spelled(f, 0)))


@slow_ok
@given(answers)
def test_an_answer_equals_itself(answer: str) -> None:
    assert JUDGE(rf"\boxed{{{answer}}}", {"answer": answer}).reward == 1.0
    assert (
        JUDGE(rf"\boxed{{ {answer} }}", {"answer": rf"\left. {answer}"}).reward == 1.0
    )  # spelled differently, so that the string stage does not decide


@slow_ok
@given(answers, answers)
def test_equality_is_symmetric(a: str, b: str) -> None:
    assert JUDGE.equal(a, b) == JUDGE.equal(b, a)


@slow_ok
@given(fractions, st.integers(0, 5), st.integers(0, 5))
def test_every_spelling_of_a_rational_is_equal(value: Fraction, first: int, second: int) -> None:
    assert JUDGE.equal(spelled(value, first), spelled(value, second))


@slow_ok
@given(fractions, fractions, st.integers(0, 5), st.integers(0, 5))
def test_different_rationals_are_never_equal(a: Fraction, b: Fraction, first: int, second: int) -> None:
    assume(a != b)
    assert not JUDGE.equal(spelled(a, first), spelled(b, second))


@slow_ok
@given(integers, st.integers(1, 10**6), st.integers(0, 5))
def test_a_perturbed_number_is_never_equal(value: int, step: int, style: int) -> None:
    gold = str(value)
    for wrong in (value + step, value - step, -value if value else 1, value * 10 + 1):
        if wrong != value:
            assert not JUDGE.equal(gold, spelled(Fraction(wrong), style))
    assert (
        not JUDGE.equal(gold, f"{gold}.{step}")
        and (not value or not JUDGE.equal(gold, f"{gold}x"))
        and (step == value or not JUDGE.equal(gold, f"{gold}, {step}"))
    )


@slow_ok
@given(expressions, st.sampled_from(["+1", "+10^{-30}", "-\\frac{1}{7}", "+\\sqrt{3}"]))
def test_a_perturbed_expression_is_never_equal(expression: str, change: str) -> None:
    try:
        read(expression)
    except ParseError:
        assume(False)
    assert not JUDGE.equal(expression, f"({expression}){change}")


PROSE = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="<\\$"), max_size=120)


@slow_ok
@given(PROSE, answers, st.sampled_from(["", " ", "\n", ".", " as required.", "\n\nHope this helps!"]))
def test_prose_around_the_box_changes_nothing(prose: str, answer: str, after: str) -> None:
    assert JUDGE(prose + rf" Hence $\boxed{{{answer}}}$" + after, {"answer": answer}).reward == 1.0


@slow_ok
@given(answers, st.sampled_from(["\\,", "\\;", "\\ ", "\\quad ", "\n", "\u2009", "\u200b", "  "]))
def test_white_space_changes_nothing(answer: str, space: str) -> None:
    assert JUDGE.equal(answer, space + answer + space)
    for operator in ("+", "=", ","):
        assert JUDGE.equal(answer, answer.replace(operator, space + operator + space)), (answer, operator)


@slow_ok
@given(st.text(max_size=200))
def test_any_unicode_is_judged_without_an_exception(text: str) -> None:
    for gold in ("5", r"\frac{x}{2}", "(0,1]", "yes", "B"):
        for completion in (text, rf"\boxed{{{text}}}"):
            verdict = JUDGE(completion, {"answer": gold})
            assert verdict.status in (Status.PASS, Status.FAIL, Status.MALFORMED), verdict
    verdict = JUDGE("5", {"answer": text})
    assert "failed" not in verdict.note, verdict


FRAGMENTS = st.lists(
    st.sampled_from(
        ["\\frac", "{", "}", "(", ")", "[", "]", "|", "^", "_", "1", "23", "x", "\\sqrt", "\\sin", "\\le", "<", "=",
        ",", "\\pm", "\\cup", "\\{", "\\}",
         "\\text{cm}", "\\infty", "!", "%", "\\circ", ":", ";", "\\\\", "&", "\\begin{pmatrix}", "\\end{pmatrix}",
         "\\log", "e", "i", "or", " ", ".", "-",
         "+", "*", "/", "\\int", "\\sum", "\\boxed{", "$", "不", "½", "²", "√", "\\mod", "\\equiv", "\\pmod",
         "\\lim", "\\to", "million", "base", "0.(", "'"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(FRAGMENTS, FRAGMENTS)
def test_any_mixture_of_tokens_is_judged_without_an_exception(gold: str, answer: str) -> None:
    verdict = JUDGE(rf"\boxed{{{answer}}}", {"answer": gold})
    assert "failed" not in verdict.note, verdict
    verdict = JUDGE(answer, {"answer": r"\frac{1}{2}"})
    assert "failed" not in verdict.note, verdict


@pytest.mark.parametrize(
    "piece", ["1+", "x*", "(x+1)", r"\frac{1}{2}+", "x^2+", r"\sin x\cdot", "1,", r"\sqrt{2}+", "a_1 ", "word "]
)
def test_time_is_bounded_by_the_length(piece: str) -> None:
    for length in (100, 1000, 10_000, 100_000, 1_000_000):
        text = (piece * (length // len(piece) + 1))[:length] + "1"
        start = time.thread_time()
        JUDGE(rf"\boxed{{{text}}}", {"answer": r"\sqrt{2}x"})
        JUDGE(text, {"answer": "7"})
        assert time.thread_time() - start < 1.0
