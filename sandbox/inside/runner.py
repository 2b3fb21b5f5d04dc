"""Runner: the warm worker inside a box. It clones one confined child per run and reports how the run ended.

It is pid 1 of its box, without capabilities, with one descriptor to the outside (the control socket). Standard library only.
It never reads a program, an input or an argument: those are in descriptors that only the child opens, so the memory of one
run holds nothing of an earlier one.
"""

from __future__ import annotations

import ctypes
import gc
import os
import select
import signal
import socket
import struct
import time
from typing import NoReturn

from r1.sandbox.inside import jail, meter, pythonic
from r1.sandbox.languages import LANGUAGES, PATH
from r1.sandbox.wall.packets import Job, Mode, Reason, Result, pack_files, unpack_payload

CONTROL = 9  # the only connection to the outside; children close it
PAYLOAD, ARTIFACT = 4, 5  # a child's descriptors besides 0, 1, 2 (and 3, the link)


_DESCRIPTOR = struct.Struct("i")
_SPACE_BYTES = socket.CMSG_SPACE(8 * _DESCRIPTOR.size)


def serve(gvisor: bool = False) -> NoReturn:
    """Answer jobs until the host hangs up."""
    reserve_descriptors()
    control = socket.socket(fileno=CONTROL)
    pythonic.warm()
    prison = jail.Jail(gvisor)
    meter.calibrate()
    gc.collect()
    gc.freeze()  # keep the runner's own objects out of the programs' collections
    control.send(f"ready {' '.join(tools())}".encode())
    desk = prison.desk()
    while True:
        pid, job, started_s = attend(prison, desk) if desk is not None else begin(prison, control)
        if pid == 0:
            child(job)
        control.send(finish(prison, control, pid, job, started_s).pack())


def attend(prison: jail.Jail, desk: jail.Desk) -> tuple[int, Job, float]:
    """`begin` in C. It also finishes runs that end within 10 ms, as most do, and returns with a run that needs watching."""
    pid = prison.executor.serve(CONTROL, ctypes.byref(desk))
    return pid, Job.unpack(bytes(desk.job)), desk.started_s


def begin(prison: jail.Jail, control: socket.socket) -> tuple[int, Job, float]:
    """Wait for a job and clone its child. Returns (its pid, 0 in the child, or a negative errno; the job; its start time)."""
    message = b"K"
    while message == b"K":  # a kill that arrived after the end of its run
        message, descriptors = receive(control)
    if not message:
        os._exit(0)  # the host is gone; the end of pid 1 ends the whole box
    job, started_s = Job.unpack(message), time.monotonic()
    try:
        pid = prison.spawn(job, descriptors)
    except OSError as error:
        pid = -(error.errno or 1)
    for descriptor in descriptors if pid else ():
        os.close(descriptor)
    return pid, job, started_s


def receive(control: socket.socket) -> tuple[bytes, list[int]]:
    """One packet and its descriptors. It writes less memory than socket.recv_fds; each run copies every written page."""
    message, ancillary, _, _ = control.recvmsg(4096, _SPACE_BYTES)
    return message, [number for _, _, data in ancillary for (number,) in _DESCRIPTOR.iter_unpack(data)]


def tools() -> list[str]:
    """The compilers and interpreters of the language table that this box has."""
    wanted = {tool for language in LANGUAGES.values() for tool in language.tools}
    return sorted(tool for tool in wanted if any(os.access(f"{folder}/{tool}", os.X_OK) for folder in PATH.split(":")))


def reserve_descriptors() -> None:
    """Occupy 3..8, so that received descriptors get higher numbers and never collide with a child's 0..5."""
    null = os.open("/dev/null", os.O_RDWR)
    for number in (1, *range(3, CONTROL)):
        os.dup2(null, number) if number != null else None


def finish(prison: jail.Jail, control: socket.socket, pid: int, job: Job, started_s: float) -> Result:
    """Watch a run to its end, reap it, and measure it."""
    if pid < 0:
        return Result(0, Reason.NONE, 0, 0, 0, False, "clone", -pid)
    watch = meter.Meter(job, started_s)
    reason = supervise(pid, control, job, watch)
    _, status, usage = os.wait4(pid, 0)
    step, errno = prison.failure()
    cpu_s = max(usage.ru_utime + usage.ru_stime, watch.cpu_s)
    peak_bytes = max(usage.ru_maxrss * 1024, watch.peak_bytes)
    wall_s = time.monotonic() - started_s
    clean = not meter.anyone_left() and prison.tidy()
    return Result(status, reason, cpu_s, wall_s, peak_bytes, not clean, step, errno)


def supervise(pid: int, control: socket.socket, job: Job, watch: meter.Meter) -> Reason:
    """Wait for the child's end; kill it when it exceeds a limit or the host asks."""
    poller = select.poll()
    poller.register(control, select.POLLIN)
    try:
        descriptor = os.pidfd_open(pid)
        poller.register(descriptor, select.POLLIN)
    except OSError:  # gVisor has no pidfd: look every 2 ms
        descriptor = -1
    reason = Reason.NONE
    try:
        while True:
            pause_ms = watch.interval_ms()
            ready = dict(poller.poll(pause_ms if descriptor >= 0 else min(pause_ms, 2)))
            if descriptor in ready or (descriptor < 0 and _ended(pid)):
                return reason
            if CONTROL in ready:
                if not control.recv(16):
                    os._exit(0)
                reason = Reason.ASKED
            elif reason is Reason.NONE:
                reason = watch.look()
            if reason is not Reason.NONE:
                os.kill(
                    pid, signal.SIGKILL
                )  # the first process of its pid namespace: the kernel then ends the whole tree
                poller.unregister(control) if CONTROL in ready else None
    finally:
        os.close(descriptor) if descriptor >= 0 else None


def _ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def child(job: Job) -> NoReturn:
    """In the confined child: write the files, then become the program."""
    try:
        size = os.fstat(PAYLOAD).st_size
        argv, environment, artifact, files = unpack_payload(os.pread(PAYLOAD, size, 0))
        os.close(PAYLOAD)
        for name, content in files:
            lay(name, content)
        if job.mode is Mode.PYTHON:
            pythonic.become(argv, files[0][1])
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and exec would keep that
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        if job.mode is Mode.COMPILE:
            compile_and_emit(argv, environment, artifact)
        if job.has_artifact:
            os.set_inheritable(ARTIFACT, False)
        os.execve(ARTIFACT if job.has_artifact else located(argv[0], environment), argv, environment)
    except BaseException as error:
        os.write(2, f"sandbox: {type(error).__name__}: {error}\n".encode())
        os._exit(127)


def located(command: str, environment: dict[str, str]) -> str:
    """The command's path in the box. Raises FileNotFoundError if it is not installed."""
    for folder in environment.get("PATH", "").split(":"):
        if os.access(f"{folder}/{command}", os.X_OK):
            return f"{folder}/{command}"
    raise FileNotFoundError(f"{command} is not installed in this box")


def lay(name: str, content: bytes) -> None:
    """Write a new file in the working directory. Raises FileExistsError if the name is taken, also by a link."""
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.close(descriptor)


def compile_and_emit(argv: list[str], environment: dict[str, str], artifact: str) -> NoReturn:
    """Run the compiler with all its output on stderr; if it succeeds, write its artifact to stdout."""
    import glob  # imported here only, because each run's clone copies the pages of all imported modules

    reset = [signal.SIGPIPE, signal.SIGXFSZ]
    actions = [(os.POSIX_SPAWN_DUP2, 2, 1)]
    pid = os.posix_spawn(located(argv[0], environment), argv, environment, file_actions=actions, setsigdef=reset)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code:
        os._exit(code if code > 0 else 128 - code)
    made = sorted(glob.glob(artifact))
    content = pack_files([(name, _content(name)) for name in made]) if "*" in artifact else _content(made[0])
    view = memoryview(content)
    while view:
        view = view[os.write(1, view) :]
    os._exit(0)


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
