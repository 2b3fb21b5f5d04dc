"""Slot: one box seen from the host: hand a job over, move bytes while it runs, read what the runner measured."""

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
QUIET_MS = 8  # a short run is read once, at its end; only longer ones wake us while they write
GRACE_S = 5.0  # the runner has this long beyond its own limits before we call it dead
_WANTED: ContextVar[Callable[[], bool]] = ContextVar("wanted", default=lambda: True)


@contextlib.contextmanager
def while_wanted(wanted: Callable[[], bool]) -> Iterator[None]:
    """Runs that this thread begins inside are killed, and raise Unwanted, within a second of ``wanted()`` becoming false."""
    token = _WANTED.set(wanted)
    try:
        yield
    finally:
        _WANTED.reset(token)


@dataclass(frozen=True, slots=True)
class Box:
    """A started box: its runner's pid (0 when it is not our child), control socket, log, tools, and how to end it."""

    pid: int
    control: socket.socket
    log: int
    destroy: Callable[[], None] = lambda: None
    tools: frozenset[str] = frozenset()


@dataclass(slots=True)
class Order:
    """One run to be done: the job, and what its descriptors hold."""

    job: Job
    payload: bytes
    stdin: bytes
    artifact: int = -1  # descriptor of an executable
    link: int = -1  # descriptor that becomes number 3


@dataclass(slots=True)
class Delivery:
    """What came back: the runner's result and the capped output."""

    result: Result
    stdout: bytes
    stderr: bytes
    overflow: bool


@dataclass(slots=True)
class OutputStream:
    """The read end of one output pipe and what it has given so far."""

    descriptor: int
    cap: int
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    open: bool = True

    def pull(self) -> None:
        """Read what is there, one byte beyond the cap at most."""
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
    """One box, one run at a time. Any OSError or silence of the runner is a SandboxError, after which the slot is dead."""

    def __init__(self, box: Box, tier: str) -> None:
        self.box, self.tier = box, tier
        self.runs = 0
        self.worn = False  # to be replaced before its next run
        self.stale = False  # to be replaced when convenient

    @property
    def alive(self) -> bool:
        """Whether its runner is there: between runs it says nothing, so whatever can be read is its end."""
        poller = select.poll()
        poller.register(self.box.control, select.POLLIN)
        return not poller.poll(0)

    def run(self, order: Order) -> Delivery:
        """Do one order. Raises SandboxError when the box failed; the slot is then worn."""
        return work([(self, order)])[0]

    def hang_up(self) -> None:
        """End the run under way, from another thread: its carrier sees the end of the connection."""
        with contextlib.suppress(OSError):
            self.box.control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the box and everything in it; returns when it is gone."""
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
    """An order on its way through a slot."""

    def __init__(self, slot: Slot, order: Order) -> None:
        self.slot, self.control = slot, slot.box.control
        self.result: Result | None = None
        self._killing = False
        self._wanted, self._dropped = _WANTED.get(), False
        slot.runs += 1
        slot.worn = True  # until it has answered
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
                with contextlib.suppress(OSError):  # gVisor's pipes have no mode to change, and need none
                    os.fchmod(write, 0o222)  # programs open /dev/stdout and /dev/stderr by name
            extra = [d for d in (order.artifact, order.link) if d >= 0]
            socket.send_fds(self.control, [order.job.pack()], theirs + extra)
        except OSError as error:
            self.close()
            raise SandboxError(f"the sandbox worker is gone: {error}") from error
        finally:
            for descriptor in theirs:
                os.close(descriptor)  # at once: only then does the end of the run close the pipes

    def advance(self, ready: set[int]) -> None:
        """Move what can be moved; sets ``result`` when the run is over and all its output is here."""
        if self.control.fileno() in ready:
            message = self.control.recv(4096)
            if not message:
                raise SandboxError("the sandbox worker died during a run")
            self.result = Result.unpack(message)
        for stream in self.streams:  # after the result nobody is left who could write: what is there is all there is
            if self.result is not None or stream.descriptor in ready:
                stream.pull()
        if self.result is not None or self._killing:
            pass
        elif (dropped := not self._wanted()) or any(stream.overflow for stream in self.streams):
            self._killing, self._dropped = True, dropped
            self.control.send(b"K")
        if self.result is None and time.monotonic() > self.deadline_s:
            raise SandboxError("the sandbox worker has stopped answering")

    def waiting_for(self, late: bool) -> list[int]:
        if self.result is not None:
            return []
        streams = [s.descriptor for s in self.streams if s.open and not s.overflow] if late else []
        return [self.control.fileno(), *streams]

    def delivery(self) -> Delivery:
        assert self.result is not None
        if self.result.step:
            raise SandboxError(f"the jail failed at {self.result.step}: {os.strerror(self.result.errno)}")
        if self._dropped:
            raise Unwanted("nobody waits for this run any more")
        stdout, stderr = (b"".join(s.chunks) for s in self.streams)
        return Delivery(self.result, stdout, stderr, any(s.overflow for s in self.streams))

    def close(self) -> None:
        for stream in self.streams:
            os.close(stream.descriptor)
        self.streams = []


def work(pairs: list[tuple[Slot, Order]]) -> list[Delivery]:
    """Carry several orders at once, each in its slot. One that fails takes its slot out of use and raises SandboxError."""
    return carry([Flight(slot, order) for slot, order in pairs])


def carry(flights: list[Flight]) -> list[Delivery]:
    """Serve flights until the last has landed. Raises SandboxError when a box failed."""
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
    """A memory file with this content, at its start. It cannot grow: it would be memory that nobody counts."""
    descriptor = os.memfd_create("r1", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    return descriptor
