"""The parent's side of a worker process, and the jobs for it; the child's side is in `worker`."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from r1.verifiers.judge.worker import HEADER, send
from r1.verifiers.verdict import Verdict


@dataclass(slots=True, eq=False)
class Job:
    """One answer to judge."""

    text: str
    truth: Mapping[str, Any]
    batch: Batch
    index: int
    deaths: int = 0  # number of workers that died while judging it
    shared: bool = False  # also queued for a second worker


@dataclass(slots=True, eq=False)
class Batch:
    """The verdicts of one call, and the event that wakes the caller."""

    verdicts: list[Verdict | None]
    missing: int
    done: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    def settle(self, index: int, verdict: Verdict) -> None:
        if self.verdicts[index] is None:
            self.verdicts[index] = verdict
            self.missing -= 1
            if not self.missing:
                self.done.set()

    def fail(self, error: Exception) -> None:
        self.error = error
        self.done.set()


class Worker:
    """One process and its queue."""

    def __init__(self, verifier: bytes, memory_bytes: int | None) -> None:
        requests_read, requests_write = os.pipe()
        results_read, results_write = os.pipe()
        command = (
            f"import sys; sys.path[:] = {sys.path!r}; from r1.verifiers.judge.worker import main; "
            f"main({requests_read}, {results_write}, {os.getpid()})"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(requests_read, results_write),
        )
        os.close(requests_read)
        os.close(results_write)
        os.set_blocking(results_read, False)
        self.requests = os.fdopen(requests_write, "wb")
        self.results_fd = results_read
        self.buffer = bytearray()
        self.ready = False
        self.jobs: deque[Job] = deque()  # in the order of the results; the first is being judged
        self.since = time.monotonic()  # start of the first job, or of the process
        self._send({"verifier": verifier, "memory_bytes": memory_bytes})

    def _send(self, message: Any) -> bool:
        try:
            send(self.requests, message)
        except (BrokenPipeError, OSError):
            return False  # the process died; `messages` reports it
        return True

    def assign(self, jobs: list[Job]) -> None:
        self.since = time.monotonic()
        self.jobs.extend(jobs)
        self._send([(job.index, job.text, job.truth) for job in jobs])

    def messages(self) -> tuple[list[Any], bool]:
        """The messages that have arrived, and whether the process is alive."""
        alive = True
        while True:
            try:
                piece = os.read(self.results_fd, 1 << 16)
            except BlockingIOError:
                break
            except OSError:
                piece = b""
            if not piece:
                alive = False
                break
            self.buffer += piece
        found = []
        while len(self.buffer) >= HEADER.size:
            (size,) = HEADER.unpack_from(self.buffer)
            if len(self.buffer) < HEADER.size + size:
                break
            found.append(pickle.loads(bytes(self.buffer[HEADER.size : HEADER.size + size])))
            del self.buffer[: HEADER.size + size]
        return found, alive

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for close in (self.requests.close, lambda: os.close(self.results_fd)):
            try:
                close()
            except OSError:
                continue
