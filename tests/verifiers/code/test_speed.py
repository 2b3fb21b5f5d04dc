"""Speed: a fast program earns more than a slow or sleeping one, whatever the load on the machine."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outcomes import ended

from r1.sandbox import Outcome, Program, Sandbox, SandboxError, open_sandbox
from r1.sandbox.backends.fake import FakeSandbox
from r1.verifiers.code import Code
from r1.verifiers.code.speed import time_score
from r1.verifiers.code.truth.reader import read_truth
from r1.verifiers.verdict import Status, TruthError

REFERENCE = "reference"
ECHO: dict[str, Any] = {"language": "python", "reference": REFERENCE, "tests": [{"stdin": "1", "stdout": "1"}]}

# The same sum: at once, with eight times the work, after a sleep, and in a plain loop.
FAST = """
def f(n):
    return sum(i * i % 7 for i in range(n))
"""
SLOW = """
def f(n):
    s = 0
    for i in range(n):
        for _ in range(8):
            x = i * i % 7
        s += x
    return s
"""
ASLEEP = """
import time
def f(n):
    time.sleep(0.6)
    return sum(i * i % 7 for i in range(n))
"""
PLAIN = """
def f(n):
    s = 0
    for i in range(n):
        s += i * i % 7
    return s
"""
SQUARES: dict[str, Any] = {
    "language": "python",
    "entry_point": "f",
    "reference": PLAIN,
    "limits": {"cpu_s": 8},
    "tests": [{"args": [150_000], "returns": sum(i * i % 7 for i in range(150_000))}],
}


def timed(seconds: dict[str, list[tuple[float, float]]]) -> FakeSandbox:
    """A sandbox in which each run of a program takes the next (CPU, wall) seconds listed under its source."""

    def answer(program: Program) -> Outcome:
        cpu_s, wall_s = seconds[program.source].pop(0)
        return ended(b"1\n", cpu_s=cpu_s, wall_s=wall_s)

    return FakeSandbox(answer)


def score(ours: list[tuple[float, float]], theirs: list[tuple[float, float]]) -> float:
    box = timed({REFERENCE: list(ours), "program": list(theirs)})
    return time_score(box, read_truth(ECHO), Program("program"), len(ours))


@given(st.floats(0.01, 10), st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, 5))
def test_less_cpu_time_never_earns_less(reference_s: float, quick: float, slow: float, load_s: float) -> None:
    quick, slow = sorted((quick, slow))
    ours = [(reference_s, reference_s + load_s)] * 5
    scores = [score(ours, [(k * reference_s, k * reference_s + load_s)] * 5) for k in (quick, slow)]
    assert 1.0 >= scores[0] >= scores[1] > 0.0


@given(st.lists(st.floats(1, 100), min_size=2, max_size=2), st.permutations(range(5)))
def test_two_disturbed_runs_in_five_change_nothing(outliers: list[float], order: list[int]) -> None:
    runs = [(0.2, 0.3)] * 3 + [(0.2 * k, 0.3 * k) for k in outliers]
    assert score([(0.2, 0.3)] * 5, [runs[i] for i in order]) == 1.0
    assert score([runs[i] for i in order], [(0.2, 0.3)] * 5) == 1.0


def test_up_to_one_and_a_half_times_the_reference_is_free_and_more_costs() -> None:
    ours = [(0.2, 0.2)] * 5
    assert [score(ours, [(s, s)] * 5) for s in (0.05, 0.2, 0.29)] == [1.0, 1.0, 1.0]
    assert score(ours, [(0.6, 0.6)] * 5) == pytest.approx(0.5)


def test_sleep_counts_as_time_but_waiting_for_a_core_does_not() -> None:
    ours = [(0.1, 0.4)] * 5  # on a machine with four runs for each core
    assert score(ours, [(0.1, 0.9)] * 5) == 1.0
    assert score(ours, [(0.01, 3.0)] * 5) < 0.1


def test_a_reference_that_does_not_run_is_a_truth_error() -> None:
    def broken(program: Program) -> Outcome:
        return ended(exit_code=1)

    with pytest.raises(TruthError, match="the reference does not run"):
        time_score(FakeSandbox(broken), read_truth(ECHO), Program("program"), 5)


def test_a_sandbox_that_fails_during_the_measurement_makes_the_verdict_unscored() -> None:
    def answer(program: Program) -> Outcome:
        if program.source == REFERENCE:
            raise SandboxError("the worker is gone")
        return ended(b"1\n")

    verdict = Code(FakeSandbox(answer), time_weight=0.5)("```python\nprint(input())\n```", ECHO)
    assert (verdict.status, verdict.reward) == (Status.UNSCORED, None)


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """A machine on which this many processes compute all the time."""
    burners = [multiprocessing.get_context("spawn").Process(target=_burn, daemon=True) for _ in range(processes)]
    for burner in burners:
        burner.start()
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.join()


def _burn() -> None:
    while True:
        pass


def ordered(sandbox: Sandbox, tries: int) -> int:
    """The number of tries in which the fast program earns more than the slow one and the sleeping one."""
    judge, right = Code(sandbox, time_weight=0.5), 0
    for _ in range(tries):
        verdicts = judge.many([f"```python\n{program}```" for program in (FAST, SLOW, ASLEEP)], [SQUARES] * 3)
        fast, slow, asleep = (verdict.reward or 0.0 for verdict in verdicts)
        right += fast > slow > 0.5 and fast > asleep > 0.5
    return right


def test_programs_are_ordered_by_their_time() -> None:
    with open_sandbox("auto", workers=2) as sandbox, busy(2):
        assert ordered(sandbox, 2) == 2


@pytest.mark.slow
def test_programs_are_ordered_by_their_time_in_a_hundred_tries() -> None:
    with open_sandbox("auto", workers=2) as sandbox, busy(4):
        assert ordered(sandbox, 100) == 100
