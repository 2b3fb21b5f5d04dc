"""Bridge: a process in a gVisor box that speaks frames with the host and descriptors with the runner beside it.

gVisor lets no descriptor of the host into a box. So orders come as bytes on this process's stdin, are carried to the runner
exactly as the host would carry them, and what came of them leaves as bytes on stdout. Candidates are in namespaces of their
own and see neither process.
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
    """Carry orders until the host hangs up. ``control`` is the runner's other end."""
    stream = Stream(lambda size: os.read(0, size), lambda data: write_all(1, data))
    try:
        stream.send(Kind.READY, control.recv(4096))
        slot = Slot(Box(0, control, -1), "docker+runsc")
        with contextlib.suppress(EOFError):
            while True:
                _one(stream, slot)
    finally:
        os._exit(0)  # the runner sees the end of its connection and ends the box


def _one(stream: Stream, slot: Slot) -> None:
    """Receive one order, carry it, and meanwhile move what the host sends for the link."""
    parts: dict[Kind, list[bytes]] = {}
    while True:
        kind, body = stream.receive()
        if kind is Kind.GO:
            break
        parts.setdefault(kind, []).append(body)  # LINK frames of a run that is over land here, and are forgotten
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
    while near is not None and kind is not Kind.LINK_END:  # the host always ends a link, at the latest after the result
        kind, body = stream.receive()
        with contextlib.suppress(OSError):
            near.sendall(body) if kind is Kind.LINK else near.shutdown(socket.SHUT_WR)
    worker.join()
    if near is not None:
        near.close()


def _carry(stream: Stream, flight: Flight, link: socket.socket | None) -> None:
    """Wait for the run's end, then send all that came of it; the last of the link goes before the result."""
    pump = threading.Thread(target=_pump, args=(stream, link)) if link is not None else None
    if pump is not None:
        pump.start()
    try:
        delivery = carry([flight])[0]
    except SandboxError as error:
        result = flight.result
        if result is None:
            os.write(2, f"bridge: {error}\n".encode())
            os._exit(1)  # the runner is gone, and so is this box
        stream.send(Kind.RESULT, result.pack())  # the jail failed: the result says where
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
    """A memory file that can be executed: nobody has it open for writing."""
    writable = os.memfd_create("artifact", os.MFD_CLOEXEC)
    try:
        os.fchmod(writable, 0o555)
        write_all(writable, content)
        return os.open(f"/proc/self/fd/{writable}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(writable)
