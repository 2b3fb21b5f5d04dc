"""Memory: the most bytes that this process, and its GPU, held at once since the last question."""

from __future__ import annotations

import resource
from pathlib import Path

import torch

OutOfMemoryError = torch.OutOfMemoryError  # of a GPU
_HIGHEST = "VmHWM:"  # of the resident set, in kB


def peak_memory() -> dict[str, int]:
    """``memory/peak_bytes`` and, with a GPU, ``memory/gpu_peak_bytes``; counted anew from here on.

    Where the kernel does not let the count begin anew (Linux does), it is that since the process began.
    """
    peak = {"memory/peak_bytes": _host_peak()}
    if torch.cuda.is_available():
        peak["memory/gpu_peak_bytes"] = torch.cuda.max_memory_allocated()
        torch.cuda.reset_peak_memory_stats()
    return peak


def _host_peak() -> int:
    try:
        status = Path("/proc/self/status").read_text()
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): resets the highest resident set size
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(_HIGHEST)) * 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
