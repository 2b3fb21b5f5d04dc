"""Spare: one box started ahead of need, so that replacing a worn one keeps nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from r1.sandbox.slot import Slot


class Spare:
    """At most one started slot in hand. A pool asks for it from its first worn box on: where one wears, more will."""

    def __init__(self, start: Callable[[], Slot]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._coming: Future[Slot] | None = None
        self._closed = False

    def prepare(self) -> None:
        """Begin to start one, unless one is there or on its way."""
        with self._lock:
            if self._coming is not None or self._closed:
                return
            coming: Future[Slot] = Future()
            self._coming = coming
        threading.Thread(target=self._fill, args=(coming,), name="r1-sandbox-spare", daemon=True).start()

    def take(self) -> Slot:
        """The spare (waiting for it where it is on its way), else a slot started now. Raises what starting raises."""
        with self._lock:
            coming, self._coming = self._coming, None
        if coming is not None:
            try:
                return coming.result()
            except Exception:  # told by the attempt that follows, if it is still so
                pass
        return self._start()

    def drop(self) -> None:
        """End the one in hand: it is out of date."""
        with self._lock:
            coming, self._coming = self._coming, None
        if coming is not None and coming.exception() is None:
            coming.result().close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self.drop()

    def _fill(self, coming: Future[Slot]) -> None:
        try:
            coming.set_result(self._start())
        except BaseException as error:
            coming.set_exception(error)
