"""Piston's interface, asked as open-r1's client asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from serving import (
    execute,
    needs_boxes,
    post,
    service_process,
    serving,
)

from r1.sandbox.backends.fake import FakeSandbox

CPP = "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << 2 * n << std::endl; }"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with service_process("--workers", "2", "--max-memory-mb", "1024") as process:
        yield process.url


@needs_boxes
def test_piston_stages(url: str) -> None:
    answer = execute(url, "py", "import sys; print(input(), sys.argv[1])", stdin="hi", args=["there"])
    assert answer["language"] == "python" and "compile" not in answer
    run = answer["run"]
    assert run["stdout"] == run["output"] == "hi there\n" and run["stderr"] == ""
    assert (run["code"], run["signal"]) == (0, None)
    assert (run["status"], run["message"]) == (None, None) and run["wall_time"] > 0 and run["memory"] > 0
    answer = execute(url, "c++", CPP, stdin="21")
    assert answer["language"] == "c++" and answer["compile"]["code"] == 0 and answer["run"]["stdout"] == "42\n"
    answer = execute(url, "c++", "int main() { return oops; }")
    assert answer["compile"]["code"] == 1 and "oops" in answer["compile"]["stderr"]
    assert answer["run"] == answer["compile"]


@needs_boxes
@pytest.mark.parametrize(
    ("source", "code", "signal", "status"),
    [
        ("raise SystemExit(3)", 3, None, "RE"),
        ("import ctypes; ctypes.string_at(0)", None, "SIGSEGV", "SG"),
        ("while True: pass", None, "SIGKILL", "TO"),
        ("print('x' * 99_000_000)", None, "SIGKILL", "OL"),
    ],
)
def test_piston_says_why_a_run_ended(url: str, source: str, code: int | None, signal: str | None, status: str) -> None:
    run = execute(url, "python", source, run_timeout=1000)["run"]
    assert (run["code"], run["signal"], run["status"]) == (code, signal, status)


@needs_boxes
def test_piston_lists_what_runs_and_takes_files(url: str) -> None:
    runtimes = {row["language"]: row for row in httpx.get(url + "/api/v2/runtimes", timeout=60, trust_env=False).json()}
    assert runtimes["python"]["version"].startswith("3.") and "py" in runtimes["python"]["aliases"]
    assert "c++" in runtimes and "brainfuck" not in runtimes
    files = [
        {"name": "data.bin", "content": "aGk=", "encoding": "base64"},
        {"name": "m.py", "content": "print(open('data.bin').read(), open('hex').read())"},
        {"name": "hex", "content": "6869", "encoding": "hex"},
    ]
    assert execute(url, "python", "", files=files)["run"]["stdout"] == "hi hi\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"language": "brainfuck"}, "brainfuck-* runtime is unknown"),
        ({"version": None}, "version"),
        ({"files": []}, "files"),
        ({"files": [{"name": "a/b", "content": ""}]}, "plain file name"),
        ({"files": [{"content": "zz", "encoding": "hex"}]}, "files[0]"),
        ({"files": [{"content": "aGk=", "encoding": "base64"}]}, "at least one utf8"),
        ({"files": [{"name": "a", "content": ""}, {"name": "a", "content": ""}]}, "comes twice"),
        ({"run_timeout": 1e9}, "run_timeout cannot exceed the configured limit of 60000"),
        ({"run_memory_limit": 1 << 40}, "run_memory_limit cannot exceed"),
        ({"language": "cf_python3"}, "a graded request needs"),
        ({"language": "cms_ioi"}, "runtime is unknown"),
    ],
)
def test_piston_refuses_with_400_and_a_message(change: dict[str, Any], words: str) -> None:
    with serving(FakeSandbox()) as (url, _):
        body = {"language": "python", "version": "*", "files": [{"content": "x"}]} | change
        answer = post(url, "/api/v2/execute", body)
        assert answer.status_code == 400 and words in answer.json()["message"]
