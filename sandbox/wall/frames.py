"""Frames: orders and results on one byte stream, for boxes that accept no descriptors. A frame is a kind, a length and a body.

Standard library only: both sides of the wall use it.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable
from enum import IntEnum

_HEAD = struct.Struct("<BI")
CHUNK_BYTES = 1 << 20


class Kind(IntEnum):
    """Content of a frame. ``JOB`` to ``GO`` go into the box, ``READY`` to ``RESULT`` come out, links go both ways."""

    JOB = 0
    PAYLOAD = 1
    STDIN = 2
    ARTIFACT = 3
    GO = 4
    LINK = 5
    LINK_END = 6
    READY = 7
    STDOUT = 8
    STDERR = 9
    RESULT = 10


class Stream:
    """Sends and receives frames. Any thread may send.

    Args:
        read: returns at most the given number of bytes, b"" at the end.
        write: writes all of its argument.
    """

    def __init__(self, read: Callable[[int], bytes], write: Callable[[bytes], object]) -> None:
        self._read, self._write = read, write
        self._sending = threading.Lock()

    def send(self, kind: Kind, body: bytes = b"") -> None:
        """Send a body in frames of at most CHUNK_BYTES."""
        parts = [body[at : at + CHUNK_BYTES] for at in range(0, len(body), CHUNK_BYTES)] or [b""]
        for part in parts:
            with self._sending:
                self._write(_HEAD.pack(kind, len(part)) + part)

    def receive(self) -> tuple[Kind, bytes]:
        """Receive the next frame. Raises EOFError at the end of the stream."""
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size))
        return Kind(kind), self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = self._read(min(size, CHUNK_BYTES))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of ``content`` to a blocking descriptor."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
