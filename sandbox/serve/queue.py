"""Queue: a bounded queue of jobs for one sandbox. Requests take turns, and each slot has one thread."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from r1.sandbox.protocol import Limits, Outcome, Program, Sandbox, SandboxError, Unwanted
from r1.sandbox.serve.metrics import Metrics
from r1.sandbox.wall.slot import while_wanted

log = logging.getLogger("r1.sandbox.serve")
LOST_IN_A_ROW = 3
PROBE_EVERY_S = 5.0


class Trouble(StrEnum):
    """Why a program has no outcome. Only INVALID is the program's own fault."""

    LOST = "lost"  # the sandbox failed twice
    INVALID = "invalid"  # cannot be run as asked
    OVERLOADED = "overloaded"  # no memory left for its output; may be sent again
    CANCELLED = "cancelled"  # its client has left


@dataclass(frozen=True, slots=True)
class Failure:
    """Takes the place of a result."""

    trouble: Trouble
    message: str


class Full(Exception):
    """The queue is full, or the service is ending."""

    def __init__(self, message: str, retry_after_s: float, ending: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s, self.ending = retry_after_s, ending


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for the sandbox.

    Attributes:
        program: for the metrics.
        work: does it. The first Outcome is the program's own; further ones are its compilation's or its tester's.
        slots: how many boxes it uses at once.
    """

    program: Program
    work: Callable[[Sandbox], tuple[Outcome, ...]]
    slots: int = 1


def run_job(program: Program, limits: Limits) -> Job:
    """The job that runs one program."""
    return Job(program, lambda sandbox: (sandbox.run(program, limits),))


def linked_job(candidate: Program, tester: Program, limits: Limits, tester_limits: Limits | None) -> Job:
    """The job that runs two linked programs."""
    return Job(candidate, lambda sandbox: sandbox.run_linked(candidate, tester, limits, tester_limits), slots=2)


Result = tuple[Outcome, ...] | Failure


@dataclass(eq=False)
class Batch:
    """The jobs of one request. ``done`` is set in the event loop once all have results."""

    jobs: Sequence[Job]
    loop: asyncio.AbstractEventLoop
    results: list[Result | None] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    queued_s: float = field(default_factory=time.monotonic)
    next: int = 0
    finished: int = 0
    held_bytes: int = 0
    cancelled: bool = False

    def __post_init__(self) -> None:
        self.results = [None] * len(self.jobs)

    @property
    def started(self) -> bool:
        """Whether a slot has taken its first job."""
        return self.next > 0

    def whole(self) -> list[Result]:
        """All results, once the batch is done."""
        assert self.done.is_set()
        return [result for result in self.results if result is not None]


class Budget:
    """The number of bytes of requests and results that the service may hold at once. Thread-safe."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes, self.held_bytes = limit_bytes, 0
        self._lock = threading.Lock()

    def take(self, count: int, force: bool = False) -> bool:
        """Take ``count`` bytes unless that goes beyond the limit. ``force``: they are here already, so count them."""
        with self._lock:
            if not force and self.held_bytes + count > self.limit_bytes:
                return False
            self.held_bytes += count
            return True

    def give_back(self, count: int) -> None:
        with self._lock:
            self.held_bytes -= count

    @property
    def spent(self) -> bool:
        return self.held_bytes >= self.limit_bytes


class Queue:
    """Hands jobs to the sandbox, ``slots`` at once; requests take turns, so that a large one does not block small
    ones."""

    def __init__(self, sandbox: Sandbox, slots: int, max_waiting: int, budget: Budget, metrics: Metrics) -> None:
        self.sandbox, self.slots, self.max_waiting = sandbox, slots, max_waiting
        self._budget, self._metrics = budget, metrics
        self._line: deque[Batch] = deque()
        self._changed = threading.Condition()
        self._waiting = self._busy = self._lost_in_a_row = 0
        self._mean_s, self._probed_s = 0.1, 0.0
        self._ending = False
        self._threads = [threading.Thread(target=self._serve, name=f"r1-serve-{i}") for i in range(slots)]
        for thread in self._threads:
            thread.start()
        metrics.watch("queue_length", "Programs that wait for a slot", lambda: self._waiting)
        metrics.watch("slots", "Boxes", lambda: self.slots)
        metrics.watch("slots_busy", "Boxes in use", lambda: self._busy)
        metrics.watch("held_bytes", "Bytes of requests and results in memory", lambda: budget.held_bytes)

    # -- the event loop's side ---------------------------------------------------------------------------------------

    def submit(self, jobs: Sequence[Job]) -> Batch:
        """Queue all jobs of a request, or none. Raises Full."""
        with self._changed:
            if self._ending:
                raise Full("the service is shutting down", 5.0, ending=True)
            if self._waiting and self._waiting + len(jobs) > self.max_waiting:
                wait_s = min(max(self._waiting * self._mean_s / self.slots, 1.0), 30.0)
                raise Full(f"{self._waiting} programs are already waiting", wait_s)
            batch = Batch(jobs, asyncio.get_running_loop())
            self._line.append(batch)
            self._waiting += len(jobs)
            self._changed.notify_all()
        return batch

    def cancel(self, batch: Batch) -> None:
        """Remove a batch whose client has left: queued jobs are dropped, and running ones are killed."""
        with self._changed:
            batch.cancelled = True
            if batch in self._line:
                self._line.remove(batch)
                left = batch.jobs[batch.next :]
                self._waiting -= len(left)
                self._changed.notify_all()
                for job in left:
                    self._metrics.runs.labels(job.program.language, Trouble.CANCELLED).inc()

    def release(self, batch: Batch) -> None:
        """Return a batch's bytes to the budget, once its response has been sent."""
        with self._changed:
            count, batch.held_bytes = batch.held_bytes, 0
        self._budget.give_back(count)

    async def ready(self) -> bool:
        """Whether to send requests here. After LOST_IN_A_ROW losses a probe program decides, so that a repaired sandbox is
        used again."""
        if self._ending:
            return False
        if self._lost_in_a_row >= LOST_IN_A_ROW and time.monotonic() - self._probed_s > PROBE_EVERY_S:
            self._probed_s = time.monotonic()
            try:
                batch = self.submit([run_job(Program("print(1)"), Limits())])
                await batch.done.wait()
                self.release(batch)
            except Full:
                return False
        return self._lost_in_a_row < LOST_IN_A_ROW

    def end(self) -> None:
        """Accept nothing more and drop queued jobs. Call it after the responses are sent and before the sandbox closes."""
        with self._changed:
            self._ending = True
            for batch in list(self._line):
                self.cancel(batch)
            self._changed.notify_all()

    def join(self) -> None:
        """Wait for the threads. The sandbox should be closed, or their runs must be short."""
        for thread in self._threads:
            thread.join()

    # -- the threads' side -------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while (taken := self._take()) is not None:
            batch, index, job = taken
            self._metrics.wait_seconds.observe(time.monotonic() - batch.queued_s)
            start = time.monotonic()
            with while_wanted(lambda batch=batch: not batch.cancelled):  # type: ignore[misc]
                result = self._result(job)
            took_s = time.monotonic() - start
            self._metrics.run_seconds.observe(took_s)
            size = sum(len(o.stdout) + len(o.stderr) for o in result) if isinstance(result, tuple) else 0
            with self._changed:
                self._busy -= job.slots
                self._mean_s += 0.05 * (took_s - self._mean_s)
                batch.results[index] = result
                batch.finished += 1
                if not batch.cancelled:
                    batch.held_bytes += size
                    self._budget.take(size, force=True)
                last = batch.finished == len(batch.jobs)
                self._changed.notify_all()
            if last and not batch.cancelled:
                with suppress(RuntimeError):  # the loop is closed, so no request waits
                    batch.loop.call_soon_threadsafe(batch.done.set)

    def _take(self) -> tuple[Batch, int, Job] | None:
        """The next job of the request whose turn it is, or None when the service ends. A linked pair waits until two boxes are
        free, and no job overtakes it."""
        with self._changed:
            self._changed.wait_for(lambda: self._ending or (bool(self._line) and self._fits(self._line[0])))
            if self._ending:
                return None
            batch = self._line.popleft()
            index = batch.next
            job = batch.jobs[index]
            batch.next += 1
            if batch.next < len(batch.jobs):
                self._line.append(batch)
            self._waiting -= 1
            self._busy += job.slots
            return batch, index, job

    def _fits(self, batch: Batch) -> bool:
        return self._busy == 0 or self._busy + batch.jobs[batch.next].slots <= self.slots

    def _result(self, job: Job) -> Result:
        result = self._attempt(job)
        if isinstance(result, Failure):
            outcome = str(result.trouble)
            self._lost_in_a_row += result.trouble is Trouble.LOST
        else:
            outcome, self._lost_in_a_row = result[0].code, 0
        self._metrics.runs.labels(job.program.language, outcome).inc()
        return result

    def _attempt(self, job: Job) -> Result:
        if self._budget.spent:
            return Failure(Trouble.OVERLOADED, "no memory left for further results; send fewer programs at once")
        try:
            return job.work(self.sandbox)
        except Unwanted as error:
            return Failure(Trouble.CANCELLED, str(error))
        except SandboxError as error:
            return Failure(Trouble.LOST, str(error))
        except ValueError as error:
            return Failure(Trouble.INVALID, str(error))
        except Exception as error:  # our defect must not count against the program or end the thread
            log.exception("a run failed unexpectedly")
            return Failure(Trouble.LOST, f"internal error: {type(error).__name__}: {error}")
