"""A sandbox service for tests: in this process in front of a fake sandbox, or as a process of its own with a real one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from r1.sandbox import SandboxUnavailable, open_sandbox
from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.protocol import Outcome, Program, Sandbox
from r1.sandbox.serve.__main__ import listen
from r1.sandbox.serve.app import create_app
from r1.sandbox.serve.connection import PromptProtocol
from r1.sandbox.serve.service import Service, Settings

TOKEN = "a-token-of-enough-characters"
JSON_HEAD = b"POST /v1/run HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
"""The first lines of a request, without its length."""


@contextmanager
def serving(sandbox: Sandbox, **settings: Any) -> Iterator[tuple[str, Service]]:
    """The URL of a service in this process, and the service itself."""
    service = Service(sandbox, Settings(**({"slots": 2} | settings)))
    config = uvicorn.Config(
        create_app(service), http=PromptProtocol, log_config=None, lifespan="off", timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    listener = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", service
    finally:
        server.should_exit = True
        thread.join(20)
        service.queue.end()
        sandbox.close()
        service.queue.join()
        assert not thread.is_alive()


class ServiceProcess:
    """A service as its own process, with the real sandbox."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "r1.sandbox.serve", "--port", "0", "--backend", "namespaces", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.match(r"listening on (http://\S+)", line)
        assert found, line + self.process.communicate(timeout=20)[1]
        self.url = found[1]

    def family(self) -> set[int]:
        """The process and its descendants."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family

    def stop(self, timeout_s: float = 30) -> tuple[int, str]:
        """SIGTERM and wait: its exit status and its stderr."""
        self.process.send_signal(signal.SIGTERM)
        _, stderr = self.process.communicate(timeout=timeout_s)
        return self.process.returncode, stderr


@contextmanager
def service_process(*options: str) -> Iterator[ServiceProcess]:
    program = ServiceProcess(*options)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.process.kill()
        program.process.communicate(timeout=20)


def descendants() -> int:
    """How many processes descend from this one, with itself."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    found, edge = set[int](), {os.getpid()}
    while edge:
        edge = {pid for pid, parent in parents.items() if parent in edge} - found
        found |= edge
    return len(found)


def alive(pids: set[int]) -> set[int]:
    """The processes that are still alive; a zombie is not."""
    living = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            living.add(pid)
    return living


def eventually(true: Any, within_s: float = 10.0) -> bool:
    """Whether ``true()`` becomes true within the given time."""
    end = time.monotonic() + within_s
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def post(url: str, path: str, body: Any, **kwargs: Any) -> httpx.Response:
    return httpx.post(url + path, json=body, timeout=30, trust_env=False, **kwargs)


def usable() -> bool:
    """Whether this machine has the namespaces backend."""
    try:
        open_sandbox("namespaces", 1).close()
    except SandboxUnavailable:
        return False
    return True


needs_boxes = pytest.mark.skipif(not usable(), reason="needs hardware: user namespaces")


class Held:
    """A fake sandbox whose runs wait for ``let_go``; ``begun`` is released once for each run that has started."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Semaphore(0), threading.Event()
        self.sandbox = FakeSandbox(self.answer)

    def answer(self, program: Program) -> Outcome:
        self.begun.release()
        assert self.let_go.wait(20)
        return echo(program)


def one(source: str = "x", **fields: object) -> dict[str, object]:
    """The body of a request for one program."""
    return {"programs": [{"source": source}], **fields}


def execute(url: str, language: str, content: str, **fields: Any) -> Any:
    """Piston's answer to one program, asked as open-r1's client does: any version, the base URL ending in /api/v2."""
    body = {"files": [{"name": "main", "content": content}], "language": language, "version": "*"} | fields
    response = httpx.post(f"{url}/api/v2/execute", json=body, timeout=30, trust_env=False)
    assert response.status_code == 200, response.text
    return response.json()


def address(url: str) -> tuple[str, int]:
    """Host and port of a URL."""
    parts = httpx.URL(url)
    assert parts.port is not None
    return parts.host, parts.port
