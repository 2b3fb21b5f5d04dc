"""Relay: the host's end of a box that accepts bytes only. Towards the slot it behaves like a runner, with descriptors."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading

from r1.sandbox.wall.frames import Kind, Stream, write_all
from r1.sandbox.wall.packets import Job

_DOCKER_HEAD = struct.Struct(
    ">BxxxI"
)  # the head of each piece of an attached container's output: stream number and length
STDOUT = 1


class Attached:
    """The attached stdin and stdout of a container as one byte stream; its stderr goes to ``log``."""

    def __init__(self, connection: socket.socket, log: int) -> None:
        self._connection, self._log = connection, log
        self._left = 0

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes of its stdout; b"" when it has ended."""
        while not self._left:
            head = self._connection.recv(_DOCKER_HEAD.size, socket.MSG_WAITALL)
            if len(head) < _DOCKER_HEAD.size:
                return b""
            which, length = _DOCKER_HEAD.unpack(head)
            if which == STDOUT:
                self._left = length
            else:
                os.write(self._log, self._connection.recv(length, socket.MSG_WAITALL)[:4096])
        part = self._connection.recv(min(size, self._left))
        self._left -= len(part)
        return part

    def stream(self) -> Stream:
        """The frames that travel over it."""
        return Stream(self.read, self._connection.sendall)


def serve(control: socket.socket, connection: socket.socket, stream: Stream, log: int) -> None:
    """Move orders in and results out until either side hangs up. Runs in a thread, and closes all its arguments."""
    try:
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, 4096, 8)
            if not message:
                return
            if message != b"K":  # the bridge enforces the output limit itself
                _one(Job.unpack(message), message, descriptors, control, stream)
    except (OSError, EOFError):
        return  # the slot sees EOF
    finally:
        for end in (connection, control):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        os.close(log)


def _one(job: Job, message: bytes, descriptors: list[int], control: socket.socket, stream: Stream) -> None:
    payload, stdin, stdout, stderr, *rest = descriptors
    link = socket.socket(fileno=rest.pop()) if job.has_link else None
    pump = threading.Thread(target=_pump, args=(stream, link), daemon=True) if link is not None else None
    try:
        stream.send(Kind.JOB, message)
        for kind, descriptor in ((Kind.PAYLOAD, payload), (Kind.STDIN, stdin), *((Kind.ARTIFACT, d) for d in rest)):
            stream.send(kind, os.pread(descriptor, os.fstat(descriptor).st_size, 0))
        stream.send(Kind.GO)
        if pump is not None:
            pump.start()
        result = _answer(stream, link, {Kind.STDOUT: stdout, Kind.STDERR: stderr})
    finally:
        if link is not None:
            with contextlib.suppress(OSError):
                link.shutdown(
                    socket.SHUT_RDWR
                )  # the other program and our pump see EOF; the pump forwards it to the box
        if pump is not None and pump.ident is not None:
            pump.join()
        if link is not None:
            link.close()
        for descriptor in (payload, stdin, stdout, stderr, *rest):
            os.close(descriptor)
    control.send(result)


def _answer(stream: Stream, link: socket.socket | None, outputs: dict[Kind, int]) -> bytes:
    """Forward output and link until the box sends its result; returns the packed result."""
    while True:
        kind, body = stream.receive()
        if kind is Kind.RESULT:
            return body
        if kind in outputs:
            write_all(outputs[kind], body)
        elif link is not None:
            with contextlib.suppress(OSError):
                link.sendall(body) if kind is Kind.LINK else link.shutdown(socket.SHUT_WR)


def _pump(stream: Stream, link: socket.socket) -> None:
    """Forward the other program's link into the box, and always its end."""
    with contextlib.suppress(OSError):
        while data := link.recv(1 << 16):
            stream.send(Kind.LINK, data)
    with contextlib.suppress(OSError):
        stream.send(Kind.LINK_END)
