"""The queue: requests take turns, it is bounded, and canceled programs leave it."""

from __future__ import annotations

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

from r1.sandbox.backends.fake import FakeSandbox
from r1.sandbox.backends.remote import RemoteSandbox
from r1.sandbox.protocol import (
    Outcome,
    Phase,
    Program,
)


def test_a_small_request_overtakes_a_large_one(held: Held) -> None:
    with serving(held.sandbox, slots=1) as (url, service), ThreadPoolExecutor(2) as threads:
        large = threads.submit(post, url, "/v1/run", {"programs": [{"source": "large"}] * 50})
        assert held.begun.acquire(timeout=10)
        small = threads.submit(post, url, "/v1/run", one("small"))
        assert eventually(lambda: "r1_sandbox_queue_length 50.0" in service.metrics.page().decode())
        held.let_go.set()
        assert small.result().status_code == large.result().status_code == 200
        assert [program.source for program in held.sandbox.asked].index("small") < 4


def test_a_full_queue_says_when_to_come_back(held: Held) -> None:
    with serving(held.sandbox, slots=1, max_waiting=2) as (url, _), ThreadPoolExecutor(2) as threads:
        under_way = threads.submit(post, url, "/v1/run", one("a"))
        assert held.begun.acquire(timeout=10)
        waiting = threads.submit(post, url, "/v1/run", {"programs": [{"source": "b"}] * 2})
        full = "r1_sandbox_queue_length 2.0"
        assert eventually(lambda: full in httpx.get(url + "/metrics", trust_env=False).text)
        answer = post(url, "/v1/run", one("c"))
        assert answer.status_code == 429 and int(answer.headers["retry-after"]) >= 1
        held.let_go.set()
        assert under_way.result().status_code == waiting.result().status_code == 200


def test_requests_beyond_the_memory_are_turned_away(held: Held) -> None:
    with serving(held.sandbox, max_held_bytes=20_000) as (url, service), ThreadPoolExecutor(1) as threads:
        first = threads.submit(post, url, "/v1/run", one("x" * 15_000))
        assert held.begun.acquire(timeout=10)
        assert post(url, "/v1/run", one("y" * 15_000)).status_code == 429
        held.let_go.set()
        assert first.result().status_code == 200
        assert eventually(lambda: service.budget.held_bytes == 0)


def test_results_beyond_the_memory_are_asked_again_in_halves() -> None:
    def chatty(program: Program) -> Outcome:
        return Outcome(Phase.RUN, 0, None, b"o" * 100_000, b"", 0, 0, 0, None, "fake")

    with serving(FakeSandbox(chatty), max_held_bytes=350_000) as (url, service):
        rows = post(url, "/v1/run", {"programs": [{"source": "x"}] * 12}).json()["results"]
        assert {row.get("error", {}).get("kind") for row in rows} == {None, "overloaded"}
        with RemoteSandbox(url) as remote:
            outcomes = remote.run_many([Program("x")] * 12)
        assert all(isinstance(outcome, Outcome) for outcome in outcomes)
        assert eventually(lambda: service.budget.held_bytes == 0)


def test_programs_of_a_client_that_left_are_not_started(held: Held) -> None:
    with serving(held.sandbox, slots=1) as (url, service):
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(url + "/v1/run", json={"programs": [{"source": "x"}] * 9}, timeout=0.5, trust_env=False)
        cancelled = 'outcome="cancelled"} 8.0'
        assert eventually(lambda: cancelled in service.metrics.page().decode())
        held.let_go.set()
        assert post(url, "/v1/run", one("next")).status_code == 200
        assert [program.source for program in held.sandbox.asked] == ["x", "next"]
        assert eventually(lambda: service.budget.held_bytes == 0)
