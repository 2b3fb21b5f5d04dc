"""Spares: boxes started ahead of need, so that no run waits for the start of a box."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future

from r1.sandbox.wall.slot import Slot


class Spares:
    """Slots that are started or starting. A pool orders one per worker when it opens, later one per worn box.

    ``start`` starts one slot; it may raise.
    """

    def __init__(self, start: Callable[[], Slot]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._starting = threading.Semaphore(os.cpu_count() or 1)  # a start keeps a core busy
        self._coming: list[Future[Slot]] = []
        self._closed = False

    def prepare(self, count: int = 1) -> None:
        """Start slots until ``count`` are started or starting."""
        with self._lock:
            missing = 0 if self._closed else count - len(self._coming)
            new: list[Future[Slot]] = [Future() for _ in range(missing)]
            self._coming += new
        for coming in new:
            threading.Thread(target=self._fill, args=(coming,), name="r1-sandbox-spare", daemon=True).start()

    def take(self) -> Slot:
        """A started slot, else the first that is starting, else a slot started now. Raises what ``start`` raises."""
        while (coming := self._first()) is not None:
            try:
                slot = coming.result()
            except Exception:  # if the cause persists, the next attempt raises it
                continue
            if slot.alive:
                return slot
            slot.close()  # it was killed while it waited, for example by a restart of the daemon
        return self.start()

    def start(self) -> Slot:
        """A slot started now, and so younger than an earlier failure. Raises what ``start`` raises."""
        return self._start()

    def drop(self) -> None:
        """End all spares, because they are out of date."""
        with self._lock:
            all_coming, self._coming = self._coming, []
        for coming in all_coming:
            if coming.exception() is None:
                coming.result().close()

    def close(self) -> None:
        """End all spares and start no more."""
        with self._lock:
            self._closed = True
        self.drop()

    def _first(self) -> Future[Slot] | None:
        with self._lock:
            index = next((i for i, coming in enumerate(self._coming) if coming.done()), 0)
            return self._coming.pop(index) if self._coming else None

    def _fill(self, coming: Future[Slot]) -> None:
        try:
            with self._starting:
                coming.set_result(self._start())
        except BaseException as error:  # raised again in the thread that takes the slot
            coming.set_exception(error)
