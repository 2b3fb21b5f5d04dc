"""Lanes: a small model's work divided over the cores, one thread each, since its operations are too small to divide themselves."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch

SMALL = 20_000_000  # parameters; beyond, torch's own division of each operation does as well
MOST = 8


class Lanes:
    """Runs a function on parts of the work, each in a thread of its own that uses one core."""

    def __init__(self, model: Any) -> None:
        small = model.device.type == "cpu" and sum(p.numel() for p in model.parameters()) <= SMALL
        self.count = max(1, min(torch.get_num_threads(), MOST)) if small else 1
        self._pool: ThreadPoolExecutor | None = None
        if small:
            _keep_freed_memory()

    def map(self, function: Callable[[Any], Any], parts: Iterable[Any]) -> list[Any]:
        """Results in the order of the parts; gradients are on in the threads where they are on here."""
        parts, grad = list(parts), torch.is_grad_enabled()
        if self.count == 1:
            return [function(part) for part in parts]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.count, "lane", initializer=torch.set_num_threads, initargs=(1,))

        def run(part: Any) -> Any:
            with torch.set_grad_enabled(grad):
                return function(part)

        return list(self._pool.map(run, parts))


def _keep_freed_memory() -> None:
    """Have glibc reuse freed tensors' memory: to return and fault in their pages at every operation costs a twentieth of the time."""
    trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of <malloc.h>
    with contextlib.suppress(OSError, AttributeError):  # another C library, which does as it likes
        libc = ctypes.CDLL(None)
        libc.mallopt(trim_threshold, 1 << 30)
        libc.mallopt(mmap_threshold, 1 << 30)
