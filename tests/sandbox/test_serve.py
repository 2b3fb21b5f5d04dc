"""The service: exact bytes, honest errors, bounded memory, one run for equal requests, and nothing left behind."""

from __future__ import annotations

import json
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import TOKEN, ServiceProcess, alive, eventually, post, service_process, serving, usable

from r1.sandbox.backends import remote as serve_client
from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.backends.remote import RemoteSandbox
from r1.sandbox.http_format import LimitsBody, ProgramBody, limits_json, outcome_from, outcome_json, program_json
from r1.sandbox.protocol import (
    MIB,
    Killed,
    Limits,
    Outcome,
    Phase,
    Program,
    Sandbox,
    SandboxError,
    SandboxUnavailable,
)
from r1.sandbox.serve import connection as serve_connection
from r1.sandbox.serve import gate, queue
from r1.sandbox.serve import service as serve_service
from r1.sandbox.serve.gate import Tokens
from r1.verifiers.code import Code
from r1.verifiers.verdict import Status

needs_boxes = pytest.mark.skipif(not usable(), reason="needs hardware: user namespaces")
TEXT = st.text(st.characters(codec=None, exclude_categories=()))
NAMES = st.text("abcXYZ.é", min_size=1, max_size=8).filter(lambda name: name not in (".", ".."))
WORDS = st.lists(st.text(max_size=5), max_size=3).map(tuple)
PROGRAMS = st.builds(
    Program,
    source=TEXT,
    language=st.sampled_from(["python", "cpp", "bash"]),
    stdin=st.binary(max_size=200),
    args=WORDS,
    files=st.dictionaries(NAMES, st.binary(max_size=50), max_size=3),
    compile_only=st.booleans(),
    flags=WORDS,
    link_stdio=st.booleans(),
)
SECONDS = st.floats(0, 1e6)
OUTCOMES = st.builds(
    Outcome,
    phase=st.sampled_from(Phase),
    exit_code=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 64),
    stdout=st.binary(max_size=300),
    stderr=st.binary(max_size=300),
    cpu_s=SECONDS,
    wall_s=SECONDS,
    peak_memory_bytes=st.integers(0, 2**50),
    killed=st.none() | st.sampled_from(Killed),
    tier=st.just("namespaces"),
    artefact_bytes=st.integers(0, 2**40),
)


def one(source: str = "x", **fields: object) -> dict[str, object]:
    return {"programs": [{"source": source}], **fields}


class Held:
    """A fake's answer that waits until it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Semaphore(0), threading.Event()
        self.sandbox = FakeSandbox(self.answer)

    def answer(self, program: Program) -> Outcome:
        self.begun.release()
        assert self.let_go.wait(20)
        return echo(program)


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.let_go.set()


# -- the wire --------------------------------------------------------------------------------------------------------


@given(PROGRAMS)
def test_a_program_survives_the_wire(program: Program) -> None:
    assert ProgramBody.model_validate_json(json.dumps(program_json(program))).program() == program


@given(OUTCOMES)
def test_an_outcome_survives_the_wire(outcome: Outcome) -> None:
    assert outcome_from(json.loads(json.dumps(outcome_json(outcome)))) == outcome


def test_the_wire_knows_every_field() -> None:
    assert set(ProgramBody.model_fields) == {f.name for f in fields(Program)} | {"source_base64", "stdin_base64"}
    assert LimitsBody().limits() == Limits()
    assert LimitsBody.model_validate(limits_json(Limits(3, 4, 5, 6, 7, 8))).limits() == Limits(3, 4, 5, 6, 7, 8)


@pytest.mark.parametrize("row", [{}, {"phase": "run"}, {"phase": "x", "killed": None}, {"outcome": 1}])
def test_half_an_outcome_is_a_loss(row: dict[str, object]) -> None:
    with pytest.raises(SandboxError, match="no outcome"):
        outcome_from(row)


@pytest.fixture(scope="module")
def echoing() -> Iterator[str]:
    with serving(FakeSandbox(lambda p: echo(p))) as (url, _):
        yield url


@pytest.fixture(scope="module")
def remote(echoing: str) -> Iterator[RemoteSandbox]:
    with RemoteSandbox(echoing) as sandbox:
        yield sandbox


@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_bytes_go_through_http_unchanged_and_in_order(remote: RemoteSandbox, inputs: list[bytes]) -> None:
    outcomes = remote.run_many([Program("x", stdin=stdin) for stdin in inputs])
    assert [outcome.stdout for outcome in outcomes if isinstance(outcome, Outcome)] == inputs


# -- answers ---------------------------------------------------------------------------------------------------------


def test_a_lost_program_is_an_error_in_its_place_and_nothing_else() -> None:
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


def test_equal_requests_run_once_and_another_id_runs_again() -> None:
    fake = FakeSandbox()
    with serving(fake) as (url, _):
        answers = [post(url, "/v1/run", one(id="a")).json() for _ in range(3)]
        assert len(fake.asked) == 1 and answers[0] == answers[1] == answers[2]
        post(url, "/v1/run", one(id="b"))
        assert len(fake.asked) == 2


def test_equal_requests_under_way_share_one_run(held: Held) -> None:
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


def test_a_small_request_overtakes_a_large_one(held: Held) -> None:
    with serving(held.sandbox, slots=1) as (url, _), ThreadPoolExecutor(2) as threads:
        large = threads.submit(post, url, "/v1/run", {"programs": [{"source": "large"}] * 50})
        assert held.begun.acquire(timeout=10)
        small = threads.submit(post, url, "/v1/run", one("small"))
        time.sleep(0.3)
        held.let_go.set()
        assert small.result().status_code == large.result().status_code == 200
        assert [program.source for program in held.sandbox.asked].index("small") < 4


def test_blanks_come_while_a_run_takes_long(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_service, "HEARTBEAT_S", 0.05)
    with (
        serving(held.sandbox) as (url, _),
        httpx.stream("POST", url + "/v1/run", json=one(), timeout=20, trust_env=False) as answer,
    ):
        pieces = answer.iter_raw()
        assert [next(pieces) for _ in range(3)] == [b" "] * 3
        held.let_go.set()
        assert json.loads(b"".join(pieces))["results"][0]["outcome"]["code"] == "OK"


# -- refusals --------------------------------------------------------------------------------------------------------


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
        (b'{"programs": [{"source": "x"}], "limits": {"cpu_s": 1e9}}', 422, "limits.cpu_s=1e+09: this"),
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


def test_a_body_without_a_stated_length_is_cut_off_too() -> None:
    with serving(FakeSandbox(), max_body_bytes=8192) as (url, service):
        pieces = (b" " * 1000 for _ in range(1000))
        with suppress(httpx.WriteError):  # the service does not wait for the rest
            assert httpx.post(url + "/v1/run", content=pieces, trust_env=False).status_code == 413
        assert eventually(lambda: service.budget.held_bytes == 0)


def test_a_form_from_a_web_page_is_refused() -> None:
    fake = FakeSandbox()
    with serving(fake) as (url, _):
        headers = {"content-type": "text/plain"}
        answer = httpx.post(url + "/v1/run", content=json.dumps(one()), headers=headers, trust_env=False)
        assert answer.status_code >= 400 and not fake.asked


HEAD = b"POST /v1/run HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("begin", "drip"),
    [(b"", b""), (HEAD, b"a"), (b"GET /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n" + HEAD, b"a")],
    ids=["silent", "drips", "drips after a request"],
)
def test_who_drips_a_head_is_hung_up(begin: bytes, drip: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_body_that_drips_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_TIMEOUT_S", 0.5)
    fake = FakeSandbox()
    with serving(fake) as (url, service), socket.create_connection(address(url), timeout=20) as client:
        client.sendall(HEAD + b"Content-Length: 5000\r\n\r\n{")
        assert client.recv(4096).startswith(b"HTTP/1.1 408")
        assert eventually(lambda: service.budget.held_bytes == 0) and not fake.asked


def address(url: str) -> tuple[str, int]:
    parts = httpx.URL(url)
    assert parts.port is not None
    return parts.host, parts.port


def test_a_full_line_says_when_to_come_back(held: Held) -> None:
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


def test_what_nobody_waits_for_is_not_begun(held: Held) -> None:
    with serving(held.sandbox, slots=1) as (url, service):
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(url + "/v1/run", json={"programs": [{"source": "x"}] * 9}, timeout=0.5, trust_env=False)
        cancelled = 'outcome="cancelled"} 8.0'
        assert eventually(lambda: cancelled in service.metrics.page().decode())
        held.let_go.set()
        assert post(url, "/v1/run", one("next")).status_code == 200
        assert [program.source for program in held.sandbox.asked] == ["x", "next"]
        assert eventually(lambda: service.budget.held_bytes == 0)


# -- health ----------------------------------------------------------------------------------------------------------


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


def test_readiness_goes_after_losses_in_a_row_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
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


# -- the client ------------------------------------------------------------------------------------------------------


def test_the_client_is_a_sandbox_and_travels(echoing: str, remote: RemoteSandbox) -> None:
    assert isinstance(remote, Sandbox) and (remote.tier, remote.workers) == ("fake", 2)
    with pickle.loads(pickle.dumps(remote)) as copy:
        assert copy.run(Program("x", stdin=b"y")).stdout == b"y"
    with pytest.raises(ValueError, match="expected one of"):
        remote.run(Program("x", "pyton"))
    with pytest.raises(ValueError, match="2 programs but 1 limits"):
        remote.run_many([Program("x")] * 2, [Limits()])
    assert remote.run_many([]) == []


def test_large_batches_go_in_many_requests() -> None:
    with serving(FakeSandbox(), max_batch=7, max_body_bytes=100_000) as (url, _), RemoteSandbox(url) as remote:
        inputs = [bytes([i]) * (i * 250) for i in range(200)]
        outcomes = remote.run_many([Program("x", stdin=stdin) for stdin in inputs])
        assert [outcome.stdout for outcome in outcomes if isinstance(outcome, Outcome)] == inputs
        with pytest.raises(ValueError, match="larger than 100000 bytes"):
            remote.run(Program("x" * 100_000))


def test_nobody_there_is_an_error_never_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_client, "TRIES", 2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SandboxUnavailable, match="no answer"):
        RemoteSandbox(f"http://127.0.0.1:{port}")
    with serving(FakeSandbox()) as (url, _):
        remote = RemoteSandbox(url)
    with pytest.raises(SandboxError, match="no answer"):
        remote.run(Program("x"))
    lost = remote.run_many([Program("x")] * 3)
    assert [type(loss) for loss in lost] == [SandboxError] * 3
    with pytest.raises(SandboxError):
        remote.run_linked(Program("x"), Program("y"))
    remote.close()
    with pytest.raises(SandboxError, match="closed"):
        remote.run(Program("x"))
    for url in ("host:1", "ftp://host", ""):
        with pytest.raises(ValueError, match="http://host:port"):
            RemoteSandbox(url)


def test_a_wrong_token_is_said_at_once() -> None:
    with serving(FakeSandbox(), tokens=(TOKEN,)) as (url, _), pytest.raises(SandboxUnavailable, match="token"):
        RemoteSandbox(url, "wrong")


def test_a_broken_connection_is_tried_again(echoing: str) -> None:
    """A proxy that breaks every other connection, after the request and before the answer."""
    target, count = httpx.URL(echoing), [0]

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                count[0] += 1
                threading.Thread(target=relay, args=(client, count[0] % 2 == 0)).start()

    def relay(client: socket.socket, whole: bool) -> None:
        with client, socket.create_connection((target.host, target.port or 80)) as server:
            request = b""
            while not complete(request):
                request += client.recv(1 << 20)
            server.sendall(request)
            answer = b""
            while not complete(answer):
                answer += server.recv(1 << 20)
            if whole:
                client.sendall(answer)

    def complete(message: bytes) -> bool:
        head, found, body = message.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or b"0"
        return bool(found) and len(body) >= int(length)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with RemoteSandbox(f"http://127.0.0.1:{listener.getsockname()[1]}") as remote:
            assert remote.run(Program("x", stdin=b"through")).stdout == b"through"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    assert count[0] >= 4


# -- the command, with the real sandbox ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Iterator[ServiceProcess]:
    with service_process("--workers", "2") as process:
        yield process


@needs_boxes
@pytest.mark.parametrize(
    "source, language", [("import time; time.sleep(50)", "python"), ("while :; do :; done", "bash")]
)
def test_what_runs_is_killed_when_its_client_leaves(real: ServiceProcess, source: str, language: str) -> None:
    def page() -> str:
        return httpx.get(real.url + "/metrics", trust_env=False).text

    cancelled = f'r1_sandbox_runs_total{{language="{language}",outcome="cancelled"}} 1.0'
    program = {"source": source, "language": language}
    body = {"programs": [program], "limits": {"cpu_s": 50, "wall_s": 55}}
    assert cancelled not in page()
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(real.url + "/v1/run", json=body, timeout=1.0, trust_env=False)
    assert eventually(lambda: cancelled in page() and "r1_sandbox_slots_busy 0.0" in page())
    assert post(real.url, "/v1/run", one("print(1)")).status_code == 200


@needs_boxes
def test_the_real_sandbox_from_afar(real: ServiceProcess) -> None:
    data = bytes(range(256)) * 4096
    copy = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    programs = [
        Program(copy, stdin=data),
        Program("while True: pass"),
        Program("x = bytearray(1 << 30)"),
        Program("print('o' * 5_000_000)"),
        Program("int main() { return oops; }", "cpp"),
        Program("import sys; sys.exit(3)"),
        Program("print('\ud800')"),
    ]
    with RemoteSandbox(real.url) as remote:
        outcomes = remote.run_many(programs, Limits(cpu_s=0.5, memory_bytes=256 * MIB))
        codes = [getattr(outcome, "code", outcome) for outcome in outcomes]
        assert codes.pop(2) in ("MLE", "RE", "TLE")  # a bomb that Python itself may notice first
        assert codes == ["OK", "TLE", "OLE", "CE", "RE", "RE"]
        assert isinstance(outcomes[0], Outcome) and outcomes[0].stdout == data and outcomes[0].tier == "namespaces"
        speaks = Program("import os; os.write(3, b'hello')")
        hears = Program("import os; print(os.read(3, 99))")
        assert remote.run_linked(speaks, hears)[1].stdout == b"b'hello'\n"


STDIO = {"language": "python", "tests": [{"stdin": "1 2", "stdout": "3"}, {"stdin": "5 2", "stdout": "7"}]}
CALLS = {"language": "python", "entry_point": "add", "tests": [{"args": [1, 2], "returns": 3}]}
ASSERTS = {"language": "python", "entry_point": "add", "tests": [{"asserts": "assert add([1], [2]) == [1, 2]"}]}
ADDS = "def add(a, b):\n    return a + b"


@needs_boxes
@pytest.mark.parametrize(
    ("truth", "right", "wrong"),
    [
        (STDIO, "print(sum(map(int, input().split())))", "print(3)"),
        (CALLS, ADDS, "def add(a, b):\n    return 3.0"),
        (ASSERTS, ADDS, "import os; os._exit(0)"),
    ],
)
def test_the_code_verifier_judges_from_afar(
    real: ServiceProcess, truth: dict[str, object], right: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve_client, "TRIES", 1)
    with RemoteSandbox(real.url) as remote:
        verifier = Code(sandbox=remote)
        assert verifier(f"```python\n{right}\n```", truth).reward == 1.0
        assert verifier(f"```python\n{wrong}\n```", truth).reward == 0.0
    with serving(FakeSandbox()) as (url, _):
        gone = RemoteSandbox(url)
    verdict = Code(sandbox=gone)(f"```python\n{right}\n```", truth)
    assert verdict.status is Status.UNSCORED and verdict.reward is None
    gone.close()


@needs_boxes
def test_sigterm_finishes_what_runs_and_leaves_nothing() -> None:
    with service_process("--workers", "2") as process, ThreadPoolExecutor(1) as threads:
        source = "import time; time.sleep(2); print('done')"
        answer = threads.submit(post, process.url, "/v1/run", one(source, limits={"cpu_s": 1, "wall_s": 9}))
        assert eventually(lambda: "slots_busy 1.0" in httpx.get(process.url + "/metrics", trust_env=False).text)
        assert eventually(lambda: len(process.family()) > 2)  # a slot is busy a moment before its program is there
        family = process.family()
        code, stderr = process.stop()
        assert answer.result().json()["results"][0]["outcome"]["stdout_base64"] == "ZG9uZQo="
        assert code == 0 and not stderr
        assert eventually(lambda: not alive(family), 5)


@needs_boxes
def test_sigterm_ends_what_outlasts_its_grace() -> None:
    with service_process("--workers", "1", "--grace-s", "1") as process, ThreadPoolExecutor(1) as threads:
        body = one("import time; time.sleep(60)", limits={"wall_s": 90})
        answer = threads.submit(post, process.url, "/v1/run", body)
        assert eventually(lambda: "slots_busy 1.0" in httpx.get(process.url + "/metrics", trust_env=False).text)
        family, begin_s = process.family(), time.monotonic()
        code, _ = process.stop()
        assert code == 0 and time.monotonic() - begin_s < 15
        assert (
            answer.result().status_code == 500
        )  # no outcome: the client tries again elsewhere, or gives up with an error
        assert eventually(lambda: not alive(family), 5)


@needs_boxes
def test_a_killed_service_leaves_no_program() -> None:
    with service_process("--workers", "1") as process, ThreadPoolExecutor(1) as threads:
        answer = threads.submit(post, process.url, "/v1/run", one("while True: pass", limits={"cpu_s": 50}))
        assert eventually(lambda: "slots_busy 1.0" in httpx.get(process.url + "/metrics", trust_env=False).text)
        family = process.family()
        process.process.kill()
        with pytest.raises(httpx.HTTPError):
            answer.result()
        assert eventually(lambda: not alive(family), 5)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "x"], "'x': a whole number from 0 to 65535"),
        (["--workers", "0"], "'0': a whole number from 1"),
        (["--backend", "dokcer"], "unknown backend 'dokcer'; expected one of"),
        (["--backend", "fake"], "runs nothing"),
        (["--host", "0.0.0.0"], "without --token-file"),
        (["--token-file", "/nowhere"], "No such file"),
        (["--token-file", "SHORT"], "at least 16 characters"),
        (["--host", "no.such.host.invalid", "--token-file", "GOOD"], "cannot listen"),
        (["--unknown"], "unrecognized arguments: --unknown"),
    ],
)
def test_a_bad_command_line_is_one_line_and_a_status(options: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "SHORT").write_text("short\n")
    (tmp_path / "GOOD").write_text(TOKEN)
    options = [str(tmp_path / word) if word in ("SHORT", "GOOD") else word for word in options]
    command = [sys.executable, "-m", "r1.sandbox.serve", "--port", "0", *options]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode != 0 and words in run.stderr
    assert run.stderr.startswith("r1.sandbox.serve: ") and run.stderr.count("\n") == 1 and not run.stdout


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "r1.sandbox.serve", "--port", str(listener.getsockname()[1])]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1 and "in use" in run.stderr and run.stderr.count("\n") == 1
