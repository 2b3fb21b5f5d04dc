"""SandboxFusion's interface, asked and judged as verl's client does it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from serving import (
    eventually,
    needs_boxes,
    post,
    service_process,
    serving,
)

from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.protocol import Limits, Outcome, Program, SandboxError
from r1.sandbox.serve import piston

CPP = "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << 2 * n << std::endl; }"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with service_process("--workers", "2", "--max-memory-mb", "1024") as process:
        yield process.url


def verl(
    url: str, code: str, stdin: str | None, expected: str | None, language: str = "python", timeout: int = 2
) -> Any:
    """The result of verl's `sandbox_fusion` reward for one case: True, False, or -1 for a failure of the service, -2 of the
    program, -3 for a timeout, -4 for a compiler error."""
    payload = {
        "compile_timeout": timeout,
        "run_timeout": timeout,
        "code": code,
        "stdin": stdin,
        "memory_limit_MB": 1024,
        "language": language,
        "files": {},
        "fetch_files": [],
    }
    response = post(url, "/run_code", payload)
    if response.status_code != 200:
        return -1
    answer = response.json()
    compiled, run = answer["compile_result"], answer["run_result"]
    if answer["status"] == "Success":
        return run["status"] == "Finished" and (expected is None or run["stdout"].rstrip("\n") == expected.rstrip("\n"))
    if answer["status"] != "Failed":
        return -1
    if compiled and (compiled["status"] != "Finished" or compiled["return_code"] != 0):
        return -4
    return -3 if run["status"] == "TimeLimitExceeded" else -2


@needs_boxes
@pytest.mark.parametrize(
    ("code", "stdin", "expected", "language", "verdict"),
    [
        ("print(int(input()) + 1)", "41", "42", "python", True),
        ("print(int(input()) + 1)", "41", "43", "python", False),
        ("print('no input')", None, None, "python", True),
        ("raise SystemExit(3)", "", "", "python", -2),
        ("import ctypes; ctypes.string_at(0)", "", "", "python", -2),
        ("while True: pass", "", "", "python", -3),
        ("import time; time.sleep(99)", "", "", "python", -3),
        ("x = b'x' * (1 << 34)", "", "", "python", -2),
        ("print('x' * 348_000)", "", "x" * 348_000, "python", True),
        ("print('x' * 99_000_000)", "", "x" * 99_000_000, "python", -2),
        (CPP, "21", "42", "cpp", True),
        ("int main() { return oops; }", "", "", "cpp", -4),
        ("echo $((6 * 7))", "", "42", "bash", True),
        ("<?php echo 1;", "", "1", "php", -1),
    ],
)
def test_verl_judges_as_with_sandbox_fusion(
    url: str, code: str, stdin: str | None, expected: str | None, language: str, verdict: Any
) -> None:
    assert repr(verl(url, code, stdin, expected, language)) == repr(verdict)  # True is not 1


@needs_boxes
def test_run_code_has_every_field_that_clients_read(url: str) -> None:
    answer = post(url, "/run_code", {"code": CPP, "language": "cpp", "stdin": "4"}).json()
    assert set(answer) == {"status", "message", "compile_result", "run_result", "executor_pod_name", "files"}
    command = {"status", "execution_time", "return_code", "stdout", "stderr"}
    assert set(answer["compile_result"]) == set(answer["run_result"]) == command
    assert answer["compile_result"]["return_code"] == 0 and answer["compile_result"]["stdout"] == ""
    assert answer["files"] == {} and answer["run_result"]["stdout"] == "8\n"
    data = {"code": "print(open('a.txt').read())", "language": "python", "files": {"a.txt": "aGk=", "b": None}}
    assert post(url, "/run_code", data).json()["run_result"]["stdout"] == "hi\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"language": "php"}, "'php' is not offered"),
        ({"run_timeout": 1e6}, "cpu_s"),
        ({"run_timeout": -1}, "run_timeout"),
        ({"memory_limit_MB": 1 << 30}, "memory_bytes"),
        ({"fetch_files": ["a"]}, "fetch_files"),
        ({"files": {"a/b": ""}}, "plain file name"),
        ({"files": {"a": "%"}}, "base64"),
    ],
)
def test_run_code_refuses_what_it_cannot_do(change: dict[str, Any], words: str) -> None:
    with serving(FakeSandbox()) as (url, _):
        answer = post(url, "/run_code", {"code": "x", "language": "python"} | change)
        assert answer.status_code == 422 and words in answer.json()["message"]


def lost(program: Program) -> Outcome:
    raise SandboxError("two workers died")


def test_a_loss_is_a_sandbox_error_for_verl_and_a_500_for_open_r1() -> None:
    with serving(FakeSandbox(lost)) as (url, _):
        answer = post(url, "/run_code", {"code": "x", "language": "python"})
        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["message"]) == ("SandboxError", "two workers died")
        assert answer.json()["run_result"] is None
        execute = {"language": "python", "version": "*", "files": [{"content": "x"}]}
        assert post(url, "/api/v2/execute", execute).status_code == 500  # open-r1's client retries


def test_a_busy_service_answers_what_each_client_takes_as_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """verl's client retries after 504 only, open-r1's after any status but 200."""
    monkeypatch.setattr(piston, "START_WITHIN_S", 0.2)
    monkeypatch.setattr("r1.sandbox.serve.fusion.CLIENT_SLACK_S", 0.1)
    let_go, begun = threading.Event(), threading.Semaphore(0)

    def answer(program: Program) -> Outcome:
        begun.release()
        assert let_go.wait(20)
        return echo(program)

    with serving(FakeSandbox(answer), slots=1, max_waiting=1) as (url, service), ThreadPoolExecutor(3) as threads:
        running = threads.submit(post, url, "/run_code", {"code": "x", "language": "python"})
        assert begun.acquire(timeout=10)
        late = {"code": "x", "language": "python", "compile_timeout": 0.1}
        assert post(url, "/run_code", late).status_code == 504  # it waited, was not started, and left the queue
        execute = {"language": "python", "version": "*", "files": [{"content": "x"}]}
        assert post(url, "/api/v2/execute", execute).status_code == 429
        waiting = threads.submit(post, url, "/v1/run", {"programs": [{"source": "x"}]})
        assert eventually(lambda: "queue_length 1.0" in service.metrics.page().decode())
        assert post(url, "/run_code", late).status_code == 504  # the queue is full
        let_go.set()
        assert running.result().status_code == waiting.result().status_code == 200


def test_the_wall_limit_exceeds_the_timeout_but_not_the_clients_patience() -> None:
    asked: list[Limits] = []

    class Recorder(FakeSandbox):
        def run(self, program: Program, limits: Limits | None = None) -> Outcome:
            asked.append(limits or Limits())
            return super().run(program)

    with serving(Recorder()) as (url, _):
        post(url, "/run_code", {"code": "x", "language": "python", "run_timeout": 10, "memory_limit_MB": 100})
        post(url, "/run_code", {"code": "x", "language": "python", "run_timeout": 1})
        body = {
            "language": "python",
            "version": "*",
            "files": [{"content": "x"}],
            "run_timeout": 2000,
            "run_cpu_time": 500,
        }
        post(url, "/api/v2/execute", body)
    assert [(limits.cpu_s, limits.wall_s) for limits in asked] == [(10, 15), (1, 2), (0.5, 4)]
    assert asked[0].memory_bytes == 100 << 20
