"""Spares: boxes started ahead of need, so that neither the first batch nor the replacement of a worn box keeps anybody waiting."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future

from r1.sandbox.wall.slot import Slot


class Spares:
    """Started slots in hand or on their way. A pool asks for one per worker when it opens, later for one per worn box."""

    def __init__(self, start: Callable[[], Slot]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._starting = threading.Semaphore(
            os.cpu_count() or 1
        )  # a start is work for a core: more at once only thrash
        self._coming: list[Future[Slot]] = []
        self._closed = False

    def prepare(self, count: int = 1) -> None:
        """Have ``count`` of them started, counting those in hand and on their way."""
        with self._lock:
            missing = 0 if self._closed else count - len(self._coming)
            new: list[Future[Slot]] = [Future() for _ in range(missing)]
            self._coming += new
        for coming in new:
            threading.Thread(target=self._fill, args=(coming,), name="r1-sandbox-spare", daemon=True).start()

    def take(self) -> Slot:
        """One in hand, else the first on its way, else a slot started now. Raises what starting raises."""
        while (coming := self._first()) is not None:
            try:
                slot = coming.result()
            except Exception:  # told by the attempt that follows, if it is still so
                continue
            if slot.alive:
                return slot
            slot.close()  # its daemon restarted, or somebody killed it
        return self.start()

    def start(self) -> Slot:
        """A slot started now, so younger than whatever has just failed. Raises what starting raises."""
        return self._start()

    def drop(self) -> None:
        """End those in hand: they are out of date."""
        with self._lock:
            all_coming, self._coming = self._coming, []
        for coming in all_coming:
            if coming.exception() is None:
                coming.result().close()

    def close(self) -> None:
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
        except BaseException as error:  # told to whoever takes it: this thread has nobody to tell
            coming.set_exception(error)
