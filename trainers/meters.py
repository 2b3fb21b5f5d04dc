"""Meters: where the seconds of a step go, and the peak memory of this process and its GPU."""

from __future__ import annotations

import contextlib
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import torch

OutOfMemoryError = torch.OutOfMemoryError  # of a GPU
_HIGH_WATER_MARK = "VmHWM:"  # line of /proc/self/status: peak of the resident set, in kB


class Clock:
    """Seconds spent under each name since the last ``lap``; ``with clock("train"): ...`` measures a block."""

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
        """Return ``seconds/<name>`` for each name and ``seconds/step`` for the whole lap, then start over."""
        total = time.perf_counter() - self._start
        lap = {f"seconds/{name}": round(s, 4) for name, s in self.seconds.items()} | {"seconds/step": round(total, 4)}
        self.seconds.clear()
        self._start = time.perf_counter()
        return lap


def peak_memory() -> dict[str, int]:
    """Return ``memory/peak_bytes`` and, with a GPU, ``memory/gpu_peak_bytes`` since the last call, and reset both.

    Where the kernel cannot reset the peak (Linux can), the host figure is the peak since the process started.
    """
    peak = {"memory/peak_bytes": _host_peak()}
    if torch.cuda.is_available():
        peak["memory/gpu_peak_bytes"] = torch.cuda.max_memory_allocated()
        torch.cuda.reset_peak_memory_stats()
    return peak


def _host_peak() -> int:
    try:
        status = Path("/proc/self/status").read_text()
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): resets the peak of the resident set
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(_HIGH_WATER_MARK)) * 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
