"""Batch: equal programs for equal tasks run once, and independent programs do not wait for each other."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox.backends.fake import FakeSandbox
from r1.verifiers.code import Code
from r1.verifiers.code.batch import Unit, Workload, run_workloads
from r1.verifiers.code.fate import Fate, Result

ECHO: dict[str, Any] = {"tests": [{"stdin": "5\n", "stdout": "5\n"}]}
PROGRAM = "```python\nprint(input())\n```"


@pytest.mark.parametrize("copied", [lambda truth: truth, copy.deepcopy, lambda truth: json.loads(json.dumps(truth))])
def test_equal_programs_of_a_group_run_once_even_if_their_truths_are_copies(copied: Any) -> None:
    sandbox = FakeSandbox()
    completions = [f"Thought number {number}.\n{PROGRAM}" for number in range(8)]
    verdicts = Code(sandbox).many(completions, [copied(ECHO) for _ in completions])
    assert [verdict.reward for verdict in verdicts] == [1.0] * 8
    assert len(sandbox.asked) == 1


def test_different_truths_for_one_program_are_judged_separately() -> None:
    sandbox = FakeSandbox()
    other = {"tests": [{"stdin": "5\n", "stdout": "6\n"}]}
    verdicts = Code(sandbox).many([PROGRAM] * 3, [ECHO, other, dict(ECHO)])
    assert [verdict.reward for verdict in verdicts] == [1.0, 0.0, 1.0]
    assert len(sandbox.asked) == 2


@pytest.mark.parametrize(("one", "other"), [(True, 1), (1.0, 1), ((1, 2), [1, 2]), ({1: 2}, {"1": 2})])
def test_truths_that_are_equal_only_in_python_or_only_in_json_are_judged_separately(one: Any, other: Any) -> None:
    sandbox = FakeSandbox()
    truths = [{"entry_point": "f", "tests": [{"args": [value], "returns": 0}]} for value in (one, other)]
    Code(sandbox).many(["```python\ndef f(x): return 0\n```"] * 2, truths)
    assert len(sandbox.asked) == 2


def unit(number: int, how: Fate = Fate.OK, before: Callable[[], object] = lambda: None) -> Unit:
    def run() -> dict[int, Result]:
        before()
        return {number: Result(how, float(how is Fate.OK))}

    return run


def test_a_program_that_waits_holds_up_no_other_program() -> None:
    others_done = threading.Event()
    waiting = Workload([unit(0, before=lambda: others_done.wait(60))])
    counted = threading.Semaphore(0)
    others = [Workload([unit(0), unit(1, before=counted.release)]) for _ in range(5)]

    def finish() -> None:
        for _ in others:
            counted.acquire(timeout=60)
        others_done.set()

    watcher = threading.Thread(target=finish)
    watcher.start()
    run_workloads([waiting, *others], slots=2)
    watcher.join()
    assert others_done.is_set()
    assert all(set(workload.results) == {0, 1} for workload in others)
    assert waiting.results[0].ok


@pytest.mark.parametrize("slots", [1, 3])
def test_an_error_of_the_machinery_stays_with_its_program(slots: int) -> None:
    def broken() -> dict[int, Result]:
        raise RuntimeError("the worker is gone")

    workloads = [Workload([broken, unit(1)]), Workload([unit(0), unit(1)])]
    run_workloads(workloads, slots)
    assert str(workloads[0].error) == "the worker is gone"
    assert (workloads[0].results, workloads[1].error) == ({}, None)
    assert len(workloads[1].results) == 2


@given(
    st.lists(st.lists(st.sampled_from(Fate), min_size=1, max_size=5), max_size=4),
    st.booleans(),
    st.integers(1, 3),
    st.integers(1, 4),
)
def test_a_workload_runs_all_its_units_unless_a_result_ends_it(
    fates: list[list[Fate]], stop: bool, max_timeouts: int, slots: int
) -> None:
    workloads = [Workload([unit(n, how) for n, how in enumerate(row)], stop, max_timeouts) for row in fates]
    run_workloads(workloads, slots)
    for workload, row in zip(workloads, fates, strict=True):
        assert all(result.how is row[number] for number, result in workload.results.items())
        assert workload.over or len(workload.results) == len(row)
        if slots == 1:
            assert list(workload.results) == list(range(len(workload.results)))


def test_a_program_that_does_not_compile_is_not_tried_on_further_tests() -> None:
    tried: list[int] = []
    units = [unit(n, Fate.COMPILE, lambda n=n: tried.append(n)) for n in range(4)]  # type: ignore[misc]
    run_workloads([Workload(units, stop_at_failure=False, max_timeouts=9)], slots=2)
    assert tried == [0]
