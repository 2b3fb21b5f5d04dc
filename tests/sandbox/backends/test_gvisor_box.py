"""The gVisor backend: what a missing runtime reports, and the relay between a slot and a byte stream."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox import SandboxUnavailable, open_sandbox
from r1.sandbox.backends import docker_box, gvisor_box, relay
from r1.sandbox.wall.frames import Kind, Stream
from r1.sandbox.wall.packets import Job, Mode, Reason, Result
from r1.sandbox.wall.slot import Box, Order, Slot


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    try:
        found = docker_box._client()
        docker_box._image(found)
    except SandboxUnavailable as refusal:
        pytest.skip(str(refusal))
    yield found
    found.close()


def test_a_missing_runtime_is_named(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gvisor_box, "RUNTIME", "runsc-of-nobody")
    monkeypatch.setattr(docker_box, "_worked", [])
    with pytest.raises(
        SandboxUnavailable, match=r"docker\+runsc: the daemon has no runtime runsc-of-nobody .*install runsc"
    ):
        open_sandbox("docker+runsc")


def docker_pieces(*pieces: tuple[int, bytes]) -> bytes:
    """Output of an attached container: each piece has a head with the number of its stream and its length."""
    return b"".join(struct.pack(">BxxxI", stream, len(piece)) + piece for stream, piece in pieces)


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=5), st.integers(1, 40))
def test_the_pieces_of_stdout_are_one_stream_and_stderr_is_the_log(pieces: list[bytes], size: int) -> None:
    ours, theirs = socket.socketpair()
    log = os.memfd_create("log")
    with ours, theirs:
        attached = relay.Attached(ours, log)
        for piece in pieces:
            theirs.sendall(docker_pieces((2, b"!"), (1, piece)))
        theirs.shutdown(socket.SHUT_WR)
        read = b""
        while part := attached.read(size):
            assert len(part) <= size
            read += part
        assert read == b"".join(pieces) and os.pread(log, 99, 0) == b"!" * len(pieces)
    os.close(log)


def test_the_relay_answers_a_slot_as_a_runner_would() -> None:
    """The slot's descriptors on one side, frames on the other, with this test in the bridge's place."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    near, far = socket.socketpair()
    frames = Stream(far.recv, far.sendall)

    def bridge() -> None:
        given: dict[Kind, bytes] = {}
        while (frame := frames.receive())[0] is not Kind.GO:
            given[frame[0]] = frame[1]
        frames.send(Kind.STDOUT, given[Kind.STDIN])
        frames.send(Kind.STDERR, given[Kind.PAYLOAD])
        frames.send(Kind.RESULT, Result(0, Reason.NONE, 0.1, 0.2, 3, False).pack())

    served = (theirs, near, Stream(near.recv, near.sendall), os.memfd_create("log"))
    threads = [threading.Thread(target=relay.serve, args=served), threading.Thread(target=bridge)]
    [thread.start() for thread in threads]
    slot = Slot(Box(0, control, os.memfd_create("log")), "test")
    delivery = slot.run(Order(Job(Mode.PYTHON, 1, 60, 1, 1, 1, 0, 1, 100), b"payload", b"stdin"))
    assert (delivery.stdout, delivery.stderr, delivery.result.peak_bytes) == (b"stdin", b"payload", 3)
    slot.close()
    [thread.join(20) for thread in threads]
    assert not any(thread.is_alive() for thread in threads)
    assert far.recv(1) == b""  # hung up on both sides
    far.close()
