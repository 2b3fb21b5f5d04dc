"""Frames between two boxes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.code.box.wire import MAX_FRAME, Link

JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@given(st.lists(JSON, max_size=5))
def test_messages_arrive_whole_and_in_order(messages: list[Any]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for message in messages:
            Link(ours.fileno()).send(message)
        assert [Link(theirs.fileno()).receive() for _ in messages] == messages


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0",
        b"\0\0\0\5[1",
        b"\0\0\0\1[",
        b"\0\0\0\2\xff\xff",
        (MAX_FRAME + 1).to_bytes(4, "big"),
        (100_000).to_bytes(4, "big") + b"[" * 100_000,
    ],
    ids=["nothing", "half a length", "half a body", "no JSON", "no UTF-8", "too large", "too deep"],
)
def test_anything_but_a_frame_ends_the_conversation(data: bytes, ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    ours.sendall(data)
    ours.close()
    assert Link(theirs.fileno()).receive() is None
