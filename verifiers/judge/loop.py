"""The judge's thread: it owns the worker processes, hands out jobs, collects verdicts and kills workers that exceed the limit."""

from __future__ import annotations

import os
import selectors
import threading
import time
from collections import deque

from r1.verifiers.judge.process import Job, Worker
from r1.verifiers.verdict import Status, Verdict, unscored

_START_TIMEOUT_S = 120.0
_STEAL_AFTER_S = 0.05  # when a worker has been busy with one answer for so long, idle ones take over its queue
_MAX_CHUNK = 32
_CHUNK_CHARACTERS = 1 << 15


class Loop:
    """One such thread; it runs from construction to ``stop``.

    ``submit`` and ``stop`` may be called from any thread, everything else runs in the loop's own thread.
    """

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
        except Exception as error:  # a bug here must not leave callers waiting forever
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
        """Some answers for one worker: fewer near the end, and no more text than a pipe holds without blocking."""
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
                    TypeError(f"a worker cannot load the verifier: {content}; define it in an importable module")
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
                # Idle workers also judge the answers that wait here. Verifiers are pure, so the first verdict is as good as any.
                for job in list(worker.jobs)[1:]:
                    if not job.shared and job.batch.verdicts[job.index] is None:
                        job.shared = True
                        self.pending.append(job)

    def _replace(self, worker: Worker) -> None:
        """Replace a worker that died: its current answer is tried once more, the others return to the queue."""
        if worker.jobs:
            job = worker.jobs[0]
            job.deaths += 1
            if job.deaths > 1:
                worker.jobs.popleft()
                job.batch.settle(job.index, unscored("two workers died while judging this answer"))
        elif not worker.ready:
            self._fail_all(
                RuntimeError(
                    f"a worker exited with status {worker.process.poll()} while starting; see its standard error"
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
