"""The service: equal requests run once, and a long run is shown to be alive."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from serving import (
    Held,
    eventually,
    one,
    post,
    serving,
)

from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.protocol import (
    Outcome,
    Program,
    SandboxError,
)
from r1.sandbox.serve import service as serve_service


def test_equal_requests_run_once_and_another_id_runs_again() -> None:
    fake = FakeSandbox()
    with serving(fake) as (url, _):
        answers = [post(url, "/v1/run", one(id="a")).json() for _ in range(3)]
        assert len(fake.asked) == 1 and answers[0] == answers[1] == answers[2]
        post(url, "/v1/run", one(id="b"))
        assert len(fake.asked) == 2


def test_equal_requests_in_progress_share_one_run(held: Held) -> None:
    with serving(held.sandbox) as (url, service), ThreadPoolExecutor(3) as threads:
        answers = [threads.submit(post, url, "/v1/run", one()) for _ in range(3)]
        assert held.begun.acquire(timeout=10)
        assert eventually(lambda: "r1_sandbox_replays_total 2.0" in service.metrics.page().decode())
        held.let_go.set()
        assert len({answer.result().text for answer in answers}) == 1 and len(held.sandbox.asked) == 1
        assert eventually(lambda: service.budget.held_bytes == 0)


def test_a_request_with_a_loss_is_not_kept() -> None:
    answers = iter([SandboxError("once"), None])

    def answer(program: Program) -> Outcome:
        if (error := next(answers)) is not None:
            raise error
        return echo(program)

    with serving(FakeSandbox(answer)) as (url, _):
        assert "error" in post(url, "/v1/run", one()).json()["results"][0]
        assert "outcome" in post(url, "/v1/run", one()).json()["results"][0]


def test_blanks_are_sent_while_a_run_takes_long(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_service, "HEARTBEAT_S", 0.05)
    with (
        serving(held.sandbox) as (url, _),
        httpx.stream("POST", url + "/v1/run", json=one(), timeout=20, trust_env=False) as answer,
    ):
        pieces = answer.iter_raw()
        assert [next(pieces) for _ in range(3)] == [b" "] * 3
        held.let_go.set()
        assert json.loads(b"".join(pieces))["results"][0]["outcome"]["code"] == "OK"
