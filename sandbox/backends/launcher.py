"""Launcher: a short-lived process, started by namespaces.py, that builds one rootless box out of namespaces.

It clones one child into new user, pid, mount, net, ipc, uts and cgroup namespaces, maps one unprivileged uid and ends.
The child keeps a few read-only directories of the host, pivots into a fresh root and executes the runner. Standard library
only.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any, NoReturn

from r1.sandbox.inside.syscalls import (
    AT_FDCWD,
    CLONE_NEWCGROUP,
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    CLONE_PARENT,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    SIGCHLD,
    Executor,
    Table,
    numbers,
)

NAMES = {
    "user": CLONE_NEWUSER, "pid": CLONE_NEWPID, "mount": CLONE_NEWNS, "net": CLONE_NEWNET, "ipc": CLONE_NEWIPC,
    "uts": CLONE_NEWUTS, "cgroup": CLONE_NEWCGROUP,
}  # fmt: skip
BOX_ID = 1000  # uid and gid in the box; without rights
OPEN_TREE_CLONE, AT_RECURSIVE, MOVE_MOUNT_F_EMPTY_PATH, AT_EMPTY_PATH, MNT_DETACH = 1, 0x8000, 4, 0x1000, 2
CONTROL = 9
NETWORK = {
    "net.ipv4.tcp_max_tw_buckets": "0",
    "net.ipv4.tcp_rmem": "4096 65536 131072",
    "net.ipv4.tcp_wmem": "4096 16384 131072",
}


class Refused(Exception):
    """A step that this machine refuses."""

    def __init__(self, step: str, errno: int) -> None:
        super().__init__(f"{step}: {os.strerror(errno)} (errno {errno})")


class Builder:
    """Makes system calls by name. A failed call raises Refused with the name of the step."""

    def __init__(self, executor: Executor) -> None:
        self._executor, self._numbers = executor, numbers()

    def call(self, step: str, name: str, *args: object) -> int:
        """Make the system call ``name``; ``step`` describes it in an error. Raises Refused."""
        result = self._executor.syscall(self._numbers[name], *args)
        if result < 0:
            raise Refused(step, ctypes.get_errno())
        return result

    def take(self, source: str) -> int:
        """A detached copy of the mount tree at ``source``."""
        flags = OPEN_TREE_CLONE | AT_RECURSIVE | os.O_CLOEXEC
        return self.call(f"open_tree {source}", "open_tree", AT_FDCWD, source.encode(), flags)

    def put(self, tree: int, target: str, device: bool = False) -> None:
        """Attach a detached tree at ``target``: read-only, without set-uid bits, and without devices unless it is one."""
        flags = MS_RDONLY | MS_NOSUID | (0 if device else MS_NODEV)
        attributes = ctypes.create_string_buffer(struct.pack("<QQQQ", flags, 0, 0, 0), 32)
        where = AT_EMPTY_PATH | AT_RECURSIVE
        self.call(f"mount_setattr {target}", "mount_setattr", tree, b"", where, attributes, 32)
        empty = MOVE_MOUNT_F_EMPTY_PATH
        self.call(f"move_mount {target}", "move_mount", tree, b"", AT_FDCWD, target.encode(), empty)

    def mount(self, kind: bytes, target: str, flags: int, options: bytes = b"") -> None:
        self.call(f"mount {kind.decode()} {target}", "mount", kind, target.encode(), kind, flags, options)


def main() -> None:
    """Launch a box as the JSON on stdin describes it; report a refusal on the control socket."""
    config = json.load(sys.stdin)
    control = socket.socket(fileno=config["control"])
    try:
        launch(config, control)
    except (Refused, OSError) as error:
        control.send(json.dumps({"refused": str(error), "probes": probe()}).encode())
        os._exit(1)


def launch(config: dict[str, Any], control: socket.socket) -> None:
    """Clone the box's first process, map its uid and gid, and send its pid."""
    # When the machine runs out of memory, the kernel kills boxes first, and in a box the program (see jail.py).
    Path("/proc/self/oom_score_adj").write_text("900")
    executor = Executor()
    go_read, go_write = os.pipe()
    flags = SIGCHLD | CLONE_PARENT  # the box becomes a child of the pool's process, and this process may end
    for flag in NAMES.values():
        flags |= flag
    pid = executor.spawn(flags, Table().freeze())
    if pid == 0:
        os.close(go_write)
        build_root(config, control, Builder(executor), go_read)
    outside_uid, outside_gid = config["outside"]
    if os.geteuid() != 0:
        Path(f"/proc/{pid}/setgroups").write_text("deny")
    Path(f"/proc/{pid}/gid_map").write_text(f"{BOX_ID} {outside_gid} 1")
    Path(f"/proc/{pid}/uid_map").write_text(f"{BOX_ID} {outside_uid} 1")
    control.send(json.dumps({"pid": pid}).encode())
    os.write(go_write, b"g")


def build_root(config: dict[str, Any], control: socket.socket, build: Builder, go: int) -> NoReturn:
    """As pid 1 of the new box: build its root, enter it, drop all privileges and execute the runner."""
    try:
        build.call("make mounts private", "mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
        trees = [(build.take(source), target, device) for source, target, device in config["binds"]]
        if os.read(go, 1) != b"g":
            os._exit(1)
        os.setgroups([]) if os.geteuid() != BOX_ID else None
        os.setresgid(BOX_ID, BOX_ID, BOX_ID)
        os.setresuid(BOX_ID, BOX_ID, BOX_ID)
        raise_effective(build)
        root = "/tmp"
        build.mount(b"tmpfs", root, MS_NOSUID | MS_NODEV, b"size=16m,mode=755")
        fill_root(root, config)
        for tree, target, device in trees:
            place = Path(root + target)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch() if device else place.mkdir(exist_ok=True)
            build.put(tree, root + target, device)
        for target in config["masks"]:
            build.mount(b"tmpfs", root + target, MS_NOSUID | MS_NODEV | MS_RDONLY, b"size=4k,mode=755")
        build.mount(b"proc", f"{root}/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        quiet_network()
        os.chdir(root)
        build.call("pivot_root", "pivot_root", b".", b".")
        build.call("leave the old root", "umount2", b".", MNT_DETACH)
        os.chdir("/")
        attributes = ctypes.create_string_buffer(struct.pack("<QQQQ", MS_RDONLY, 0, 0, 0), 32)
        build.call("root read-only", "mount_setattr", AT_FDCWD, b"/", 0, attributes, 32)
        socket.sethostname("box")
        drop = Table()
        drop.drop_privileges()
        build._executor.walk(drop.freeze())
        enter(config, control)
    except (Refused, OSError) as error:
        control.send(json.dumps({"refused": str(error)}).encode())
        os._exit(1)


def raise_effective(build: Builder) -> None:
    """Restore the effective capabilities, which the change of uid emptied, for the mounts that follow."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    everything = (ctypes.c_uint32 * 6)(0xFFFFFFFF, 0xFFFFFFFF, 0, 0x1FF, 0x1FF, 0)
    build.call("capset", "capset", header, everything)


def fill_root(root: str, config: dict[str, Any]) -> None:
    """Create the directories, files and links of the fresh root."""
    for directory in ("tmp", "proc", "dev", "etc", "r1", "home", "run", "var"):
        (Path(root) / directory).mkdir(mode=0o755, exist_ok=True)
    for path, content in config["files"].items():
        place = Path(root + path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode("latin-1"))
    for path, target in config["links"].items():
        place = Path(root + path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)


def quiet_network() -> None:
    """Bring the loopback interface up, without TIME_WAIT (a run must not see an earlier one's ports) and with small buffers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 1 | 64))  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
    for name, value in NETWORK.items():
        Path("/tmp/proc/sys", name.replace(".", "/")).write_text(value)


def enter(config: dict[str, Any], control: socket.socket) -> NoReturn:
    """Arrange the descriptors and execute the runner. 0 is a file, 1 and 2 are pipes, as they will be in its children."""
    os.dup2(control.fileno(), CONTROL)
    os.dup2(os.memfd_create("stdin"), 0)
    os.dup2(config["log"], 1)
    os.dup2(config["log"], 2)
    os.closerange(3, CONTROL)
    os.closerange(CONTROL + 1, 1 << 16)
    os.execve(config["argv"][0], config["argv"], config["environment"])


def probe() -> list[str]:
    """For each kind of namespace, what a child gets that tries it alone on this machine."""
    return [f"{name}: {_try(flag)}" for name, flag in NAMES.items()]


def _try(flag: int) -> str:
    pid = os.fork()
    if pid == 0:
        executor = Executor()
        result = executor.syscall(numbers()["unshare"], flag | CLONE_NEWUSER)
        os._exit(ctypes.get_errno() if result < 0 else 0)
    errno = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return f"{os.strerror(errno)} (errno {errno})" if errno else "ok"
