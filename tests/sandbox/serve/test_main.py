"""``python -m r1.sandbox.serve``: its command line, its end, and what it leaves behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from serving import (
    TOKEN,
    ServiceProcess,
    alive,
    eventually,
    needs_boxes,
    one,
    post,
    service_process,
)

from r1.sandbox.serve.__main__ import parse


@pytest.fixture(scope="module")
def real() -> Iterator[ServiceProcess]:
    with service_process("--workers", "2") as process:
        yield process


@needs_boxes
@pytest.mark.parametrize(
    "source, language", [("import time; time.sleep(50)", "python"), ("while :; do :; done", "bash")]
)
def test_a_run_is_killed_when_its_client_leaves(real: ServiceProcess, source: str, language: str) -> None:
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
def test_sigterm_finishes_runs_in_progress_and_leaves_nothing() -> None:
    with service_process("--workers", "2") as process, ThreadPoolExecutor(1) as threads:
        source = "import time; time.sleep(2); print('done')"
        answer = threads.submit(post, process.url, "/v1/run", one(source, limits={"cpu_s": 1, "wall_s": 9}))
        assert eventually(lambda: "slots_busy 1.0" in httpx.get(process.url + "/metrics", trust_env=False).text)
        assert eventually(lambda: len(process.family()) > 2)  # a slot is busy shortly before its program starts
        family = process.family()
        code, stderr = process.stop()
        assert answer.result().json()["results"][0]["outcome"]["stdout_base64"] == "ZG9uZQo="
        assert code == 0 and not stderr
        assert eventually(lambda: not alive(family), 5)


@needs_boxes
def test_sigterm_ends_runs_that_outlast_the_grace_period() -> None:
    with service_process("--workers", "1", "--grace-s", "1") as process, ThreadPoolExecutor(1) as threads:
        body = one("import time; time.sleep(60)", limits={"wall_s": 90})
        answer = threads.submit(post, process.url, "/v1/run", body)
        assert eventually(lambda: "slots_busy 1.0" in httpx.get(process.url + "/metrics", trust_env=False).text)
        family = process.family()
        code, _ = process.stop()
        assert code == 0
        assert answer.result().status_code == 500  # not an outcome: the client tries another service, or raises
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
        (["--port", "x"], "'x' is not a whole number from 0 to 65535"),
        (["--workers", "0"], "'0' is not a whole number from 1"),
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


def test_the_command_line_has_defaults_for_everything(tmp_path: Path) -> None:
    args = parse([])
    assert (args.host, args.port, args.backend, args.tokens) == ("127.0.0.1", 8080, "auto", ())
    assert args.workers == len(os.sched_getaffinity(0))
    (tmp_path / "tokens").write_text(f"{TOKEN}\n\n  {TOKEN}-2  \n")
    args = parse(["--host", "0.0.0.0", "--token-file", str(tmp_path / "tokens")])
    assert args.tokens == (TOKEN, f"{TOKEN}-2")


def test_a_mistake_on_the_command_line_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--workers", "many"])
    assert ended.value.code == 2 and capsys.readouterr().err.startswith("r1.sandbox.serve: argument --workers: 'many'")
