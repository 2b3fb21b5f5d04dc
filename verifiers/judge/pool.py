"""Judge: many verdicts at once, in worker processes that are killed and replaced when an answer exceeds its time limit.

    with Judge(Math(), workers=4, timeout_s=5.0) as judge:
        verdicts = judge(completions, truths)          # from any thread, any number of times

It promises: a verdict for every text, in order; an answer that exceeds the limit is TIMEOUT (reward 0) and costs no other
answer its verdict; a worker that dies is replaced and its answer tried once more, then UNSCORED; no process is left behind.
Workers are started by exec, so a parent full of tensors and threads is never forked. The limit is wall time for one answer.

It does not promise a sandbox: a verifier is trusted code. Run the policy's programs in ``r1.sandbox``.
"""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import cloudpickle

from r1.verifiers.judge.loop import Loop
from r1.verifiers.judge.process import Batch, Job
from r1.verifiers.verdict import Verdict, Verifier, unscored


class Judge:
    """Judges texts in parallel; the module's docstring lists its promises.

    Args:
        verifier: any picklable `Verifier`; one that a notebook or a script defines travels by value (cloudpickle).
        workers: number of processes; by default one for each core that this process may use.
        timeout_s: limit on the wall time for one answer.
        memory_bytes: limit on the address space of one worker; None for no limit.

    Raises:
        ValueError: ``workers`` or ``timeout_s`` is not positive.
        TypeError: the verifier cannot be pickled.
    """

    def __init__(
        self,
        verifier: Verifier,
        *,
        workers: int | None = None,
        timeout_s: float = 5.0,
        memory_bytes: int | None = 4 << 30,
    ) -> None:
        if isinstance(verifier, type):
            raise TypeError(f"verifier={verifier.__name__} is a class; pass an object: Judge({verifier.__name__}())")
        if workers is not None and workers < 1:
            raise ValueError(f"workers must be at least 1, got {workers}")
        if not timeout_s > 0:
            raise ValueError(f"timeout_s must be positive, got {timeout_s}")
        try:
            self._pickled = cloudpickle.dumps(verifier)  # by value, if it is defined in a notebook or a script
        except Exception as error:
            raise TypeError(f"cannot pickle the verifier {verifier!r} for a worker: {error}") from None
        self.verifier, self.timeout_s, self.memory_bytes = verifier, timeout_s, memory_bytes
        self.workers = workers or len(
            os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        )
        self._lock = threading.Lock()
        self._loop: Loop | None = None
        _open_judges.add(self)

    def __call__(self, texts: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """One verdict for each text, in order.

        Raises:
            ValueError: the numbers of texts and truths differ.
            RuntimeError: the judge was closed meanwhile, or a worker could not start.
            TypeError: a worker could not load the verifier.
        """
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
        return [unscored("no verdict") if verdict is None else verdict for verdict in batch.verdicts]

    many = __call__

    def _running(self) -> Loop:
        with self._lock:
            if self._loop is None or self._loop.pid != os.getpid() or not self._loop.thread.is_alive():
                self._loop = Loop(self._pickled, self.workers, self.timeout_s, self.memory_bytes)
            return self._loop

    def pids(self) -> list[int]:
        """The process ids of the current workers."""
        loop = self._loop
        return [worker.process.pid for worker in list(loop.pool)] if loop else []

    def close(self) -> None:
        """Stop the workers; waiting calls raise RuntimeError. The judge starts new workers when it is used again."""
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
