"""Syscalls: a jail as data, a table of system calls that a cloned child makes one after the other.

Twenty lines of C execute the table if ``steps.c`` could be compiled (the child then touches no page of Python), else a ctypes
loop. The module runs on the host (in the launcher) and in the box (in the runner), with the standard library only.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any

NUMBERS = {
    "x86_64": {
        "write": 1, "close": 3, "munmap": 11, "dup2": 33, "clone": 56, "chdir": 80, "mkdir": 83, "setsid": 112,
        "capset": 126, "prctl": 157, "mount": 165, "umount2": 166, "sethostname": 170, "openat": 257, "unshare": 272,
        "prlimit64": 302, "setresuid": 117, "setresgid": 119, "setgroups": 116, "pivot_root": 155, "seccomp": 317,
        "open_tree": 428, "move_mount": 429, "close_range": 436, "mount_setattr": 442, "execve": 59, "kill": 62,
    },
}  # fmt: skip

SIGCHLD = 17
CLONE_PARENT, CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x8000, 0x20000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS = 24, 28, 38
AT_FDCWD, O_WRONLY, O_CLOEXEC = -100, 1, 0o2000000
LAST_CAP = 40  # CAP_CHECKPOINT_RESTORE; older kernels refuse the last ones, which is ignored
PREVIOUS = -0x7231_7231  # as an argument, stands for the result of the previous step


class Step(ctypes.Structure):
    """One system call: its number, six arguments, and whether its failure is ignored."""

    _fields_ = [("number", ctypes.c_long), ("args", ctypes.c_long * 6), ("may_fail", ctypes.c_long)]


def numbers() -> dict[str, int]:
    """The system call numbers of this machine, by name. Raises OSError on an unsupported architecture."""
    machine = os.uname().machine
    if machine not in NUMBERS:
        raise OSError(f"unsupported machine {machine!r}; the sandbox knows the system calls of: {', '.join(NUMBERS)}")
    return NUMBERS[machine]


class Table:
    """Steps in one ctypes array. It keeps alive the buffers that steps point to; these may be changed between runs."""

    def __init__(self) -> None:
        self._numbers = numbers()
        self._steps: list[Step] = []
        self._names: list[str] = []
        self._alive: list[object] = []
        self._array: ctypes.Array[Step] | None = None

    def add(
        self, name: str, *args: int | bytes | ctypes.Structure | ctypes.Array | None, may_fail: bool = False
    ) -> int:
        """Append a call and return its index. Bytes are passed as a pointer to a zero-terminated copy."""
        words = (ctypes.c_long * 6)(*[self._word(a) for a in args])
        self._steps.append(Step(self._numbers[name], words, may_fail))
        self._names.append(name)
        return len(self._steps) - 1

    def _word(self, arg: int | bytes | ctypes.Structure | ctypes.Array | None) -> int:
        if arg is None:
            return 0
        if isinstance(arg, int):
            return arg
        target = ctypes.create_string_buffer(arg) if isinstance(arg, bytes) else arg
        self._alive.append(target)
        return ctypes.addressof(target)

    def write_file(self, path: bytes, text: bytes, may_fail: bool = False) -> None:
        """Append an open and a write; the file stays open until close_range or execve closes it."""
        self.add("openat", AT_FDCWD, path, O_WRONLY | O_CLOEXEC, may_fail=may_fail)
        self.add("write", PREVIOUS, text, len(text), may_fail=may_fail)

    def drop_privileges(self, gvisor: bool = False) -> None:
        """Empty all capability sets, make uid 0 an ordinary user, and rule out new privileges.

        gVisor has no secure bits; there, no uid 0 is mapped into the namespace, and execve gives no new privileges.
        """
        for capability in range(LAST_CAP + 1):
            self.add("prctl", PR_CAPBSET_DROP, capability, may_fail=True)
        # NOROOT, NO_SETUID_FIXUP, NO_CAP_AMBIENT_RAISE, all locked
        self.add("prctl", PR_SET_SECUREBITS, 0xEF, may_fail=gvisor)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
        self.add("capset", header, (ctypes.c_uint32 * 6)())
        self.add("prctl", PR_SET_NO_NEW_PRIVS, 1)

    def freeze(self) -> ctypes.Array[Step]:
        """The array for executors. It is created once; later changes go to its elements."""
        if self._array is None:
            self._array = (Step * len(self._steps))(*self._steps)
        return self._array

    def name(self, index: int) -> str:
        """The name of a step's system call."""
        return self._names[index] if 0 <= index < len(self._names) else f"step {index}"


class Executor:
    """Executes tables: `spawn` in a cloned child, `walk` in this process. ``library``: path of the compiled steps.c."""

    def __init__(self, library: str | None = None) -> None:
        self.libc = ctypes.PyDLL(None, use_errno=True)
        self.libc.syscall.restype = ctypes.c_long
        self.serve: Any = None
        self.native = library is not None and os.path.exists(library)
        if self.native:
            self._native = ctypes.PyDLL(library)
            self._native.r1_spawn.restype = ctypes.c_long
            self._native.r1_spawn.argtypes = [ctypes.c_long, ctypes.c_void_p, ctypes.c_long, ctypes.c_void_p]
            self.serve = getattr(self._native, "r1_serve", None)  # missing from a library older than this file
        # Two words shared with the child: it writes which step failed and why, and unmaps them before the program runs.
        self.libc.mmap.restype = ctypes.c_void_p
        self.report_address = self.libc.mmap(None, ctypes.c_size_t(4096), 3, 0x21, -1, ctypes.c_long(0))
        self.report = (ctypes.c_long * 2).from_address(self.report_address)

    def syscall(self, *args: object) -> int:
        """Make one system call, number first; -1 on failure, with the errno in ctypes.get_errno()."""
        return self.libc.syscall(*[ctypes.c_long(a) if isinstance(a, int) else a for a in args])

    def spawn(self, flags: int, table: ctypes.Array[Step]) -> int:
        """clone(flags). The child walks the table and returns 0, or exits and leaves its failure in ``report``. Raises OSError."""
        self.report[0] = self.report[1] = 0
        if self.native:
            pid = self._native.r1_spawn(flags, ctypes.addressof(table), len(table), self.report_address)
            if pid < 0:
                raise OSError(-pid, f"clone: {os.strerror(-pid)}")
            return pid
        pid = self.syscall(numbers()["clone"], flags, 0, 0, 0, 0)
        if pid < 0:
            raise OSError(ctypes.get_errno(), f"clone: {os.strerror(ctypes.get_errno())}")
        if pid == 0:
            self.walk(table)
        return pid

    def walk(self, table: ctypes.Array[Step]) -> None:
        """Make each call in turn. A failure that may not be ignored ends this process with status 255."""
        previous = 0
        for index, step in enumerate(table):
            words = [ctypes.c_long(previous if word == PREVIOUS else word) for word in step.args]
            previous = self.libc.syscall(ctypes.c_long(step.number), *words)
            if previous < 0 and not step.may_fail:
                self.report[1], self.report[0] = ctypes.get_errno(), index + 1
                os._exit(255)
