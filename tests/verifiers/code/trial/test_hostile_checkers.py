"""Outputs that make the task's own checker fail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from code_tasks import fenced, task
from programs import programs
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code

CHECKERS = programs(Path(__file__).parent / "programs/checkers.txt")
SWAMPS = {"memory": 10**11, "recursion": 10**8, "output": 10**7, "time": 10**12, "buffer": int("9" * 4000)}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] if n == "time" else []) for n in CHECKERS])
def test_an_output_that_makes_the_checker_fail_is_wrong(name: str, sandbox: Sandbox) -> None:
    language = "c" if name == "buffer" else "python"
    if language == "c" and shutil.which("gcc") is None:
        pytest.skip("needs hardware: gcc")
    row = {"stdin": "", "stdout": "6\n", "checker": {"language": language, "source": CHECKERS[name]}}
    completions = [fenced(f"print({SWAMPS[name]})"), fenced("print(6)")]
    assert [verdict.reward for verdict in Code(sandbox).many(completions, [task([row])] * 2)] == [0.0, 1.0]


def test_a_checker_that_fails_on_the_right_answer_too_is_unscored(sandbox: Sandbox) -> None:
    row = {"stdin": "", "stdout": "6\n", "checker": {"language": "python", "source": "import os\nos.abort()"}}
    assert Code(sandbox)(fenced("print(6)"), task([row])).reward is None
