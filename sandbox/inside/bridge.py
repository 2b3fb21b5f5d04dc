"""Bridge: a process in a gVisor box that exchanges frames with the host and descriptors with the runner.

gVisor accepts no descriptors of the host. Orders therefore arrive as bytes on this process's stdin, go to the runner as the
host would send them, and the results leave as bytes on stdout. Programs run in their own namespaces and see neither process.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import NoReturn

from r1.sandbox.protocol import SandboxError
from r1.sandbox.wall.frames import Kind, Stream, write_all
from r1.sandbox.wall.packets import Job
from r1.sandbox.wall.slot import Box, Flight, Order, Slot, carry


def serve(control: socket.socket) -> NoReturn:
    """Carry out orders until the host hangs up. ``control`` is the host's end of the runner's control socket."""
    stream = Stream(lambda size: os.read(0, size), lambda data: write_all(1, data))
    try:
        stream.send(Kind.READY, control.recv(4096))
        slot = Slot(Box(0, control, -1), "docker+runsc")
        with contextlib.suppress(EOFError):
            while True:
                _one(stream, slot)
    finally:
        os._exit(0)  # the runner then sees EOF and ends the box


def _one(stream: Stream, slot: Slot) -> None:
    """Receive one order and carry it out; meanwhile forward what the host sends for the link."""
    parts: dict[Kind, list[bytes]] = {}
    while True:
        kind, body = stream.receive()
        if kind is Kind.GO:
            break
        parts.setdefault(kind, []).append(body)  # LINK frames of an earlier run arrive here, and are dropped
    payload, stdin, artifact = (b"".join(parts.get(k, [])) for k in (Kind.PAYLOAD, Kind.STDIN, Kind.ARTIFACT))
    job = Job.unpack(parts[Kind.JOB][0])
    order = Order(job, payload, stdin)
    if job.has_artifact:
        order.artifact = _executable(artifact)
    near, far = socket.socketpair() if job.has_link else (None, None)
    order.link = far.fileno() if far is not None else -1
    flight = Flight(slot, order)
    if order.artifact >= 0:
        os.close(order.artifact)
    if far is not None:
        far.close()
    worker = threading.Thread(target=_carry, args=(stream, flight, near))
    worker.start()
    kind = Kind.GO
    while near is not None and kind is not Kind.LINK_END:  # the host ends every link, at the latest after the result
        kind, body = stream.receive()
        with contextlib.suppress(OSError):
            near.sendall(body) if kind is Kind.LINK else near.shutdown(socket.SHUT_WR)
    worker.join()
    if near is not None:
        near.close()


def _carry(stream: Stream, flight: Flight, link: socket.socket | None) -> None:
    """Wait for the run's end, then send its output and result; the rest of the link is sent before the result."""
    pump = threading.Thread(target=_pump, args=(stream, link)) if link is not None else None
    if pump is not None:
        pump.start()
    try:
        delivery = carry([flight])[0]
    except SandboxError as error:
        result = flight.result
        if result is None:
            os.write(2, f"bridge: {error}\n".encode())
            os._exit(1)  # without its runner the box is useless
        stream.send(Kind.RESULT, result.pack())  # the jail failed; the result names the step
        return
    if pump is not None:
        pump.join()
    stream.send(Kind.STDOUT, delivery.stdout)
    stream.send(Kind.STDERR, delivery.stderr)
    stream.send(Kind.RESULT, delivery.result.pack())


def _pump(stream: Stream, link: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := link.recv(1 << 16):
            stream.send(Kind.LINK, data)
    stream.send(Kind.LINK_END)


def _executable(content: bytes) -> int:
    """A memory file that can be executed, because no descriptor is open for writing."""
    writable = os.memfd_create("artifact", os.MFD_CLOEXEC)
    try:
        os.fchmod(writable, 0o555)
        write_all(writable, content)
        return os.open(f"/proc/self/fd/{writable}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(writable)
