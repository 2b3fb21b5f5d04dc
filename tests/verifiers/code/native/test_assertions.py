"""Assertions in the task's own language (rows of MultiPL-E), judged from what two boxes print."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from code_tasks import fenced
from programs import programs

from r1.datasets.rows import task_of_row
from r1.sandbox import Sandbox, open_sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.native.assertions import untagged
from r1.verifiers.verdict import Status

TOOLS = {"cpp": "g++", "js": "node", "java": "javac", "rs": "rustc", "ts": "tsc", "go": "go", "sh": "bash"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


@pytest.mark.parametrize("language", TOOLS)
def test_programs_of_multipl_e(language: str, sandbox: Sandbox) -> None:
    if sandbox.tier == "namespaces" and shutil.which(TOOLS[language]) is None:
        pytest.skip(f"needs hardware: {TOOLS[language]}")
    texts = programs(Path(__file__).parent / f"programs/multipl_e_{language}.txt")
    row = {"name": "HumanEval_0", "language": language, "prompt": texts["prompt"] + "\n", "tests": texts["tests"]}
    truth = {**task_of_row(row, "code", "x").truth, "limits": {"cpu_s": 3, "memory_mb": 512}}
    judged = {name: text for name, text in texts.items() if name.startswith(("right", "wrong"))}
    completions = [fenced(text, truth["language"]) for text in judged.values()]
    verdicts = Code(sandbox).many(completions, [truth] * len(judged))
    rewards = {name: verdict.reward for name, verdict in zip(judged, verdicts, strict=True)}
    assert rewards == {name: float(name.startswith("right")) for name in judged}, verdicts


PYTHON_TESTS = """
def check(candidate):
    assert candidate([1, -2]) == [1]

def test_check():
    check(keep)

test_check()
"""


def test_a_python_row_of_multipl_e(sandbox: Sandbox) -> None:
    truth = task_of_row({"language": "py", "prompt": "def keep(xs):\n", "tests": PYTHON_TESTS}, "code", "x").truth
    right, wrong = "    return [x for x in xs if x > 0]", "    return xs"
    verdicts = Code(sandbox).many([fenced(right), fenced(wrong)], [truth] * 2)
    assert [verdict.reward for verdict in verdicts] == [1.0, 0.0], verdicts


def test_expected_values_that_do_not_compile_are_unscored(sandbox: Sandbox) -> None:
    truth = {"language": "cpp", "tests": [{"native": "assert(f(1) == (std::none()));"}]}
    assert Code(sandbox)(fenced("int f(int x) { return x; }", "cpp"), truth).status is Status.UNSCORED


def test_a_failing_visible_assertion_shows_the_expected_value(sandbox: Sandbox) -> None:
    truth = {"language": "javascript", "tests": [{"native": "assert.deepEqual(f(1), [2]);", "visible": True}]}
    text = Code(sandbox).feedback(fenced("function f(x) { return [3]; }", "js"), truth)
    assert "Call: f(1)" in text and "Expected: [2]" in text and "Got: [3]" in text


def test_names_of_types_are_removed_at_any_depth() -> None:
    assert untagged(("r1:St6vectorIiE", [1, ("r1:Integer", 2)])) == [1, 2]
    assert untagged({("r1:Some", "a"): ("r1:Ok", None)}) == {"a": None}
    assert untagged(("r1", 2)) == ("r1", 2)


NATIVE_ADD = """
}
int main() {
    auto candidate = add;
    assert(candidate((70001), (2)) == (70003));
}
"""
PROMPT = """
#include<assert.h>
#include<bits/stdc++.h>
long add(long a, long b) {
"""
OTHER_TYPES = """
#include <bits/stdc++.h>
struct X {};
long add(X a, X b) { return 0; }
"""
UNDEFINED_NAME = """
#include <bits/stdc++.h>
long add(long a, long b) { return nowhere; }
"""


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs hardware: g++")
def test_feedback_quotes_the_compiler_but_no_hidden_call(sandbox: Sandbox) -> None:
    truth = {"language": "cpp", "prompt": PROMPT.lstrip(), "tests": [{"native": NATIVE_ADD.lstrip()}]}
    completions = [fenced(OTHER_TYPES, "cpp"), fenced(UNDEFINED_NAME, "cpp")]
    (first, unfit), (second, broken) = Code(sandbox).with_feedback(completions, [truth] * 2)
    assert (first.reward, second.reward) == (0.0, 0.0)
    assert "70001" not in unfit
    assert "nowhere" in broken
