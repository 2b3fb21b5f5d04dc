"""Meter: what a run's whole process tree uses, read from /proc of the box while it runs."""

from __future__ import annotations

import os
import time
from pathlib import Path

from r1.sandbox.wire import Job, Reason

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
MOST_PATIENCE = 10  # a starved run gets at most this many times its wall limit


class Meter:
    """Looks every few milliseconds. In a box only the runner (pid 1) and one run's tree are alive, so all others are counted."""

    def __init__(self, job: Job, started: float) -> None:
        self._job, self._started = job, started
        self._own_s: dict[tuple[int, str], float] = {}  # CPU of each process ever seen, by (pid, start time)
        self._waited_s: dict[int, float] = {}
        self.cpu_s = 0.0
        self.peak_bytes = 0
        self._free_bytes = _free_bytes() if _neighbours else 0

    def interval_ms(self) -> int:
        """Often at first, when a bomb goes off; later a look per 2 % of the time gone by."""
        age_ms = (time.monotonic() - self._started) * 1000
        left_ms = (self._job.cpu_s - self.cpu_s) * 1000
        return max(1, int(min(10 + age_ms / 50, 50, max(left_ms, 2))))

    def look(self) -> Reason:
        """Read the tree once; the limit that it has passed, if any."""
        tree_s, rss_bytes, processes = self._read_tree()
        self.cpu_s = max(self.cpu_s, tree_s, sum(self._own_s.values()))
        if rss_bytes > self._job.memory_bytes:
            # forked children share pages: count each page once
            rss_bytes = self._free_bytes - _free_bytes() if _neighbours else self._proportional_bytes()
        self.peak_bytes = max(self.peak_bytes, rss_bytes)
        if rss_bytes > self._job.memory_bytes:
            return Reason.MEMORY
        if self.cpu_s > self._job.cpu_s:
            return Reason.CPU
        if processes > self._job.processes + 1:
            return Reason.PROCESSES
        return Reason.WALL if self._out_of_time() else Reason.NONE

    def _read_tree(self) -> tuple[float, int, int]:
        """CPU seconds, resident bytes and number of the processes that are there."""
        tree_ticks = rss_pages = 0
        pids = _others()
        for pid in pids:
            try:
                with open(f"/proc/{pid}/stat", "rb") as stat:
                    fields = stat.read().rpartition(b")")[2].split()
            except OSError:
                continue
            own_ticks = int(fields[11]) + int(fields[12])
            tree_ticks += own_ticks + int(fields[13]) + int(fields[14])
            self._own_s[pid, fields[19].decode()] = own_ticks / TICKS_PER_S
            rss_pages += int(fields[21])
        return tree_ticks / TICKS_PER_S, rss_pages * PAGE_BYTES, len(pids)

    def _proportional_bytes(self) -> int:
        total = 0
        for pid in _others():
            try:
                with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:
                    total += next(int(line.split()[1]) for line in rollup if line.startswith(b"Pss:")) * 1024
            except (OSError, StopIteration):
                continue
        return total

    def _out_of_time(self) -> bool:
        """The wall limit without the time that runnable processes waited for a core: a busy machine is not the program's fault."""
        age_s = time.monotonic() - self._started
        if age_s <= self._job.wall_s:
            return False
        if age_s > MOST_PATIENCE * self._job.wall_s:
            return True
        for pid in _others():
            try:
                with open(f"/proc/{pid}/schedstat", "rb") as schedstat:
                    self._waited_s[pid] = int(schedstat.read().split()[1]) / 1e9
            except (OSError, IndexError):
                continue
        return age_s - max(self._waited_s.values(), default=0.0) > self._job.wall_s


_neighbours: set[int] = set()  # processes of ours beside the runner: a gVisor box has one, others none


def settle() -> None:
    """Whoever is here before the first run is no program's process."""
    _neighbours.clear()
    _neighbours.update(_others())


def _free_bytes() -> int:
    """Of the whole box: gVisor tells no process's share of its pages, but what it has given to all of them together."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemFree:"):
            return int(line.split()[1]) * 1024
    return 0


def _others() -> list[int]:
    pids = map(int, filter(str.isdecimal, os.listdir("/proc")))
    return [pid for pid in pids if pid != os.getpid() and pid not in _neighbours]


def anyone_left() -> bool:
    """Whether any process but ours lives in this box: kill(-1, 0) finds every process except pid 1 and the caller."""
    if _neighbours:
        return bool(_others())
    try:
        os.kill(-1, 0)
    except ProcessLookupError:
        return False
    return True
