"""Frames: bodies of any size cross a byte stream that reads and writes in pieces."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox.wall import frames
from r1.sandbox.wall.frames import Kind, Stream


class Pipe:
    """A byte stream in memory; reads give at most ``piece`` bytes at a time."""

    def __init__(self, piece: int) -> None:
        self.held, self.piece = bytearray(), piece
        self.stream = Stream(self.read, self.held.extend)

    def read(self, size: int) -> bytes:
        part = bytes(self.held[: min(size, self.piece)])
        del self.held[: len(part)]
        return part


@given(st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=60)), max_size=5), st.integers(1, 70))
def test_frames_arrive_whole_and_in_order(sent: list[tuple[Kind, bytes]], piece: int) -> None:
    pipe = Pipe(piece)
    for kind, body in sent:
        pipe.stream.send(kind, body)
    assert [pipe.stream.receive() for _ in sent] == sent
    with pytest.raises(EOFError):
        pipe.stream.receive()


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 1000])
def test_a_large_body_takes_several_frames(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "CHUNK_BYTES", 100)
    pipe = Pipe(64)
    body = bytes(i % 256 for i in range(size))
    pipe.stream.send(Kind.STDOUT, body)
    pipe.stream.send(Kind.RESULT, b"end")
    parts = []
    while (frame := pipe.stream.receive())[0] is Kind.STDOUT:
        parts.append(frame[1])
    assert b"".join(parts) == body and len(parts) == max(1, -(-size // 100)) and frame == (Kind.RESULT, b"end")


def test_a_stream_that_ends_within_a_frame_ends() -> None:
    pipe = Pipe(64)
    pipe.stream.send(Kind.STDIN, b"whole")
    del pipe.held[-1]
    with pytest.raises(EOFError):
        pipe.stream.receive()


def test_threads_do_not_mix_their_frames() -> None:
    pipe = Pipe(1 << 16)
    senders = [
        threading.Thread(target=lambda n=n: [pipe.stream.send(Kind.LINK, bytes([n]) * 50) for _ in range(50)])  # type: ignore[misc]
        for n in range(4)
    ]
    [sender.start() for sender in senders]
    [sender.join() for sender in senders]
    bodies = [pipe.stream.receive()[1] for _ in range(200)]
    assert sorted(set(bodies)) == [bytes([n]) * 50 for n in range(4)]
