"""CPU time against a reference: how fast a correct program is, measured so that a loaded machine changes little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from r1.sandbox.protocol import Outcome, Program, Sandbox
from r1.verifiers.code.trial.calls import fate, run_calls, run_source
from r1.verifiers.code.truth.reader import Calls, Plan, Source, Stdio
from r1.verifiers.verdict import TruthError

_MAX_TESTS = 3
_FREE = 1.5  # this many times the reference's time costs nothing: noise is no sin
_SLACK_S = 0.1


def time_score(sandbox: Sandbox, plan: Plan, program: Program, runs: int) -> float:
    """1.0 for a program at most 1.5 times as slow as the reference, then falling like 1/time, always above 0.

    Reference and candidate run by turns, so that both see the same load. Of each, the *median* CPU time counts; and for a
    program that rather sleeps than computes the least wall time, where it is far beyond what the load explains.
    """
    yardstick = Program(plan.reference, plan.language)
    theirs: list[tuple[float, float]] = []
    ours: list[tuple[float, float]] = []
    for _ in range(runs):
        ours.append(_measure(sandbox, plan, yardstick, "the reference"))
        theirs.append(_measure(sandbox, plan, program, "the program"))
    load_s = min(wall - cpu for cpu, wall in ours)
    ratio = _effective_s(theirs, load_s) / max(_effective_s(ours, load_s), 1e-4)
    return min(1.0, _FREE / ratio) if ratio > 0 else 1.0


def _effective_s(times: Sequence[tuple[float, float]], load_s: float) -> float:
    """Median CPU seconds, or the least wall seconds if even these are beyond CPU, load and slack together."""
    cpu_s = median(cpu for cpu, _ in times)
    wall_s = min(wall for _, wall in times)
    return wall_s if wall_s > 3 * (cpu_s + max(load_s, 0.0)) + _SLACK_S else cpu_s


def _measure(sandbox: Sandbox, plan: Plan, program: Program, who: str) -> tuple[float, float]:
    """CPU and wall seconds over the task's tests (a few, when each is a run of its own)."""
    meter: Any = _Meter(sandbox)  # a Sandbox that counts seconds on the way
    calls = [test.form for test in plan.tests if isinstance(test.form, Calls)]
    if calls:
        run_calls(meter, plan, program, calls, stop=True)
    others = [test.form for test in plan.tests if isinstance(test.form, (Stdio, Source))]
    for form in sorted(others, key=_size, reverse=True)[:_MAX_TESTS]:
        if isinstance(form, Stdio):
            outcome = meter.run(replace(program, stdin=form.stdin), plan.limits)
            if who == "the reference" and fate(outcome):
                raise TruthError(f"the reference does not run: {fate(outcome)}")
        else:
            run_source(meter, plan, program, form, stop=True)
    return meter.cpu_s, meter.wall_s


def _size(form: Stdio | Source) -> int:
    return len(form.stdin) if isinstance(form, Stdio) else len(form.source)


class _Meter:
    """A sandbox that adds up the time of the candidate's runs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.cpu_s = self.wall_s = 0.0

    def __getattr__(self, name: str) -> object:
        return getattr(self._sandbox, name)

    def run(self, *args: object, **kwargs: object) -> Outcome:
        outcome: Outcome = self._sandbox.run(*args, **kwargs)  # type: ignore[arg-type]
        self._add(outcome)
        return outcome

    def run_linked(self, *args: object, **kwargs: object) -> tuple[Outcome, Outcome]:
        ran, judged = self._sandbox.run_linked(*args, **kwargs)  # type: ignore[arg-type]
        self._add(ran)
        return ran, judged

    def _add(self, outcome: Outcome) -> None:
        self.cpu_s += outcome.cpu_s
        self.wall_s += outcome.wall_s
