"""The deadline for a request head."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from serving import (
    JSON_HEAD,
    Held,
    address,
    one,
    post,
    serving,
)

from r1.sandbox.backends.fake import FakeSandbox
from r1.sandbox.serve import connection as serve_connection


@pytest.mark.parametrize(
    ("begin", "drip"),
    [(b"", b""), (JSON_HEAD, b"a"), (b"GET /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n" + JSON_HEAD, b"a")],
    ids=["silent", "drips", "drips after a request"],
)
def test_a_connection_whose_head_comes_too_slowly_is_closed(
    begin: bytes, drip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve_connection, "HEAD_TIMEOUT_S", 0.5)
    with serving(FakeSandbox()) as (url, _), socket.create_connection(address(url), timeout=20) as client:
        client.sendall(begin)
        client.settimeout(0.1)
        until = time.monotonic() + 20
        ended = False
        while not ended and time.monotonic() < until:
            try:
                client.sendall(drip)
                ended = client.recv(4096) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
        assert ended


def test_a_long_run_is_not_a_slow_head(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_connection, "HEAD_TIMEOUT_S", 0.3)
    with serving(held.sandbox) as (url, _), ThreadPoolExecutor(1) as threads:
        answer = threads.submit(post, url, "/v1/run", one("long"))
        assert held.begun.acquire(timeout=10)
        time.sleep(0.8)
        held.let_go.set()
        assert answer.result().status_code == 200
