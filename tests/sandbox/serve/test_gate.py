"""The gate: tokens, body size, and the time a body may take."""

from __future__ import annotations

import json
import socket
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import (
    JSON_HEAD,
    TOKEN,
    address,
    eventually,
    one,
    post,
    serving,
)

from r1.sandbox.backends.fake import FakeSandbox
from r1.sandbox.backends.remote import RemoteSandbox
from r1.sandbox.protocol import (
    Program,
)
from r1.sandbox.serve import gate
from r1.sandbox.serve.gate import Tokens


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "Basic !!!"}, 401),
        ({"authorization": f"Bearer {TOKEN}x"}, 401),
        ({"authorization": f"Bearer {TOKEN}"}, 200),
        ({"authorization": f"bearer  {TOKEN}"}, 200),
    ],
)
def test_a_token_is_needed(headers: dict[str, str], status: int) -> None:
    fake = FakeSandbox()
    with serving(fake, tokens=("another-token-altogether", TOKEN)) as (url, _):
        assert post(url, "/v1/run", one(), headers=headers).status_code == status
        assert len(fake.asked) == (status == 200)
        assert httpx.get(url + "/metrics", headers=headers, trust_env=False).status_code == status
        assert httpx.get(url + "/health", trust_env=False).status_code == 200


def test_a_token_in_the_url_is_enough_for_clients_that_send_no_header() -> None:
    with serving(FakeSandbox(), tokens=(TOKEN,)) as (url, _):
        for userinfo in (f":{TOKEN}@", f"{TOKEN}@", f"someone:{TOKEN}@"):
            assert post(url.replace("//", f"//{userinfo}"), "/v1/run", one()).status_code == 200
        with RemoteSandbox(url.replace("//", f"//:{TOKEN}@")) as remote:
            assert remote.run(Program("x", stdin=b"y")).stdout == b"y" and TOKEN not in remote.url


@given(st.text(max_size=40))
def test_only_tokens_are_admitted(header: str) -> None:
    assert not Tokens([TOKEN]).admit(header)
    assert not Tokens([TOKEN]).admit(f"Bearer {header}")
    assert Tokens([TOKEN]).admit(f"Bearer {TOKEN}") and Tokens([]).admit(header)


def test_a_body_without_a_stated_length_is_cut_off_too() -> None:
    with serving(FakeSandbox(), max_body_bytes=8192) as (url, service):
        pieces = (b" " * 1000 for _ in range(1000))
        with suppress(httpx.WriteError):  # the service closes the connection before the rest arrives
            assert httpx.post(url + "/v1/run", content=pieces, trust_env=False).status_code == 413
        assert eventually(lambda: service.budget.held_bytes == 0)


def test_a_form_from_a_web_page_is_refused() -> None:
    fake = FakeSandbox()
    with serving(fake) as (url, _):
        headers = {"content-type": "text/plain"}
        answer = httpx.post(url + "/v1/run", content=json.dumps(one()), headers=headers, trust_env=False)
        assert answer.status_code >= 400 and not fake.asked


def test_a_body_that_comes_too_slowly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_TIMEOUT_S", 0.5)
    fake = FakeSandbox()
    with serving(fake) as (url, service), socket.create_connection(address(url), timeout=20) as client:
        client.sendall(JSON_HEAD + b"Content-Length: 5000\r\n\r\n{")
        assert client.recv(4096).startswith(b"HTTP/1.1 408")
        assert eventually(lambda: service.budget.held_bytes == 0) and not fake.asked
