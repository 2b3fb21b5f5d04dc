"""Speed: the time of a correct program relative to a reference, measured so that load on the machine matters little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from r1.sandbox.protocol import Outcome, Program, Sandbox
from r1.verifiers.code.fate import fate_of
from r1.verifiers.code.trial.calls import run_calls
from r1.verifiers.code.trial.linked import run_source
from r1.verifiers.code.truth.plan import Calls, Plan, Source, Stdio
from r1.verifiers.verdict import TruthError

_MAX_TESTS = 3
_FREE = 1.5  # this many times the reference's time costs nothing, because of noise
_SLACK_S = 0.1


def time_score(sandbox: Sandbox, plan: Plan, program: Program, runs: int) -> float:
    """1.0 for a program that takes at most 1.5 times as long as the reference, else falling like 1/time, above 0.

    Reference and candidate run in turns, so that both see the same load. The *median* CPU time over ``runs`` counts; for
    a program that sleeps instead of computing, the least wall time counts, if load cannot explain it.

    Raises:
        SandboxError: a box failed.
        TruthError: the reference does not run.
    """
    reference = Program(plan.reference, plan.language)
    theirs: list[tuple[float, float]] = []
    ours: list[tuple[float, float]] = []
    for _ in range(runs):
        ours.append(_measure(sandbox, plan, reference, is_reference=True))
        theirs.append(_measure(sandbox, plan, program))
    load_s = min(wall - cpu for cpu, wall in ours)
    ratio = _effective_s(theirs, load_s) / max(_effective_s(ours, load_s), 1e-4)
    return min(1.0, _FREE / ratio) if ratio > 0 else 1.0


def _effective_s(times: Sequence[tuple[float, float]], load_s: float) -> float:
    """Median CPU seconds, or the least wall seconds if these exceed three times CPU plus load, plus slack."""
    cpu_s = median(cpu for cpu, _ in times)
    wall_s = min(wall for _, wall in times)
    return wall_s if wall_s > 3 * (cpu_s + max(load_s, 0.0)) + _SLACK_S else cpu_s


def _measure(sandbox: Sandbox, plan: Plan, program: Program, is_reference: bool = False) -> tuple[float, float]:
    """CPU and wall seconds over the task's tests: all calls, and the three largest of the tests with a run each."""
    meter: Any = _Meter(sandbox)
    calls = [test.form for test in plan.tests if isinstance(test.form, Calls)]
    if calls:
        run_calls(meter, plan, program, calls, stop=True)
    others = [test.form for test in plan.tests if isinstance(test.form, (Stdio, Source))]
    for form in sorted(others, key=_size, reverse=True)[:_MAX_TESTS]:
        if isinstance(form, Stdio):
            outcome = meter.run(replace(program, stdin=form.stdin), plan.limits)
            if is_reference and (how := fate_of(outcome)):
                raise TruthError(f"the reference does not run: {how}")
        else:
            run_source(meter, plan, program, form, stop=True)
    return meter.cpu_s, meter.wall_s


def _size(form: Stdio | Source) -> int:
    return len(form.stdin) if isinstance(form, Stdio) else len(form.source)


class _Meter:
    """A sandbox that adds up the CPU and wall time of the program's runs."""

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
