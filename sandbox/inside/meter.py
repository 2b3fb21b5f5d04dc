"""Meter: CPU time and memory of a run's whole process tree, read from /proc of the box while it runs.

Memory is more than resident sets: shared memory that was written and unmapped, socket buffers and page tables also count.
CPU time is more than that of live and awaited processes: a container's cgroup has the total; without a cgroup, a process that
ignores SIGCHLD is charged wall time instead.
"""

from __future__ import annotations

import ctypes
import os
import time

from r1.sandbox.wall.packets import Job, Reason

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
MOST_PATIENCE = 10  # a run that waits for a core gets at most this many times its wall limit
SOCKET_BYTES = 1 << 18  # capacity of a socket: about the kernel's default, which the jail forbids to raise
FEW_FILES = 64  # the descriptors of a process with no more than these are not examined
SIGCHLD_BIT = 1 << 16


class Meter:
    """Measures one run every few milliseconds. It counts every process of the box but the runner: only one run is alive."""

    def __init__(self, job: Job, started: float) -> None:
        self._job, self._started = job, started
        self._own_s: dict[tuple[int, str], float] = {}  # CPU time of each process ever seen, by (pid, start time)
        self._waited_s: dict[int, float] = {}
        self._mapped_bytes: dict[int, int] = {}  # address space of each process when its mappings were last read
        self._shared_bytes: dict[int, int] = {}  # largest mapping ever seen of each shared memory, by inode
        self._box_start_s: float | None = None  # CPU time of the box before this run
        self._looked = False
        self.cpu_s = 0.0
        self.peak_bytes = 0
        self._free_bytes = _free_bytes() if _neighbors else 0

    def interval_ms(self) -> int:
        """Milliseconds until the next look: few at first, to catch fork and memory bombs, later 2 % of the run's age."""
        age_ms = (time.monotonic() - self._started) * 1000
        if age_ms >= 10 and not self._looked:
            return 0
        left_ms = (self._job.cpu_s - self.cpu_s) * 1000
        return max(1, int(min(10 + age_ms / 50, 50, left_ms)))

    def look(self) -> Reason:
        """Read the process tree once, and return the limit that it exceeds, if any."""
        self._looked = True
        tree_s, rss_bytes, processes = self._read_tree()
        self.cpu_s = max(self.cpu_s, tree_s, sum(self._own_s.values()), self._box_s(tree_s))
        hidden_bytes, deaf = self._beside_rss()
        if deaf and self._box_start_s is None:
            self.cpu_s = max(self.cpu_s, time.monotonic() - self._started)
        if rss_bytes + hidden_bytes > self._job.memory_bytes:
            # Forked children share pages: count each page once.
            rss_bytes = self._free_bytes - _free_bytes() if _neighbors else self._proportional_bytes()
        rss_bytes += hidden_bytes
        self.peak_bytes = max(self.peak_bytes, rss_bytes)
        if rss_bytes > self._job.memory_bytes:
            return Reason.MEMORY
        if self.cpu_s >= self._job.cpu_s:
            return Reason.CPU
        if processes > self._job.processes + 1:
            return Reason.PROCESSES
        return Reason.WALL if self._out_of_time() else Reason.NONE

    def _read_tree(self) -> tuple[float, int, int]:
        """CPU seconds, resident bytes and number of the live processes."""
        tree_s, rss_pages = 0.0, 0
        pids = _others()
        for pid in pids:
            try:
                with open(f"/proc/{pid}/stat", "rb") as stat:
                    fields = stat.read().rpartition(b")")[2].split()
            except OSError:
                continue
            own_s = max((int(fields[11]) + int(fields[12])) / TICKS_PER_S, _process_s(pid))
            tree_s += own_s + (int(fields[13]) + int(fields[14])) / TICKS_PER_S
            self._own_s[pid, fields[19].decode()] = own_s
            rss_pages += int(fields[21])
        return tree_s, rss_pages * PAGE_BYTES, len(pids)

    def _box_s(self, tree_s: float) -> float:
        """CPU seconds of this run according to the box's cgroup, from the first look on; 0 without a cgroup."""
        used_s = _box_cpu_s() if _cgroup else None
        if used_s is None:
            return 0.0
        used_s -= time.process_time()  # the runner's own
        if self._box_start_s is None:
            self._box_start_s = used_s - tree_s
        return used_s - self._box_start_s

    def _beside_rss(self) -> tuple[int, bool]:
        """Bytes of the tree that no resident set contains, and whether a process of it ignores SIGCHLD."""
        tables = sockets = shared_rss = 0
        deaf = False
        for pid in _others():
            try:
                status = _status(pid)
                tables += status["VmPTE"] * 1024
                shared_rss += status["RssShmem"] * 1024
                deaf |= bool(status["SigIgn"] & SIGCHLD_BIT)
                if status["FDSize"] > FEW_FILES:
                    sockets += sum(
                        os.readlink(f"/proc/{pid}/fd/{n}")[:7] == "socket:" for n in os.listdir(f"/proc/{pid}/fd")
                    )
                if self._mapped_bytes.get(pid) != status["VmSize"]:
                    self._mapped_bytes[pid] = status["VmSize"]
                    self._read_maps(pid)
            except (OSError, KeyError):  # the process has ended, or this kernel lacks the line
                continue
        shared = max(0, sum(self._shared_bytes.values()) - shared_rss)
        return tables + sockets * SOCKET_BYTES + shared, deaf

    def _read_maps(self, pid: int) -> None:
        with open(f"/proc/{pid}/maps", "rb") as maps:
            for line in maps:
                if b" 00:01 " in line and b"/dev/zero" in line:  # anonymous, shared
                    span, _, offset, _, inode, *_ = line.split()
                    low, high = (int(end, 16) for end in span.split(b"-"))
                    key, size = int(inode), int(offset, 16) + high - low
                    self._shared_bytes[key] = max(size, self._shared_bytes.get(key, 0))

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
        """Whether the wall limit has passed, not counting time that runnable processes waited for a core on a busy machine."""
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


def _process_s(pid: int) -> float:
    """CPU seconds of a process by its own clock, with ended threads. /proc has whole ticks only."""
    if _neighbors:
        return 0.0  # gVisor's clocks are no finer, and each call is slow during a fork bomb
    try:
        return time.clock_gettime(~pid << 3 | _CPU_CLOCK)
    except OSError:  # the process has ended, or this kernel lacks the clock
        return 0.0


_CPU_CLOCK = 2  # CPUCLOCK_SCHED; clock_getcpuclockid(3) and include/linux/posix-timers.h say how a pid becomes a clock

_neighbors: set[int] = set()  # our processes besides the runner: the bridge in a gVisor box, else none


_cgroup: list[str] = []  # the file with the CPU time of the whole box, if it has a cgroup of its own
_CPU_FILES = ("/sys/fs/cgroup/cpuacct/cpuacct.usage", "/sys/fs/cgroup/cpu.stat")  # version 1, version 2
_YOUNG_S = 60.0


def calibrate() -> None:
    """Note our own processes, and the box's cgroup, before the first run. A cgroup as young as the box belongs to the box alone."""
    _neighbors.clear()
    _neighbors.update(_others())
    _cgroup.clear()
    for path in _CPU_FILES if not _neighbors else ():
        if os.path.exists(path):
            _cgroup.append(path)
            if (used_s := _box_cpu_s()) is None or used_s > _YOUNG_S:
                _cgroup.clear()
            return


def _box_cpu_s() -> float | None:
    try:
        with open(_cgroup[0], "rb") as file:
            words = file.read().split()
        return int(words[0]) / 1e9 if len(words) == 1 else int(words[words.index(b"usage_usec") + 1]) / 1e6
    except (OSError, ValueError):
        return None


_STATUS = {"VmSize", "VmPTE", "RssShmem", "FDSize", "SigIgn"}


def _status(pid: int) -> dict[str, int]:
    """The lines of /proc/PID/status that the meter needs: sizes in kB, FDSize, and SigIgn as a bit mask. Raises OSError."""
    with open(f"/proc/{pid}/status", encoding="latin-1") as status:
        pairs = (line.partition(":")[::2] for line in status)
        return {name: int(value.split()[0], 16 if name == "SigIgn" else 10) for name, value in pairs if name in _STATUS}


def _free_bytes() -> int:
    """Free memory of the whole box. gVisor reports no proportional memory of a process, but the total of the box."""
    with open("/proc/meminfo", "rb") as meminfo:
        return next((int(line.split()[1]) * 1024 for line in meminfo if line.startswith(b"MemFree:")), 0)


def _others() -> list[int]:
    pids = map(int, filter(str.isdecimal, os.listdir("/proc")))
    return [pid for pid in pids if pid != os.getpid() and pid not in _neighbors]


def anyone_left() -> bool:
    """Whether a process other than ours lives in this box: kill(-1, 0) finds every process except pid 1 and the caller."""
    return bool(_others()) if _neighbors else _LIBC.kill(-1, 0) == 0


_LIBC = ctypes.PyDLL(None)  # faster than os.kill, which would raise
