"""The batch API: results in order, losses as errors in their place, metrics and readiness."""

from __future__ import annotations

import httpx
import pytest
from serving import (
    post,
    serving,
)
from shared_data import ROOT

from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.backends.remote import RemoteSandbox
from r1.sandbox.http_format import outcome_from
from r1.sandbox.languages import LANGUAGES
from r1.sandbox.protocol import (
    Killed,
    Outcome,
    Phase,
    Program,
    SandboxError,
)
from r1.sandbox.serve import queue
from r1.sandbox.serve.app import create_app
from r1.sandbox.serve.service import Service, Settings


def test_a_lost_program_is_an_error_in_its_place() -> None:
    def answer(program: Program) -> Outcome:
        if program.source == "lost":
            raise SandboxError("a worker died")
        if program.source == "odd":
            raise ValueError("cannot be run")
        if program.source == "bug":
            raise RuntimeError("a defect")
        return echo(program)

    with serving(FakeSandbox(answer)) as (url, _):
        rows = [{"source": name, "stdin": name} for name in ("a", "lost", "odd", "bug", "b")]
        first, lost, odd, bug, last = post(url, "/v1/run", {"programs": rows}).json()["results"]
        assert outcome_from(first["outcome"]).stdout == b"a" and outcome_from(last["outcome"]).stdout == b"b"
        assert lost == {"error": {"kind": "lost", "message": "a worker died"}}
        assert odd["error"]["kind"] == "invalid" and bug["error"]["kind"] == "lost"
        remote = RemoteSandbox(url)
        outcomes = remote.run_many([Program("a"), Program("lost")])
        assert isinstance(outcomes[0], Outcome) and isinstance(outcomes[1], SandboxError)
        with pytest.raises(SandboxError, match="a worker died"):
            remote.run(Program("lost"))
        with pytest.raises(ValueError, match="cannot be run"):
            remote.run(Program("odd"))
        remote.close()


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 422, "JSON"),
        (b"[]", 422, "body"),
        (b'{"programs": []}', 422, "programs"),
        (b'{"programs": [{"source": "x", "language": "pyton"}]}', 422, "programs.0.language: unknown language 'pyton'; expected one of"),
        (b'{"programs": [{"source": "x", "extra": 1}]}', 422, "programs.0.extra"),
        (b'{"programs": [{}]}', 422, "exactly one of source"),
        (b'{"programs": [{"source": "x", "stdin_base64": "a_b="}]}', 422, "stdin_base64: is not base64"),
        (b'{"programs": [{"source": "x", "files": {"../x": ""}}]}', 422, "plain file name"),
        (b'{"programs": [{"source": "x"}], "limits": [{}, {}]}', 422, "1 programs but 2 limits"),
        (b'{"programs": [{"source": "x"}], "limits": {"cpu_s": 1e9}}', 422, "limits.cpu_s=1e+09 is too large"),
        (b'{"programs": [{"source": "x"}], "limits": {"cpu_s": NaN}}', 422, "cpu_s"),
        (b'{"programs": [{"source": "x"}], "limits": {"wall_s": 1e9}}', 422, "wall_s"),
        (b'{"programs": [{"source": "x"}], "limits": {"memory_bytes": 1e15}}', 422, "memory_bytes"),
        (b'{"programs": [{"source": "x"}, {"source": "x"}, {"source": "x"}, {"source": "x"}]}', 413, "at most 3"),
        (b" " * 9000, 413, "larger than 8192 bytes"),
    ],
)  # fmt: skip
def test_bad_requests_are_refused_in_one_line(body: bytes, status: int, words: str) -> None:
    fake = FakeSandbox()
    with serving(fake, max_batch=3, max_body_bytes=8192) as (url, _):
        headers = {"content-type": "application/json"}
        answer = httpx.post(url + "/v1/run", content=body, headers=headers, trust_env=False)
        assert answer.status_code == status and words in answer.json()["message"]
        assert "\n" not in answer.json()["message"] and not fake.asked


def test_metrics_count_runs_by_outcome() -> None:
    def answer(program: Program) -> Outcome:
        killed = Killed.CPU if program.source == "slow" else None
        return Outcome(Phase.RUN, 0, None, b"", b"", 0.0, 0.0, 0, killed, "fake")

    with serving(FakeSandbox(answer), slots=3) as (url, _):
        post(url, "/v1/run", {"programs": [{"source": "slow"}, {"source": "x"}, {"source": "x"}]})
        page = httpx.get(url + "/metrics", trust_env=False).text
    for line in (
        'r1_sandbox_runs_total{language="python",outcome="OK"} 2.0',
        'r1_sandbox_runs_total{language="python",outcome="TLE"} 1.0',
        "r1_sandbox_run_seconds_count 3.0",
        "r1_sandbox_slots 3.0",
        "r1_sandbox_slots_busy 0.0",
        "r1_sandbox_queue_length 0.0",
        'r1_sandbox_requests_total{route="/v1/run",status="200"} 1.0',
    ):
        assert line in page


def test_readiness_ends_after_losses_in_a_row_and_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PROBE_EVERY_S", 0.0)
    broken = [True]

    def answer(program: Program) -> Outcome:
        if broken[0]:
            raise SandboxError("the daemon is gone")
        return echo(program)

    with serving(FakeSandbox(answer)) as (url, _):
        assert httpx.get(url + "/ready", trust_env=False).status_code == 200
        post(url, "/v1/run", {"programs": [{"source": "x"}] * 3})
        assert httpx.get(url + "/ready", trust_env=False).status_code == 503
        broken[0] = False
        assert httpx.get(url + "/ready", trust_env=False).status_code == 200


def test_every_route_is_documented() -> None:
    service = Service(FakeSandbox(), Settings(1))
    try:
        paths = {route.path for route in create_app(service).routes if hasattr(route, "methods")} - {"/openapi.json"}
    finally:
        service.queue.end()
        service.queue.join()
    text = (ROOT / "docs/serve.md").read_text(encoding="utf-8")
    piston = {path for path in paths if path.startswith("/api/v2/")}
    assert len(piston) == 5 and "/api/v2/piston" in text and "/runtimes" in text
    assert [path for path in paths - piston - {"/v1/ping"} if path not in text] == []


def test_info_says_what_a_request_may_ask_for() -> None:
    with serving(FakeSandbox(), slots=3, max_batch=7) as (url, _):
        info = httpx.get(url + "/v1/info", trust_env=False).json()
        ping = httpx.get(url + "/v1/ping", trust_env=False).json()
    assert (info["tier"], info["slots"], info["max_batch"], ping) == ("fake", 3, 7, "pong")
    assert info["languages"] == list(LANGUAGES) and info["limits"]["wall_s"] == info["limits"]["cpu_s"] * 3 + 1
