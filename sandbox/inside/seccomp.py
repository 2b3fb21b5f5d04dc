"""Seccomp: the filter of system calls that a candidate may not make, compiled to classic BPF.

Ordinary calls are allowed. Calls that reach rarely tested parts of the kernel (keys, bpf, io_uring, modules, mounts, namespaces,
other processes' memory, shared memory that no limit counts) fail with EPERM. Calls newer than this list fail with ENOSYS.
"""

from __future__ import annotations

import ctypes
import struct

EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
ALLOW, ERRNO, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
AUDIT_ARCH_X86_64, X32_BIT, NEWEST_KNOWN = 0xC000003E, 0x40000000, 456
NAMESPACE_FLAGS = 0x7E020000  # every CLONE_NEW* that clone() takes

DENIED = {
    # mounts, roots, namespaces, handles
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "mount_setattr": 442,
    "name_to_handle_at": 303, "open_by_handle_at": 304, "fanotify_init": 300, "fanotify_mark": 301,
    "quotactl": 179, "quotactl_fd": 443, "swapon": 167, "swapoff": 168,
    # other processes
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_getfd": 438,
    "process_madvise": 440, "process_mrelease": 448, "migrate_pages": 256, "move_pages": 279,
    # the kernel itself
    "init_module": 175, "finit_module": 313, "delete_module": 176, "create_module": 174, "query_module": 178,
    "get_kernel_syms": 177, "kexec_load": 246, "kexec_file_load": 320, "reboot": 169, "bpf": 321, "perf_event_open": 298,
    "userfaultfd": 323, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "iopl": 172, "ioperm": 173,
    "modify_ldt": 154, "syslog": 103, "acct": 163, "lookup_dcookie": 212, "nfsservctl": 180, "uselib": 134, "_sysctl": 156,
    "vhangup": 153, "seccomp": 317, "vmsplice": 278,
    "settimeofday": 164, "clock_settime": 227, "adjtimex": 159, "clock_adjtime": 305, "sethostname": 170, "setdomainname": 171,
    # keys, and memory that belongs to no process and so would escape the memory limit
    "add_key": 248, "request_key": 249, "keyctl": 250, "memfd_create": 319, "memfd_secret": 447,
    "io_setup": 206, "io_destroy": 207, "io_getevents": 208, "io_submit": 209, "io_cancel": 210,  # limited for the whole host
    "inotify_init": 253, "inotify_init1": 294,  # limited to 128 for all programs of a user
    "shmget": 29, "shmat": 30, "shmctl": 31, "semget": 64, "msgget": 68, "mq_open": 240,
}  # fmt: skip

LD, JEQ, JGE, JSET, RET = 0x20, 0x15, 0x35, 0x45, 0x06
NR, ARCH, ARG0, ARG1, ARG2 = 0, 4, 16, 24, 32  # offsets in struct seccomp_data; of arguments, the low halves
CLONE, CLONE3, SOCKET, SOCKETPAIR, SETSOCKOPT, IOCTL, PERSONALITY = 56, 435, 41, 53, 54, 16, 135


def _op(code: int, k: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, k)


def _answer(errno: int) -> bytes:
    return _op(RET, ERRNO | errno)


def _when(number: int, body: list[bytes]) -> list[bytes]:
    """Instructions for one system call only; ``body`` must return on every path."""
    return [_op(JEQ, number, 0, len(body)), *body]


def _address_families() -> list[bytes]:
    """Allow UNIX, INET, INET6 and the routing family of NETLINK (for getifaddrs); refuse VSOCK, PACKET, ALG, XDP and others."""
    return [
        _op(LD, ARG0),
        _op(JEQ, 1, 6, 0),
        _op(JEQ, 2, 5, 0),
        _op(JEQ, 10, 4, 0),
        _op(JEQ, 16, 0, 2),
        _op(LD, ARG2),
        _op(JEQ, 0, 1, 0),
        _answer(EAFNOSUPPORT),
        _op(RET, ALLOW),
    ]


def _socket_buffers() -> list[bytes]:
    """Make SO_SNDBUF, SO_RCVBUF and their FORCE variants succeed without effect: socket buffers count as no process's memory."""
    return [
        _op(LD, ARG1),
        _op(JEQ, 1, 0, 6),  # SOL_SOCKET
        _op(LD, ARG2),
        _op(JEQ, 7, 3, 0),
        _op(JEQ, 8, 2, 0),
        _op(JEQ, 32, 1, 0),
        _op(JEQ, 33, 0, 1),
        _answer(0),
        _op(RET, ALLOW),
    ]


def program() -> bytes:
    """The filter as an array of ``struct sock_filter``."""
    ops = [_op(LD, ARCH), _op(JEQ, AUDIT_ARCH_X86_64, 1, 0), _op(RET, KILL_PROCESS), _op(LD, NR)]
    ops += [_op(JGE, X32_BIT, 1, 0), _op(JGE, NEWEST_KNOWN + 1, 0, 1), _answer(ENOSYS)]
    ops += _when(CLONE, [_op(LD, ARG0), _op(JSET, NAMESPACE_FLAGS, 0, 1), _answer(EPERM), _op(RET, ALLOW)])
    ops += _when(CLONE3, [_answer(ENOSYS)])  # BPF cannot read its flags, which are in memory; libc falls back to clone
    ops += _when(SOCKET, _address_families()) + _when(SOCKETPAIR, _address_families())
    ops += _when(SETSOCKOPT, _socket_buffers())
    terminal = [_op(LD, ARG1), _op(JEQ, 0x5412, 1, 0), _op(JEQ, 0x541C, 0, 1), _answer(EPERM), _op(RET, ALLOW)]
    ops += _when(IOCTL, terminal)  # TIOCSTI and TIOCLINUX type into a terminal
    persona = [_op(LD, ARG0), _op(JEQ, 0, 2, 0), _op(JEQ, 0xFFFFFFFF, 1, 0), _answer(EPERM), _op(RET, ALLOW)]
    ops += _when(PERSONALITY, persona)
    numbers = sorted(DENIED.values())
    ops += [_op(JEQ, n, len(numbers) - i, 0) for i, n in enumerate(numbers)]
    return b"".join([*ops, _op(RET, ALLOW), _answer(EPERM)])


class _Prog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def sock_fprog() -> tuple[ctypes.Structure, object]:
    """``struct sock_fprog`` for seccomp(2), and the buffer that it points to, which must be kept alive with it."""
    code = program()
    buffer = ctypes.create_string_buffer(code, len(code))
    return _Prog(len(code) // 8, ctypes.addressof(buffer)), buffer
