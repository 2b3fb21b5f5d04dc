"""Jail: the system calls that confine a fresh clone. ``Jail.__init__`` lists them in order."""

from __future__ import annotations

import ctypes
import os
import resource

from r1.sandbox.inside import seccomp
from r1.sandbox.inside.syscalls import (
    CLONE_NEWIPC,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_RDONLY,
    SIGCHLD,
    Executor,
    Table,
)
from r1.sandbox.wall.packets import Job

NAMESPACES = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS
STEPS_LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "steps.so")  # steps.c, compiled by the host
STACK_BYTES = 64 << 20
OPEN_FILES = 256
PENDING_SIGNALS = 1024  # timers count as such, and all processes of this uid share one limit
SECCOMP_SET_MODE_FILTER = 1
RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_STACK, RLIMIT_CORE, RLIMIT_NPROC = 0, 1, 3, 4, 6
RLIMIT_NOFILE, RLIMIT_AS, RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE, RLIM_INFINITY = 7, 9, 11, 12, (1 << 64) - 1


class Jail:
    """One table of steps, prepared once; only a few numbers in it change from run to run.

    ``gvisor``: older versions of gVisor clone no mount namespace. Only there may a run do without mounts of its own: it has
    the box to itself, and `tidy` empties the folders that it could write to.
    """

    def __init__(self, gvisor: bool = False) -> None:
        self.executor = Executor(STEPS_LIBRARY)
        self._tmpfs = ctypes.create_string_buffer(128)
        self._gvisor, self._connections = gvisor, _connections() if gvisor else b""
        self._shared = [b"/tmp", *_writable_mounts()] if gvisor and not self._mounts_work() else []
        table = self._begun()
        if not self._shared:
            self._mount(table)
        table.add("chdir", b"/tmp")
        self._limits = {
            which: (ctypes.c_uint64 * 2)()
            for which in _FIXED | {RLIMIT_CPU: 0, RLIMIT_FSIZE: 0, RLIMIT_NPROC: 0, RLIMIT_AS: 0}
        }
        for which, pair in self._limits.items():
            table.add("prlimit64", 0, which, pair, None, may_fail=gvisor and which in _NOT_IN_GVISOR)
        for which, value in _FIXED.items():
            self._set(which, value)
        # Only the soft limit, since programs that recurse deeply raise it themselves, and the meter counts touched pages.
        most = resource.getrlimit(RLIMIT_STACK)[1] & 0xFFFFFFFFFFFFFFFF
        self._set(RLIMIT_STACK, min(STACK_BYTES, most), most)
        table.add("close_range", 3, 5, 0)
        self._descriptors = [table.add("dup2", -1, target, may_fail=target in (3, 5)) for target in (4, 0, 1, 2, 5, 3)]
        table.add("close_range", 6, 0x7FFFFFFF, 0)
        table.drop_privileges(gvisor)
        filter_program, self._filter = seccomp.sock_fprog()
        table.add("seccomp", SECCOMP_SET_MODE_FILTER, 0, filter_program)
        table.add("munmap", self.executor.report_address, 4096)
        self._table = table
        self._steps = table.freeze()

    @staticmethod
    def _begun() -> Table:
        table = Table()
        table.add("setsid")  # otherwise killpg(0) would reach the runner
        identity = f"{os.getuid()} {os.getuid()} 1\n".encode(), f"{os.getgid()} {os.getgid()} 1\n".encode()
        # gVisor has no such file. On Linux, a failure here makes the kernel refuse the gid_map.
        table.write_file(b"/proc/self/setgroups", b"deny", may_fail=True)
        table.write_file(b"/proc/self/uid_map", identity[0])
        table.write_file(b"/proc/self/gid_map", identity[1])
        table.write_file(
            b"/proc/self/oom_score_adj", b"1000", may_fail=True
        )  # when memory is short, the program dies before its runner
        return table

    def _mount(self, table: Table) -> None:
        table.add("mount", b"tmpfs", b"/tmp", b"tmpfs", MS_NOSUID | MS_NODEV, self._tmpfs)
        table.add("mount", b"proc", b"/proc", b"proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
        for place in _writable_mounts():
            table.add("mount", b"/tmp", place, None, MS_BIND, None)  # so that nothing written outlives the run

    def _mounts_work(self) -> bool:
        table = self._begun()
        self._tmpfs.value = b"size=64k"
        self._mount(table)
        pid = self.executor.spawn(NAMESPACES | SIGCHLD, table.freeze())
        if pid == 0:
            os._exit(0)
        return os.waitpid(pid, 0)[1] == 0

    def tidy(self) -> bool:
        """Clean up after a run: False if something of it stays in the box's files or, in gVisor, in its network."""
        if self._gvisor and _connections() != self._connections:
            return False  # gVisor keeps the ports of closed connections busy for a minute
        if not self._shared:
            return True
        import shutil  # imported here only, because each run's clone copies the pages of all imported modules

        try:
            for folder in self._shared:
                for entry in os.scandir(folder):
                    shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
        except (OSError, RecursionError):
            return False
        return True

    def _set(self, which: int, soft: int, hard: int | None = None) -> None:
        self._limits[which][0], self._limits[which][1] = soft, soft if hard is None else hard

    def spawn(self, job: Job, descriptors: list[int]) -> int:
        """Clone a confined child for ``job``, with the descriptors of its packet. Returns 0 in the child, its pid in the parent."""
        self._tmpfs.value = _TMPFS % job.tmpfs_bytes
        self._set(
            RLIMIT_CPU, int(job.cpu_s) + 2
        )  # a fallback; the meter enforces the limit, for the whole tree and in fractions
        self._set(RLIMIT_FSIZE, job.file_bytes)
        self._set(RLIMIT_NPROC, job.processes)
        self._set(RLIMIT_AS, job.address_bytes or RLIM_INFINITY)
        sources = [*descriptors[:4], *([descriptors[4]] if job.has_artifact else [-1])]
        sources.append(descriptors[-1] if job.has_link else -1)
        if job.link_is_stdio:
            sources[1] = sources[2] = descriptors[-1]
        for index, source in zip(self._descriptors, sources, strict=True):
            self._steps[index].args[0] = source
        return self.executor.spawn(NAMESPACES | SIGCHLD, self._steps)

    def desk(self) -> Desk | None:
        """The jail's state for the loop in C, or None without that loop. The jail must outlive it."""
        if self.executor.serve is None or self._gvisor:
            return None
        self.executor.serve.restype = ctypes.c_long
        changing = (RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_NPROC, RLIMIT_AS)
        limits = (ctypes.c_void_p * 4)(*(ctypes.addressof(self._limits[which]) for which in changing))
        table = (ctypes.addressof(self._steps), len(self._steps), NAMESPACES | SIGCHLD, self.executor.report_address)
        return Desk(*table, ctypes.addressof(self._tmpfs), _TMPFS, limits, (ctypes.c_long * 6)(*self._descriptors))

    def failure(self) -> tuple[str, int]:
        """The step that failed in the last child, and its errno; ("", 0) if none failed."""
        step, errno = self.executor.report
        return (self._table.name(step - 1), errno) if step else ("", 0)


_TMPFS = b"size=%lu,nr_inodes=16384,mode=1777"


class Desk(ctypes.Structure):
    """``struct desk`` of steps.c: a jail's table, the parts that change from run to run, and the current run."""

    _fields_ = [
        ("steps", ctypes.c_void_p),
        ("count", ctypes.c_long),
        ("flags", ctypes.c_long),
        ("report", ctypes.c_void_p),
        ("tmpfs", ctypes.c_void_p),
        ("tmpfs_format", ctypes.c_char_p),
        ("limits", ctypes.c_void_p * 4),
        ("sources", ctypes.c_long * 6),
        ("job", ctypes.c_ubyte * Job.BYTES),
        ("started_s", ctypes.c_double),
    ]


def _connections() -> bytes:
    """Counters of the TCP connections opened in this box."""
    lines = [line.split() for line in _read("/proc/net/snmp").splitlines() if line.startswith(b"Tcp:")]
    return b" ".join(lines[1][5:7])  # ActiveOpens, PassiveOpens


def _writable_mounts() -> list[bytes]:
    """Writable mounts of the box (a container's /dev/shm, /dev/mqueue); each run gets its /tmp mounted over them."""
    mounts = [line.split()[1] for line in _read("/proc/self/mounts").splitlines()]
    return [place for place in mounts if not place.startswith((b"/proc", b"/tmp")) and _writable_directory(place)]


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _writable_directory(place: bytes) -> bool:
    return os.path.isdir(place) and os.access(place, os.W_OK)


# gVisor counts no processes per user; the filter denies mq_open.
_NOT_IN_GVISOR = {RLIMIT_NPROC, RLIMIT_MSGQUEUE, RLIMIT_SIGPENDING}
_FIXED = {
    RLIMIT_CORE: 0,
    RLIMIT_MSGQUEUE: 0,
    RLIMIT_NOFILE: OPEN_FILES,
    RLIMIT_STACK: STACK_BYTES,
    RLIMIT_SIGPENDING: PENDING_SIGNALS,
}
