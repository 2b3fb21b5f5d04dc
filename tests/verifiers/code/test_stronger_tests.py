"""Stronger tests: generated tests catch wrong programs that a set's own tests pass, and are the same every time."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from shared_data import ROOT, SHARED, needs_shared

from r1.datasets.load import load_tasks
from r1.sandbox import Sandbox, open_sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.stronger_tests import strengthen
from r1.verifiers.code.truth.plan import Calls
from r1.verifiers.code.truth.reader import read_truth
from r1.verifiers.verdict import Status

CLAMP: dict[str, Any] = {
    "language": "python",
    "entry_point": "clamp",
    "reference": "def clamp(xs, low):\n    return [x for x in xs if x >= low]\n",
    "tests": [{"args": [[1, 5, 9], 4], "returns": [5, 9]}, {"args": [[7, 2], 6], "returns": [7]}],
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


def fenced(program: str) -> str:
    return f"```python\n{program}\n```"


def test_a_boundary_mutant_passes_the_own_tests_and_fails_generated_ones(sandbox: Sandbox) -> None:
    mutant = fenced("def clamp(xs, low):\n    return [x for x in xs if x > low]")
    right = fenced("def clamp(xs, low):\n    return list(filter(lambda x: not x < low, xs))")
    assert Code(sandbox)(mutant, CLAMP).reward == 1.0
    strong = Code(sandbox, generated_tests=60)
    assert [strong(mutant, CLAMP).reward, strong(right, CLAMP).reward] == [0.0, 1.0]


def test_a_task_gets_the_same_tests_every_time(sandbox: Sandbox) -> None:
    once, again = (strengthen(sandbox, read_truth(CLAMP), 30).tests for _ in range(2))
    assert once == again
    assert len(once) > 20
    assert strengthen(sandbox, read_truth(CLAMP), 30, seed=1).tests != once


def test_a_plan_without_a_reference_is_returned_unchanged(sandbox: Sandbox) -> None:
    plan = read_truth({key: value for key, value in CLAMP.items() if key != "reference"})
    assert strengthen(sandbox, plan, 30) is plan


def test_a_reference_that_does_not_load_makes_the_task_unscored(sandbox: Sandbox) -> None:
    broken = {**CLAMP, "reference": "def clamp(:"}
    verdict = Code(sandbox, generated_tests=10)(fenced(CLAMP["reference"]), broken)
    assert verdict.status is Status.UNSCORED


def test_inputs_on_which_the_reference_raises_are_dropped(sandbox: Sandbox) -> None:
    truth = {
        "language": "python",
        "entry_point": "inverse",
        "reference": "def inverse(n):\n    return 1 / n\n",
        "tests": [{"args": [-3], "returns": -1 / 3}, {"args": [4], "returns": 0.25}],
    }
    plan = strengthen(sandbox, read_truth(truth), 50)
    arguments = [test.form.calls[0].args[0] for test in plan.tests if isinstance(test.form, Calls)]
    assert len(arguments) > 5
    assert 0 not in arguments


@needs_shared
def test_canonical_solutions_of_humaneval_pass_generated_tests(sandbox: Sandbox) -> None:
    tasks = load_tasks(SHARED / "data/humaneval/HumanEval.jsonl.gz", "code")
    verdicts = Code(sandbox, generated_tests=40).many(
        [fenced(str(task.truth["reference"])) for task in tasks], [task.truth for task in tasks]
    )
    assert [(t.id, v.note) for t, v in zip(tasks, verdicts, strict=True) if v.reward != 1.0] == []


@needs_shared
@pytest.mark.slow
def test_generated_tests_catch_nearly_all_mutants_of_humaneval(sandbox: Sandbox) -> None:
    """Mutants that fail the set's own tests are refused; generated tests catch 97 % of those not equivalent."""
    bench = importlib.util.spec_from_file_location("bench_mutants", ROOT / "benchmarks/bench_mutants.py")
    assert bench is not None and bench.loader is not None
    module = sys.modules["bench_mutants"] = importlib.util.module_from_spec(bench)
    bench.loader.exec_module(module)
    tasks = load_tasks(SHARED / "data/humaneval/HumanEval.jsonl.gz", "code")
    rng = random.Random(0)
    found = [mutant for task in tasks for mutant in module.mutants(task, 4, rng)]
    truths = {task.id: {**task.truth, "limits": {"cpu_s": 1}} for task in tasks}
    own = module.killed_by_own_tests(sandbox, found)
    plain = module.refused(Code(sandbox), found, truths)
    strong = module.refused(Code(sandbox, generated_tests=100), found, truths)
    assert [m.task.id for m, dead, no in zip(found, own, plain, strict=True) if dead and not no] == []
    assert [m.task.id for m, dead, no in zip(found, own, strong, strict=True) if dead and not no] == []
    real = sum(not m.equivalent for m in found)
    assert sum(own) / real >= 0.92
    assert sum(strong) / real >= 0.97
