"""Clock: where a step's seconds go, by name."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Iterator


class Clock:
    """Seconds spent under each name since the last ``lap``."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._start = time.perf_counter()

    @contextlib.contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start

    def lap(self) -> dict[str, float]:
        """``seconds/<name>`` for each name, ``seconds/step`` for all, and a fresh start."""
        total = time.perf_counter() - self._start
        lap = {f"seconds/{name}": round(s, 4) for name, s in self.seconds.items()} | {"seconds/step": round(total, 4)}
        self.seconds.clear()
        self._start = time.perf_counter()
        return lap
