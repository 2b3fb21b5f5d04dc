"""Hostile answers: huge, deep, malformed or code. They cost little, earn nothing and are never run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from r1.verifiers.math import Math


def passed(completion: str, gold: Any, **options: Any) -> bool:
    return Math(**options)(completion, {"answer": gold}).reward == 1.0


HOSTILE = [
    "9^{9^{9^9}}", "10**10**10**10", "1000000!", "(10^9)!", r"\binom{10^9}{5\cdot10^8}", "2^{2^{2^{2^{2^2}}}}",
    "(x+y+z+w)^{200}", "1" * 900, "1" * 4000,
    "1+" * 700 + "1", "(" * 3000 + "1" + ")" * 3000, r"\frac" * 1000, r"\frac{1}{" * 300 + "1" + "}" * 300,
    "^" * 3000, "-" * 3000, "x^" * 500 + "2",
    r"\sqrt" * 900 + "2", "a_" * 900, "|" * 2000, r"\{" * 1500, ",".join(map(str, range(800))), "(1,2)," * 300 + "(1,2)", "x!" + "!" * 1000,
    "*".join(f"(x_{{{i}}}+1)" for i in range(60)), "+".join(f"\\sqrt{{{i}}}" for i in range(2, 300)),
    "+".join(f"1/{10**40 + i}" for i in range(80)),
    r"\sin" * 300 + " x", "e^{e^{e^{e^{e^{10}}}}}", r"\sum_{k=1}^{10^{9}} k", r"\prod_{k=1}^{400} (x+k)",
    r"\begin{pmatrix}" + "1&" * 600, "½" * 1000,
    r"\pm" * 20 + "1", "1" + r"\pm1" * 20, "x=" * 300 + "1", "1<" * 300 + "2", r"(0,1)\cup" * 150 + "(0,1)",
    "0.(" * 500, "7" * 200 + "^{" + "7" * 200 + "}",
    r"\gcd(10^{4000}, 6)", "gcd(" * 30, "5 " * 1500, r"\text{" * 400, "不是" * 1000, r"\sqrt[10^9]{2}",
    "2^{1/1000003}", "(1+10^{-300})^{10^{300}}",
]  # fmt: skip


@pytest.mark.parametrize("answer", HOSTILE, ids=lambda text: repr(text[:24]))
def test_hostile_answers_cost_little_and_earn_nothing(answer: str) -> None:
    judge = Math()
    for gold in ("5", r"\sqrt{2}x+1", r"\{1,2\}", "(0,2)", "Evelyn"):
        for completion in (answer, rf"\boxed{{{answer}}}"):
            start = time.thread_time()
            verdict = judge(completion, {"answer": gold})
            assert time.thread_time() - start < 1.0
            assert verdict.reward == 0.0, verdict


def test_a_gold_as_hostile_as_its_answer_is_equal_to_itself() -> None:
    for answer in ("9^{9^{9^9}}", "(x+y+z+w)^{200}", r"\sum_{k=1}^{10^{9}} k", "1000000!"):
        assert passed(rf"\boxed{{{answer}}}", answer)
        assert passed(rf"\boxed{{ {answer} + 0}}", answer), answer


def test_code_in_an_answer_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for code in (
        "__import__('os').system('touch owned')",
        "open('owned','w')",
        "exec(\"open('owned','w')\")",
        "().__class__.__bases__[0]",
    ):
        for completion in (code, rf"\boxed{{{code}}}", f"The answer is {code}"):
            assert not passed(completion, "3", symbolic=True)
    assert not list(tmp_path.iterdir())
