"""The math verifier on labelled cases, golden verdicts and data sets; its options, errors, threads and limits."""

from __future__ import annotations

import doctest
import importlib
import json
import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from shared_data import needs_shared, rows

from r1.verifiers.math import Math
from r1.verifiers.math.values import balls, balls_mpmath
from r1.verifiers.verdict import Status, TruthError

GOLDEN = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "golden" / "math.jsonl").read_text(encoding="utf-8").splitlines()
]


def passed(completion: str, gold: Any, **options: Any) -> bool:
    return Math(**options)(completion, {"answer": gold}).reward == 1.0


@pytest.mark.parametrize(
    "module", ["math", "math.spelling", "math.units", "math.read.number_words", "choice", "answer.options"]
)
def test_the_documented_policy(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"r1.verifiers.{module}"))
    assert result.attempted and not result.failed


# --------------------------------------------------------------------------------------------------------- labelled cases


def judged(cases: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], float]:
    """The rows with a wrong verdict, and the longest time of one. The rule of feeding: every row goes in as it stands, the
    gold as truth (bare, with dollars, or a whole solution with its box) and pred as the completion (bare answer or prose)."""
    judge, wrong, longest = Math(), [], 0.0
    for row in cases:
        start = time.perf_counter()
        verdict = judge(row["pred"], {"answer": row["gold"]})
        longest = max(longest, time.perf_counter() - start)
        if (verdict.reward == 1.0) != row["expected"]:
            wrong.append({**row, "verdict": verdict})
    return wrong, longest


@needs_shared
def test_own_cases() -> None:
    cases = rows("cases/math.jsonl")
    wrong, longest = judged(cases)
    assert not [row for row in wrong if not row["expected"]], "false credit"
    assert len(wrong) <= 0.02 * len(cases), wrong
    assert longest < 2.0


@needs_shared
def test_public_cases() -> None:
    cases = [row for row in rows("cases/math_public.jsonl") if not row["disputed"] and not row["skip_default"]]
    wrong, longest = judged(cases)
    assert len(cases) > 1500 and len(wrong) <= 0.015 * len(cases), [(row["gold"], row["pred"][-80:]) for row in wrong]
    assert not [row for row in wrong if not row["expected"]], "false credit"
    assert longest < 2.0


def test_golden_verdicts() -> None:
    wrong, longest = judged(GOLDEN)
    assert not wrong, [(row["gold"], row["pred"], row["expected"], row["verdict"].note) for row in wrong]
    assert longest < 2.0


def test_golden_verdicts_without_flint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balls, "_backend", balls_mpmath)
    wrong, longest = judged(GOLDEN)
    assert [row for row in wrong if not row["expected"]] == []
    assert len(wrong) <= 3, wrong
    assert longest < 2.0


@needs_shared
def test_verdicts_are_the_same_in_threads() -> None:
    cases = rows("cases/math.jsonl")
    judge = Math()
    alone = [judge(row["pred"], {"answer": row["gold"]}) for row in cases]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda row: judge(row["pred"], {"answer": row["gold"]}), cases * 2))
    assert together == alone * 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("r1")]


# -------------------------------------------------------------------------------------------------------------- data sets


def gsm8k() -> list[tuple[str, str]]:
    """(solution, answer) of every GSM8K problem, train and test."""
    problems = rows("data/gsm8k/train.jsonl") + rows("data/gsm8k/test.jsonl")
    return [(row["answer"], row["answer"].rpartition("####")[2].strip()) for row in problems]


@needs_shared
def test_gsm8k_solutions_are_accepted_and_perturbed_ones_are_not() -> None:
    problems = gsm8k()
    assert len(problems) == 8792
    judge = Math()
    rejected, credited = [], []
    for index, (solution, answer) in enumerate(problems):
        judge.validate({"answer": answer})
        if judge(solution, {"answer": answer}).reward != 1.0:
            rejected.append(answer)
        value = int(answer.replace(",", ""))
        other = problems[(index * 7919 + 1) % len(problems)][1]
        wrong = [str(value + 1), str(value - 1), str(-value) if value else "1", str(10 * value + 7)]
        wrong += [other] if int(other.replace(",", "")) != value else []
        credited += [
            (answer, w)
            for w in wrong
            if judge(solution.replace(f"#### {answer}", f"#### {w}"), {"answer": answer}).reward != 0.0
        ]
        credited += [(answer, w) for w in wrong if judge(rf"So it is \boxed{{{w}}}.", {"answer": answer}).reward != 0.0]
    assert not rejected
    assert not credited


def math_golds() -> list[tuple[str, str]]:
    """(solution, answer) of MATH problems: the rows of the public cases that are gold solutions with a box."""
    found = [
        row
        for row in rows("cases/math_public.jsonl")
        if row["kind"] == "gold_solution" and not row["disputed"] and "boxed" in row["pred"]
    ]
    return [(row["pred"], row["gold"]) for row in found]


@needs_shared
def test_math_style_solutions_are_accepted_and_perturbed_ones_are_not() -> None:
    golds = math_golds()
    assert len(golds) > 80
    judge = Math()
    for index, (solution, gold) in enumerate(golds):
        judge.validate({"answer": gold})
        assert judge(solution, {"answer": gold}).reward == 1.0, (gold, solution[-100:])
        assert judge(rf"\boxed{{{gold}}}", {"answer": solution}).reward == 1.0, "a whole solution as the truth"
        changed = [f"({gold})+1", f"({gold})-1", f"-({gold})"] if gold not in ("0", "A") and "," not in gold else []
        other = golds[(index * 17 + 5) % len(golds)][1]
        for wrong in [*changed, other] if not judge.equal(gold, other) else changed:
            assert judge(rf"\boxed{{{wrong}}}", {"answer": gold}).reward == 0.0, (gold, wrong)
    pairs = {(a, b) for _, a in golds for _, b in golds if a != b and judge.equal(a, b)}
    assert all(fraction(a) == fraction(b) for a, b in pairs), pairs


def fraction(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("{", "").replace("}", "").replace("\\!", ""))


# ------------------------------------------------------------------------------------------------------ options and errors


def test_several_accepted_answers_and_numbers() -> None:
    assert passed(r"\boxed{4}", ["3", "4"]) and not passed(r"\boxed{5}", ["3", "4"])
    assert passed(r"\boxed{4}", 4) and passed(r"\boxed{2.5}", 2.5)


@pytest.mark.parametrize(
    "truth",
    [{}, {"answer": None}, {"answer": ""}, {"answer": "  "}, {"answer": []}, {"answer": [""]}, {"answer": r"\boxed{}"}, {"answer": "$$"},
     {"answer": r"\frac{1}{"}, {"answer": "x" * 5000}, {"answer": {"a": 1}}, {"answer": True}, {"answer": r"\frac{1}{2} \left("}],
)  # fmt: skip
def test_a_gold_that_cannot_be_read_is_an_error_of_the_data(truth: dict[str, Any]) -> None:
    with pytest.raises(TruthError):
        Math().validate(truth)
    for completion in (r"\boxed{5}", str(truth.get("answer"))):
        verdict = Math()(completion, truth)
        assert verdict.status is Status.UNSCORED or verdict.note == "string"
    assert Math()(r"\boxed{5}", truth).reward is None


def test_status_tells_what_happened() -> None:
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


def test_strict_mode_wants_a_box() -> None:
    assert passed("The answer is 5.", "5") and not passed("The answer is 5.", "5", strict=True)
    assert passed(r"\boxed{5}", "5", strict=True)


def test_tolerance_is_off_and_relative() -> None:
    assert (
        not passed("3.1416", r"\pi")
        and passed("3.1416", r"\pi", tolerance=1e-4)
        and not passed("3.15", r"\pi", tolerance=1e-4)
    )
    assert passed("0.333", "1/3", tolerance=0.01) and not passed("0.3", "1/3", tolerance=0.01)
    with pytest.raises(ValueError, match="tolerance"):
        Math(tolerance=1.5)


def test_symbolic_stage_decides_what_the_others_leave_open() -> None:
    pairs = [(r"\frac{\pi^2}{6}", r"\sum_{k=1}^{\infty}\frac{1}{k^2}"), ("1/3", r"\int_0^1 x^2\,dx")]
    for gold, answer in pairs:
        assert not passed(rf"\boxed{{{answer}}}", gold)
        assert Math(symbolic=True)(rf"\boxed{{{answer}}}", {"answer": gold}).note == "symbolic"
    start = time.perf_counter()
    assert not passed(r"\boxed{\int_0^{\infty} e^{-x^{x^{x}}} \sin(x^{x})\,dx}", "5", symbolic=True)
    assert time.perf_counter() - start < 10.0


def test_a_batch_equals_single_calls_and_pickles() -> None:
    judge = pickle.loads(pickle.dumps(Math(tolerance=1e-6)))
    completions = [r"\boxed{1}", r"\boxed{2}", "?"]
    truths = [{"answer": "1"}] * 3
    assert judge.many(completions, truths) == [judge(c, t) for c, t in zip(completions, truths, strict=True)]


# ------------------------------------------------------------------------------------------------------- hostile and cheap

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


def test_importing_is_light() -> None:
    program = (
        "import time, sys, r1\nstart = time.process_time()\nimport r1.verifiers.math\nprint(time.process_time() - start)\n"
        "print([m for m in ('flint', 'sympy', 'torch', 'mpmath') if m in sys.modules])"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split("\n")
        for _ in range(3)
    ]
    assert runs[0][1] == "[]"
    assert min(float(lines[0]) for lines in runs) < 0.15
