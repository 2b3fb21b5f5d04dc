"""Batches: many programs over a few slots, so that none of them waits for a stranger.

A program's tests are independent units of work. Its first unit goes first (it compiles, and most wrong programs end
there); when it passes, the others may run beside each other. One program's units never block another's: a worker takes
whatever unit is next, whoever it belongs to.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from r1.verifiers.code.truth.reader import TestResult

Unit = Callable[[], dict[int, TestResult]]
"""Runs some tests of a program; the results by the tests' numbers."""


@dataclass
class Job:
    """One program and its units of work.

    Attributes:
        stop_at_failure: after a test that failed the rest is not run (all or nothing).
        max_timeouts: after so many tests that ran out of time the rest is not run.
        results: by test number, as far as they came.
        error: our machinery's failure, which makes the whole job unscored.
    """

    units: Sequence[Unit]
    stop_at_failure: bool = True
    max_timeouts: int = 1
    results: dict[int, TestResult] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def over(self) -> bool:
        if self.error is not None:
            return True
        if self.stop_at_failure and any(not result.ok for result in self.results.values()):
            return True
        if any(result.how == "compile" for result in self.results.values()):
            return True  # what does not compile for one test does not for another; some bombs take a compiler's whole limit
        return sum(result.how == "time" for result in self.results.values()) >= self.max_timeouts

    def step(self, unit: Unit) -> None:
        """Run one unit, unless the job is decided."""
        if self.over:
            return
        try:
            self.results.update(unit())
        except Exception as error:  # SandboxError, TruthError; anything else is our mistake, and only this program's
            self.error = error


def run_jobs(jobs: Sequence[Job], slots: int) -> None:
    """Run all units of all jobs, ``slots`` at a time. Results and errors land in the jobs."""
    if slots <= 1 or sum(len(job.units) for job in jobs) <= 1:
        for job in jobs:
            for unit in job.units:
                job.step(unit)
        return
    queue = deque((job, job.units[0]) for job in jobs if job.units)
    pending = len(queue)
    ready = threading.Condition()

    def work() -> None:
        nonlocal pending
        while True:
            with ready:
                while not queue and pending:
                    ready.wait()
                if not queue:
                    return
                job, unit = queue.popleft()
            try:
                job.step(unit)
            finally:
                with ready:
                    pending -= 1
                    if unit is job.units[0] and not job.over:
                        queue.extend((job, other) for other in job.units[1:])
                        pending += len(job.units) - 1
                    ready.notify_all()

    with ThreadPoolExecutor(min(slots, max(1, sum(len(job.units) for job in jobs))), "r1-code") as pool:
        for done in [pool.submit(work) for _ in range(slots)]:
            done.result()
