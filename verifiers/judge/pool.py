"""Judge: many verdicts at once, in worker processes that are killed and replaced when an answer overruns its time.

    with Judge(Math(), workers=4, timeout_s=5.0) as judge:
        verdicts = judge(completions, truths)          # from any thread, as often as wanted

What it promises: a verdict for every text, in order; an answer that overruns is TIMEOUT (reward 0) and costs no other
answer its verdict; a worker that dies is replaced and its answer tried once more, then UNSCORED; no process is left behind.
The workers are started by exec, so a parent full of tensors and threads is never forked. Time is wall time for one answer.

What it does not promise: a sandbox. A verifier is our own code; programs of the policy belong into ``r1.sandbox``.
"""

from __future__ import annotations

import atexit
import os
import pickle
import selectors
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from r1.verifiers.judge.process import Batch, Job, Worker
from r1.verifiers.verdict import Status, Verdict, Verifier, unscored

_START_TIMEOUT_S = 120.0
_STEAL_AFTER_S = 0.05  # a worker that is busy with one answer for so long gives its queue to others
_MAX_CHUNK = 32
_CHUNK_CHARACTERS = 1 << 15


class Judge:
    """Judges texts in parallel; see the module's docstring.

    Args:
        verifier: any picklable `Verifier` of an importable module.
        workers: processes; by default one for each core that this process may use.
        timeout_s: wall time for one answer.
        memory_bytes: address space of one worker; None for no limit.
    """

    def __init__(
        self,
        verifier: Verifier,
        *,
        workers: int | None = None,
        timeout_s: float = 5.0,
        memory_bytes: int | None = 4 << 30,
    ) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers must be at least 1, not {workers}")
        if not timeout_s > 0:
            raise ValueError(f"timeout_s must be positive, not {timeout_s}")
        try:
            self._pickled = pickle.dumps(verifier)
        except Exception as error:
            raise TypeError(
                f"the verifier {verifier!r} cannot be sent to a worker: {error}; define it in an importable module"
            ) from None
        if getattr(type(verifier), "__module__", "") == "__main__" or getattr(verifier, "__module__", "") == "__main__":
            raise TypeError(
                f"the verifier {verifier!r} is defined in __main__; workers can only import it from a module"
            )
        self.verifier, self.timeout_s, self.memory_bytes = verifier, timeout_s, memory_bytes
        self.workers = workers or len(
            os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        )
        self._lock = threading.Lock()
        self._loop: _Loop | None = None
        _open_judges.add(self)

    def __call__(self, texts: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """One verdict for each text, in order."""
        if len(texts) != len(truths):
            raise ValueError(f"{len(texts)} texts but {len(truths)} truths")
        if not texts:
            return []
        batch = Batch([None] * len(texts), len(texts))
        jobs = [Job(text, truth, batch, index) for index, (text, truth) in enumerate(zip(texts, truths, strict=True))]
        self._running().submit(jobs)
        batch.done.wait()
        if batch.error:
            raise batch.error
        return [verdict or unscored("no verdict") for verdict in batch.verdicts]

    many = __call__

    def _running(self) -> _Loop:
        with self._lock:
            if self._loop is None or self._loop.pid != os.getpid() or not self._loop.thread.is_alive():
                self._loop = _Loop(self._pickled, self.workers, self.timeout_s, self.memory_bytes)
            return self._loop

    def pids(self) -> list[int]:
        """The worker processes that are alive now."""
        loop = self._loop
        return [worker.process.pid for worker in list(loop.pool)] if loop else []

    def close(self) -> None:
        """Ends the workers; waiting calls fail. The judge may be used again."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop and loop.pid == os.getpid():
            loop.stop()

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.verifier, self.workers, self.timeout_s, self.memory_bytes)


def _rebuild(verifier: Verifier, workers: int, timeout_s: float, memory_bytes: int | None) -> Judge:
    return Judge(verifier, workers=workers, timeout_s=timeout_s, memory_bytes=memory_bytes)


_open_judges: weakref.WeakSet[Judge] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for judge in list(_open_judges):
        judge.close()


class _Loop:
    """The thread that owns the workers: hands out jobs, collects verdicts, kills what overruns."""

    def __init__(self, verifier: bytes, workers: int, timeout_s: float, memory_bytes: int | None) -> None:
        self.pid = os.getpid()
        self.verifier, self.size, self.timeout_s, self.memory_bytes = verifier, workers, timeout_s, memory_bytes
        self.pool: list[Worker] = []
        self.pending: deque[Job] = deque()
        self.inbox: deque[list[Job]] = deque()
        self.stopping = False
        self.selector = selectors.DefaultSelector()
        self.wake_read, self.wake_write = os.pipe()
        os.set_blocking(self.wake_read, False)
        self.selector.register(self.wake_read, selectors.EVENT_READ, None)
        self.thread = threading.Thread(target=self._run, name="r1-judge", daemon=True)
        self.thread.start()

    # -- called by other threads

    def submit(self, jobs: list[Job]) -> None:
        self.inbox.append(jobs)
        if self.stopping:
            jobs[0].batch.fail(RuntimeError("the judge was closed"))
            return
        os.write(self.wake_write, b"j")

    def stop(self) -> None:
        self.stopping = True
        os.write(self.wake_write, b"s")
        self.thread.join()

    # -- the loop

    def _run(self) -> None:
        try:
            while not self.stopping:
                self._hand_out()
                for key, _ in self.selector.select(self._patience()):
                    if key.data is None:
                        self._read_inbox()
                    else:
                        self._collect(key.data)
                self._check_time()
        except Exception as error:  # a bug of ours must not leave callers waiting for ever
            self._fail_all(error)
        finally:
            self._shut_down()

    def _read_inbox(self) -> None:
        try:
            os.read(self.wake_read, 1 << 12)
        except BlockingIOError:
            pass
        while self.inbox:
            self.pending.extend(self.inbox.popleft())

    def _hand_out(self) -> None:
        if self.pending:
            while len(self.pool) < min(self.size, len(self.pending) + sum(bool(w.jobs) for w in self.pool)):
                self._start_worker()
        for worker in self.pool:
            if not self.pending:
                return
            if worker.ready and not worker.jobs:
                worker.assign(self._chunk())

    def _chunk(self) -> list[Job]:
        """A few answers for one worker: fewer near the end, and no more text than a pipe takes without waiting."""
        most = max(1, min(_MAX_CHUNK, len(self.pending) // (2 * self.size)))
        jobs: list[Job] = []
        characters = 0
        while self.pending and len(jobs) < most and characters < _CHUNK_CHARACTERS:
            jobs.append(self.pending.popleft())
            characters += len(jobs[-1].text)
        return jobs

    def _start_worker(self) -> None:
        worker = Worker(self.verifier, self.memory_bytes)
        self.pool.append(worker)
        self.selector.register(worker.results_fd, selectors.EVENT_READ, worker)

    def _patience(self) -> float | None:
        now = time.monotonic()
        waits = [self._limit(w) - (now - w.since) for w in self.pool if w.jobs or not w.ready]
        if not waits:
            return None
        if len(self.pool) > 1 and any(len(w.jobs) > 1 for w in self.pool):
            waits.append(_STEAL_AFTER_S)
        return max(0.0, min(waits))

    def _limit(self, worker: Worker) -> float:
        return self.timeout_s if worker.ready else _START_TIMEOUT_S

    def _collect(self, worker: Worker) -> None:
        messages, alive = worker.messages()
        for name, content in messages:
            worker.since = time.monotonic()
            if name == "ready":
                worker.ready = True
            elif name == "broken":
                self._fail_all(
                    TypeError(
                        f"the verifier cannot be loaded in a worker: {content}; define it in an importable module"
                    )
                )
            else:
                job = worker.jobs.popleft()
                job.batch.settle(job.index, content)
        if not alive:
            self._replace(worker)

    def _check_time(self) -> None:
        now = time.monotonic()
        idle = any(w.ready and not w.jobs for w in self.pool) and not self.pending
        for worker in list(self.pool):
            busy_s = now - worker.since
            if not worker.ready and busy_s > _START_TIMEOUT_S:
                self._fail_all(RuntimeError(f"a worker did not start within {_START_TIMEOUT_S:.0f} s"))
                self._discard(worker)
            elif worker.jobs and worker.ready and busy_s > self.timeout_s:
                job = worker.jobs.popleft()
                job.batch.settle(job.index, Verdict(Status.TIMEOUT, 0.0, {}, f"no verdict within {self.timeout_s:g} s"))
                self._put_back(worker)
                self._discard(worker)
            elif idle and len(worker.jobs) > 1 and busy_s > _STEAL_AFTER_S:
                # Others are free: they judge what waits here as well; the first verdict counts, and they are all the same.
                for job in list(worker.jobs)[1:]:
                    if not job.shared and job.batch.verdicts[job.index] is None:
                        job.shared = True
                        self.pending.append(job)

    def _replace(self, worker: Worker) -> None:
        """The worker died: its current answer is tried once more, the others as if nothing had happened."""
        if worker.jobs:
            job = worker.jobs[0]
            job.deaths += 1
            if job.deaths > 1:
                worker.jobs.popleft()
                job.batch.settle(job.index, unscored("two workers died while judging this answer"))
        elif not worker.ready:
            self._fail_all(
                RuntimeError(
                    f"a worker ended while starting (exit status {worker.process.poll()}); see its standard error"
                )
            )
        self._put_back(worker)
        self._discard(worker)

    def _put_back(self, worker: Worker) -> None:
        self.pending.extendleft(job for job in reversed(worker.jobs) if job.batch.verdicts[job.index] is None)
        worker.jobs.clear()

    def _discard(self, worker: Worker) -> None:
        if worker in self.pool:
            self.pool.remove(worker)
            self.selector.unregister(worker.results_fd)
            worker.kill()

    def _fail_all(self, error: Exception) -> None:
        for worker in self.pool:
            self.pending.extend(worker.jobs)
            worker.jobs.clear()
        while self.inbox:
            self.pending.extend(self.inbox.popleft())
        for job in self.pending:
            job.batch.fail(error)
        self.pending.clear()

    def _shut_down(self) -> None:
        self.stopping = True
        for worker in list(self.pool):
            self.pending.extend(worker.jobs)
            self._discard(worker)
        self._fail_all(RuntimeError("the judge was closed"))
        self.selector.close()
        os.close(self.wake_read)
        os.close(self.wake_write)
