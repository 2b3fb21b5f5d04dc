"""Slot: one box as the host sees it: send a job, read its output while it runs, receive the runner's measurements."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

from r1.sandbox.protocol import SandboxError, Unwanted
from r1.sandbox.wall.packets import Job, Result

READ_BYTES = 1 << 16
QUIET_MS = 8  # output is not read before this, so that a short run is read once, at its end
GRACE_S = 5.0  # a runner that exceeds its own limits by this much counts as dead
_WANTED: ContextVar[Callable[[], bool]] = ContextVar("wanted", default=lambda: True)


@contextlib.contextmanager
def while_wanted(wanted: Callable[[], bool]) -> Iterator[None]:
    """Kill runs that this thread starts inside within a second of ``wanted()`` becoming false; they then raise Unwanted.

    The service uses it for clients that leave. It is a context variable, not an argument of ``Sandbox.run``, because every
    implementation of that protocol would have to take and forward the argument, and only boxes behind a Slot can obey it.
    """
    token = _WANTED.set(wanted)
    try:
        yield
    finally:
        _WANTED.reset(token)


@dataclass(frozen=True, slots=True)
class Box:
    """A started box: its runner's pid (0 if it is not our child), control socket, log, tools, and how to destroy it."""

    pid: int
    control: socket.socket
    log: int
    destroy: Callable[[], None] = lambda: None
    tools: frozenset[str] = frozenset()


@dataclass(slots=True)
class Order:
    """One run to do: the job, and the contents of its descriptors."""

    job: Job
    payload: bytes
    stdin: bytes
    artifact: int = -1  # descriptor of an executable
    link: int = -1  # descriptor that becomes number 3 in the box


@dataclass(slots=True)
class Delivery:
    """The end of a run: the runner's result and the capped output."""

    result: Result
    stdout: bytes
    stderr: bytes
    overflow: bool


@dataclass(slots=True)
class OutputStream:
    """The read end of one output pipe, and what has been read from it."""

    descriptor: int
    cap: int
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    open: bool = True

    def pull(self) -> None:
        """Read what is available, at most one byte beyond the cap."""
        while self.open and self.size <= self.cap:
            try:
                chunk = os.read(self.descriptor, min(READ_BYTES, self.cap + 1 - self.size))
            except BlockingIOError:
                return
            if not chunk:
                self.open = False
                return
            self.chunks.append(chunk)
            self.size += len(chunk)

    @property
    def overflow(self) -> bool:
        return self.size > self.cap


class Slot:
    """One box, which does one run at a time. An OSError or a silent runner raises SandboxError; the slot is then worn."""

    def __init__(self, box: Box, tier: str) -> None:
        self.box, self.tier = box, tier
        self.runs = 0
        self.worn = False  # must be replaced before the next run
        self.stale = False  # should be replaced after the current run

    @property
    def alive(self) -> bool:
        """Whether its runner lives. Call it between runs: a runner is then silent, so anything readable is EOF."""
        poller = select.poll()
        poller.register(self.box.control, select.POLLIN)
        return not poller.poll(0)

    def run(self, order: Order) -> Delivery:
        """Carry out one order. Raises SandboxError if the box fails; the slot is then worn."""
        return work([(self, order)])[0]

    def hang_up(self) -> None:
        """End the run in progress, from another thread: the thread that serves it sees EOF."""
        with contextlib.suppress(OSError):
            self.box.control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the box with everything in it, and wait until it is gone."""
        with contextlib.suppress(OSError):
            self.box.control.close()
        with contextlib.suppress(OSError):
            os.close(self.box.log)
        if self.box.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.box.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.box.pid, 0)
        self.box.destroy()


class Flight:
    """An order that a slot is carrying out."""

    def __init__(self, slot: Slot, order: Order) -> None:
        self.slot, self.control = slot, slot.box.control
        self.result: Result | None = None
        self._killing = False
        self._wanted, self._dropped = _WANTED.get(), False
        slot.runs += 1
        slot.worn = True  # until the runner has answered
        self.deadline_s = time.monotonic() + 10 * order.job.wall_s + GRACE_S
        theirs: list[int] = []
        self.streams: list[OutputStream] = []
        try:
            theirs += [_filled(order.payload), _filled(order.stdin)]
            for _ in range(2):
                read, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
                self.streams.append(OutputStream(read, order.job.output_bytes))
                theirs.append(write)
                os.set_blocking(write, True)
                with contextlib.suppress(OSError):  # gVisor's pipes have no mode, and need none
                    os.fchmod(write, 0o222)  # for programs that open /dev/stdout or /dev/stderr by name
            extra = [d for d in (order.artifact, order.link) if d >= 0]
            socket.send_fds(self.control, [order.job.pack()], theirs + extra)
        except OSError as error:
            self.close()
            raise SandboxError(f"the sandbox worker is gone: {error}") from error
        finally:
            for descriptor in theirs:
                os.close(descriptor)  # else the pipes would stay open after the run's end

    def advance(self, ready: set[int]) -> None:
        """Read what is ready; sets ``result`` when the run has ended and all its output has been read."""
        if self.control.fileno() in ready:
            message = self.control.recv(4096)
            if not message:
                raise SandboxError("the sandbox worker died during a run")
            self.result = Result.unpack(message)
        for stream in self.streams:  # after the result no writer is left, so the output is complete
            if self.result is not None or stream.descriptor in ready:
                stream.pull()
        if self.result is not None or self._killing:
            pass
        elif (dropped := not self._wanted()) or any(stream.overflow for stream in self.streams):
            self._killing, self._dropped = True, dropped
            self.control.send(b"K")
        if self.result is None and time.monotonic() > self.deadline_s:
            raise SandboxError("the sandbox worker stopped answering")

    def waiting_for(self, late: bool) -> list[int]:
        """Descriptors to poll. Output is polled only when it is ``late``, so that a short run causes one wake-up."""
        if self.result is not None:
            return []
        streams = [s.descriptor for s in self.streams if s.open and not s.overflow] if late else []
        return [self.control.fileno(), *streams]

    def delivery(self) -> Delivery:
        """The end of the run, once ``result`` is set. Raises SandboxError if the jail failed, Unwanted if it was dropped."""
        assert self.result is not None
        if self.result.step:
            raise SandboxError(f"the jail failed at {self.result.step}: {os.strerror(self.result.errno)}")
        if self._dropped:
            raise Unwanted("the run was killed because its caller stopped waiting")
        stdout, stderr = (b"".join(s.chunks) for s in self.streams)
        return Delivery(self.result, stdout, stderr, any(s.overflow for s in self.streams))

    def close(self) -> None:
        for stream in self.streams:
            os.close(stream.descriptor)
        self.streams = []


def work(pairs: list[tuple[Slot, Order]]) -> list[Delivery]:
    """Carry out several orders at once, each in its slot. Raises SandboxError if one fails."""
    return carry([Flight(slot, order) for slot, order in pairs])


def carry(flights: list[Flight]) -> list[Delivery]:
    """Serve several orders in progress until all have ended. Raises SandboxError if a box fails."""
    try:
        late = False
        while any(flight.result is None for flight in flights):
            poller = select.poll()
            for flight in flights:
                for descriptor in flight.waiting_for(late):
                    poller.register(descriptor, select.POLLIN)
            ready = {descriptor for descriptor, _ in poller.poll(1000 if late else QUIET_MS)}
            late = True
            for flight in flights:
                if flight.result is None:
                    flight.advance(ready)
        for flight in flights:
            assert flight.result is not None
            flight.slot.worn = flight.result.survivors or bool(flight.result.step)
        return [flight.delivery() for flight in flights]
    except OSError as error:
        raise SandboxError(f"the sandbox worker is gone: {error}") from error
    finally:
        for flight in flights:
            flight.close()


def _filled(content: bytes) -> int:
    """A memory file with this content, positioned at its start. It is sealed, because growth would escape the memory limit."""
    descriptor = os.memfd_create("r1", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    return descriptor
