"""Packets: the binary messages between the host and a box's runner, one each way for a run, and the payload's layout.

Standard library only: both sides of the wall use it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Mode(IntEnum):
    """What the forked child does with the payload."""

    PYTHON = 0  # run the first file in the warm interpreter
    EXEC = 1  # execute argv, or the artifact descriptor
    COMPILE = 2  # run the compiler, then write its artifact to stdout


class Reason(IntEnum):
    """Why the runner killed a run."""

    NONE = 0
    CPU = 1
    WALL = 2
    MEMORY = 3
    ASKED = 4  # the host asked for it
    PROCESSES = 5  # only in gVisor, whose kernel does not refuse them itself


_MODES = tuple(Mode)  # indexing is faster than Mode(number)


@dataclass(slots=True)  # not frozen, because frozen instances are slow to create
class Job:
    """One run as numbers only. The child reads program, input and arguments from its descriptors; the runner never sees them."""

    mode: Mode
    cpu_s: float
    wall_s: float
    memory_bytes: int
    file_bytes: int
    tmpfs_bytes: int
    address_bytes: int  # RLIMIT_AS; 0 = none
    processes: int
    output_bytes: int  # cap on stdout and on stderr, each; the reader enforces it
    has_artifact: bool = False
    has_link: bool = False
    link_is_stdio: bool = False  # the link is also stdin and stdout

    _FORMAT = struct.Struct("<BBBBIddQQQQQ")  # `struct job` of steps.c
    BYTES = _FORMAT.size

    def pack(self) -> bytes:
        flags = (self.has_artifact, self.has_link, self.link_is_stdio)
        head = (self.mode, *flags, self.processes, self.cpu_s, self.wall_s)
        sizes = (self.memory_bytes, self.file_bytes, self.tmpfs_bytes, self.address_bytes, self.output_bytes)
        return self._FORMAT.pack(*head, *sizes)

    @classmethod
    def unpack(cls, data: bytes) -> Job:
        mode, artifact, link, stdio, processes, cpu_s, wall_s, *sizes, output = cls._FORMAT.unpack(data)
        memory, files, tmpfs, address = sizes
        head = (_MODES[mode], cpu_s, wall_s, memory, files, tmpfs, address, processes, output)
        return cls(*head, bool(artifact), bool(link), bool(stdio))


@dataclass(slots=True)
class Result:
    """What the runner measured. ``step`` names a step of the jail that failed; then the program has not run."""

    status: int  # as returned by wait(2)
    reason: Reason
    cpu_s: float
    wall_s: float
    peak_bytes: int
    survivors: bool
    step: str = ""
    errno: int = 0

    _FORMAT = struct.Struct("<iBBxxIddQ")  # `struct result` of steps.c

    def pack(self) -> bytes:
        head = (self.status, self.reason, self.survivors, self.errno, self.cpu_s, self.wall_s, self.peak_bytes)
        return self._FORMAT.pack(*head) + self.step.encode()

    @classmethod
    def unpack(cls, data: bytes) -> Result:
        size = cls._FORMAT.size
        status, reason, survivors, errno, cpu_s, wall_s, peak = cls._FORMAT.unpack(data[:size])
        return cls(status, Reason(reason), cpu_s, wall_s, peak, bool(survivors), data[size:].decode(), errno)


_HEAD = struct.Struct("<I")
_RECORD = struct.Struct("<II")


def pack_files(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files as records of (length of name, length of content, name, content)."""
    out = []
    for name, content in files:
        encoded = name.encode()
        out += [_RECORD.pack(len(encoded), len(content)), encoded, content]
    return b"".join(out)


def unpack_files(data: bytes) -> list[tuple[str, bytes]]:
    """The files that `pack_files` packed."""
    files, at = [], 0
    while at < len(data):
        name_size, size = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        files.append((data[at : at + name_size].decode(), data[at + name_size : at + name_size + size]))
        at += name_size + size
    return files


def pack_payload(argv: Iterable[str], environment: dict[str, str], artifact: str, records: bytes) -> bytes:
    """The child's input: command line, environment, name or glob of the compiler's artifact, and packed files."""
    head = json.dumps([list(argv), environment, artifact]).encode()
    return _HEAD.pack(len(head)) + head + records


def unpack_payload(data: bytes) -> tuple[list[str], dict[str, str], str, list[tuple[str, bytes]]]:
    """The arguments of `pack_payload`, with the files unpacked."""
    size = _HEAD.size
    length = _HEAD.unpack_from(data)[0]
    argv, environment, artifact = json.loads(data[size : size + length])
    return argv, environment, artifact, unpack_files(data[size + length :])
