"""A batch: the same program for the same task is run once, whoever sent it; what only looks the same is not."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from r1.sandbox.backends.fake import FakeSandbox
from r1.verifiers.code import Code

ECHO: dict[str, Any] = {"tests": [{"stdin": "5\n", "stdout": "5\n"}]}
PROGRAM = "```python\nprint(input())\n```"


@pytest.mark.parametrize("copied", [lambda truth: truth, copy.deepcopy, lambda truth: json.loads(json.dumps(truth))])
def test_a_groups_equal_programs_are_run_once_also_for_copies_of_the_truth(copied: Any) -> None:
    sandbox = FakeSandbox()
    completions = [f"Thought number {number}.\n{PROGRAM}" for number in range(8)]
    verdicts = Code(sandbox).many(completions, [copied(ECHO) for _ in completions])
    assert [verdict.reward for verdict in verdicts] == [1.0] * 8
    assert len(sandbox.asked) == 1


def test_truths_that_differ_are_judged_each_by_its_own() -> None:
    sandbox = FakeSandbox()
    other = {"tests": [{"stdin": "5\n", "stdout": "6\n"}]}
    verdicts = Code(sandbox).many([PROGRAM] * 3, [ECHO, other, dict(ECHO)])
    assert [verdict.reward for verdict in verdicts] == [1.0, 0.0, 1.0]
    assert len(sandbox.asked) == 2


@pytest.mark.parametrize(("one", "other"), [(True, 1), (1.0, 1), ((1, 2), [1, 2]), ({1: 2}, {"1": 2})])
def test_truths_that_python_or_json_take_for_equal_stay_apart(one: Any, other: Any) -> None:
    sandbox = FakeSandbox()
    truths = [{"entry_point": "f", "tests": [{"args": [value], "returns": 0}]} for value in (one, other)]
    Code(sandbox).many(["```python\ndef f(x): return 0\n```"] * 2, truths)
    assert len(sandbox.asked) == 2
