"""Core pool: one thread per core for the work of a small model, whose operations are too small for torch to divide."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch

SMALL = 20_000_000  # parameters; for larger models, torch's division of each operation is as good
MOST = 8


class CorePool:
    """Maps a function over parts of the work, each in a thread that uses one core. Large models and GPUs get one thread.

    Attributes:
        count: number of threads.
    """

    def __init__(self, model: Any) -> None:
        small = model.device.type == "cpu" and sum(p.numel() for p in model.parameters()) <= SMALL
        self.count = max(1, min(torch.get_num_threads(), MOST)) if small else 1
        self._pool: ThreadPoolExecutor | None = None
        if small:
            _keep_freed_memory()

    def map(self, function: Callable[[Any], Any], parts: Iterable[Any]) -> list[Any]:
        """Return the results in the order of the parts. Gradients are on in the threads if they are on in the caller."""
        parts, grad = list(parts), torch.is_grad_enabled()
        if self.count == 1:
            return [function(part) for part in parts]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.count, "core", initializer=torch.set_num_threads, initargs=(1,))

        def run(part: Any) -> Any:
            with torch.set_grad_enabled(grad):
                return function(part)

        return list(self._pool.map(run, parts))


def _keep_freed_memory() -> None:
    """Make glibc keep freed memory: returning it and faulting its pages in again costs a twentieth of the time."""
    trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of <malloc.h>
    with contextlib.suppress(OSError, AttributeError):  # not glibc
        libc = ctypes.CDLL(None)
        libc.mallopt(trim_threshold, 1 << 30)
        libc.mallopt(mmap_threshold, 1 << 30)
