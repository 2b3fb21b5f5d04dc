"""Batch: many programs over a few slots, so that no program waits for an unrelated slow one.

The tests of a program are independent units of work. Its first unit runs first, because it compiles the program and
most wrong programs fail there; if it passes, the other units may run in parallel. A worker takes whatever unit is next,
from any program.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from r1.verifiers.code.fate import Fate, Result

Unit = Callable[[], dict[int, Result]]
"""Runs some tests of a program and returns the results by the tests' numbers."""


@dataclass
class Workload:
    """One program's units of work.

    Attributes:
        stop_at_failure: skip the remaining tests after one that failed (all or nothing).
        max_timeouts: skip the remaining tests after this many that ran out of time.
        results: the results so far, by test number.
        error: a failure of the machinery, which makes the program unscored.
    """

    units: Sequence[Unit]
    stop_at_failure: bool = True
    max_timeouts: int = 1
    results: dict[int, Result] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def over(self) -> bool:
        """Whether the remaining units need not run."""
        if self.error is not None:
            return True
        if self.stop_at_failure and any(not result.ok for result in self.results.values()):
            return True
        # A program that does not compile fails every test, and some of them use up the compiler's whole time limit.
        if any(result.how is Fate.COMPILE for result in self.results.values()):
            return True
        return sum(result.how is Fate.TIME for result in self.results.values()) >= self.max_timeouts

    def step(self, unit: Unit) -> None:
        """Run one unit, unless the workload is over."""
        if self.over:
            return
        try:
            self.results.update(unit())
        except (
            Exception
        ) as error:  # SandboxError or TruthError; any other is a bug of ours that must not reach other programs
            self.error = error


def run_workloads(workloads: Sequence[Workload], slots: int) -> None:
    """Run all units of all workloads, ``slots`` at a time. The workloads hold the results and errors."""
    if slots <= 1 or sum(len(workload.units) for workload in workloads) <= 1:
        for workload in workloads:
            for unit in workload.units:
                workload.step(unit)
        return
    queue = deque((workload, workload.units[0]) for workload in workloads if workload.units)
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
                workload, unit = queue.popleft()
            try:
                workload.step(unit)
            finally:
                with ready:
                    pending -= 1
                    if unit is workload.units[0] and not workload.over:
                        queue.extend((workload, other) for other in workload.units[1:])
                        pending += len(workload.units) - 1
                    ready.notify_all()

    with ThreadPoolExecutor(min(slots, max(1, sum(len(one.units) for one in workloads))), "r1-code") as pool:
        for done in [pool.submit(work) for _ in range(slots)]:
            done.result()
