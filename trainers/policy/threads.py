"""Threads: importing this before torch sets how many threads torch uses and how they wait."""

import os
from pathlib import Path


def usable_cores(cgroup: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Return the number of usable cores: those of the affinity mask, limited by the container's CPU quota."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = cgroup.read_text().split()
        return cores if quota == "max" else max(1, min(cores, round(int(quota) / int(period))))
    except (OSError, ValueError):
        return cores


# A spinning OpenMP thread that lost its core delays all others: passive waiting made a busy machine 10x faster.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", str(min(usable_cores(), 32)))
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # we fork judges after using the tokenizer
