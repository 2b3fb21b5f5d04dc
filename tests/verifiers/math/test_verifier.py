"""The options of `Math`, the status and note of its verdicts, batches."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from r1.verifiers.math import Math
from r1.verifiers.verdict import Status


def passed(completion: str, gold: Any, **options: Any) -> bool:
    return Math(**options)(completion, {"answer": gold}).reward == 1.0


def test_the_status_and_the_deciding_stage() -> None:
    judge = Math()
    assert judge(r"\boxed{5}", {"answer": "5"}).status is Status.PASS
    assert judge(r"\boxed{6}", {"answer": "5"}).status is Status.FAIL
    assert judge(" ", {"answer": "5"}).status is Status.MALFORMED
    assert judge(r"\boxed{}", {"answer": "5"}).status is Status.MALFORMED
    notes = {
        "string": ("5", r"\boxed{5}"), "exact": ("0.5", r"\boxed{\frac12}"), "algebra": ("x+1", r"\boxed{1+x}"),
        "set": ("[1,2]", r"\boxed{1\le x\le 2}"),
        "numeric": (r"\sin 2x", r"\boxed{2\sin x\cos x}"), "choice": ("B", r"\boxed{(B)}"), "digits": ("1/3",
        "0.3333333333333333"), "text": ("even", "Even."),
    }  # fmt: skip
    for stage, (gold, completion) in notes.items():
        assert judge(completion, {"answer": gold}).note == stage


def test_strict_mode_needs_a_box() -> None:
    assert passed("The answer is 5.", "5") and not passed("The answer is 5.", "5", strict=True)
    assert passed(r"\boxed{5}", "5", strict=True)


def test_the_tolerance_is_relative_and_off_by_default() -> None:
    assert (
        not passed("3.1416", r"\pi")
        and passed("3.1416", r"\pi", tolerance=1e-4)
        and not passed("3.15", r"\pi", tolerance=1e-4)
    )
    assert passed("0.333", "1/3", tolerance=0.01) and not passed("0.3", "1/3", tolerance=0.01)
    with pytest.raises(ValueError, match="tolerance"):
        Math(tolerance=1.5)


def test_the_symbolic_stage_decides_what_the_others_leave_open() -> None:
    pairs = [(r"\frac{\pi^2}{6}", r"\sum_{k=1}^{\infty}\frac{1}{k^2}"), ("1/3", r"\int_0^1 x^2\,dx")]
    for gold, answer in pairs:
        assert not passed(rf"\boxed{{{answer}}}", gold)
        assert Math(symbolic=True)(rf"\boxed{{{answer}}}", {"answer": gold}).note == "symbolic"


@pytest.mark.timeout(60)  # sympy would take hours
def test_the_symbolic_stage_is_killed_at_its_budget() -> None:
    assert not passed(r"\boxed{\int_0^{\infty} e^{-x^{x^{x}}} \sin(x^{x})\,dx}", "5", symbolic=True)


def test_a_batch_equals_single_calls_and_pickles() -> None:
    judge = pickle.loads(pickle.dumps(Math(tolerance=1e-6)))
    completions = [r"\boxed{1}", r"\boxed{2}", "?"]
    truths = [{"answer": "1"}] * 3
    assert judge.many(completions, truths) == [judge(c, t) for c, t in zip(completions, truths, strict=True)]
