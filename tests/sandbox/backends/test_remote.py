"""The client of the service: a Sandbox that splits batches, retries, and reports losses as errors."""

from __future__ import annotations

import pickle
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import (
    TOKEN,
    ServiceProcess,
    needs_boxes,
    service_process,
    serving,
)

from r1.sandbox.backends import remote as serve_client
from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.backends.remote import RemoteSandbox
from r1.sandbox.protocol import (
    MIB,
    Limits,
    Outcome,
    Program,
    Sandbox,
    SandboxError,
    SandboxUnavailable,
)
from r1.verifiers.code import Code
from r1.verifiers.verdict import Status


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


def test_the_client_is_a_sandbox_and_can_be_pickled(echoing: str, remote: RemoteSandbox) -> None:
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


def test_a_service_that_does_not_answer_raises_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_wrong_token_raises_at_once() -> None:
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


@pytest.fixture(scope="module")
def real() -> Iterator[ServiceProcess]:
    with service_process("--workers", "2") as process:
        yield process


@needs_boxes
def test_real_programs_run_through_the_client(real: ServiceProcess) -> None:
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
        assert codes.pop(2) in ("MLE", "RE", "TLE")  # Python itself may refuse the memory first
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
def test_the_code_verifier_judges_through_the_client(
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
