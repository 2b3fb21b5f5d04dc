"""The worker's messages: what is sent is received, and a closed pipe ends the reader."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.judge.worker import receive, send

messages = st.recursive(st.none() | st.integers() | st.text() | st.binary(), lambda inner: st.lists(inner, max_size=3))


@given(st.lists(messages, max_size=5))
def test_messages_arrive_whole_and_in_order(sent: list[Any]) -> None:
    pipe = io.BytesIO()
    for message in sent:
        send(pipe, message)
    pipe.seek(0)
    assert [receive(pipe) for _ in sent] == sent
    with pytest.raises(EOFError):
        receive(pipe)


@given(messages, st.data())
def test_a_message_that_breaks_off_is_the_end(message: Mapping[str, Any], data: st.DataObject) -> None:
    pipe = io.BytesIO()
    send(pipe, message)
    whole = pipe.getvalue()
    with pytest.raises(EOFError):
        receive(io.BytesIO(whole[: data.draw(st.integers(0, len(whole) - 1))]))
