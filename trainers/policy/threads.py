"""Threads: how many of them torch may use and how they wait; import this before torch, it has no other effect."""

import os
from pathlib import Path


def usable_cores(cgroup: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Cores this process may really use: the affinity mask, and no more than the container's CPU quota."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = cgroup.read_text().split()
        return cores if quota == "max" else max(1, min(cores, round(int(quota) / int(period))))
    except (OSError, ValueError):
        return cores


# A spinning OpenMP thread that has lost its core makes every other one wait: passive waiting was worth 10x on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", str(min(usable_cores(), 32)))
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # we fork judges after the tokenizer was used
