"""The first process of a container: its copies load with the standard library alone, and it calls the host."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from r1.sandbox.backends import docker_box
from r1.sandbox.inside import bridge, container_main
from r1.sandbox.wall.frames import Kind, Stream
from r1.sandbox.wall.packets import Job, Mode, Reason, Result
from r1.sandbox.wall.slot import Box, Slot


@pytest.mark.parametrize("module", ["inside.container_main", "inside.bridge", "inside.runner"])
def test_the_copied_files_suffice(module: str, tmp_path: Path) -> None:
    docker_box.copy_runner(tmp_path)
    code = (
        "import sys, types\n"
        "for name in ('r1', 'r1.sandbox'): sys.modules[name] = types.ModuleType(name)\n"
        f"sys.modules['r1.sandbox'].__path__ = [{str(tmp_path)!r}]\n"
        f"import r1.sandbox.{module}\n"
        "print(all(m.__file__.startswith(sys.argv[1]) for n, m in sys.modules.items() if n[:11] == 'r1.sandbox.'))\n"
    )
    argv = [sys.executable, "-I", "-S", "-c", code, str(tmp_path)]
    assert subprocess.run(argv, capture_output=True, text=True, check=True, cwd="/").stdout == "True\n"


def test_only_the_owner_may_change_the_copies(tmp_path: Path) -> None:
    docker_box.copy_runner(tmp_path)
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes <= {0o644, 0o755}


def test_the_runner_starts_with_the_boot_text() -> None:
    compile(container_main.RUNNER.format(gvisor=True), "boot", "exec")
    assert container_main.RUNNER.format(gvisor=False).endswith("serve(False)")


def test_the_bridge_forwards_one_order_and_its_result() -> None:
    """From frames to a slot's descriptors and back, with this test in the runner's place."""
    to_bridge, from_host = os.pipe()
    to_host, from_bridge = os.pipe()
    stream = Stream(lambda size: os.read(to_bridge, size), lambda data: os.write(from_bridge, data))
    host = Stream(lambda size: os.read(to_host, size), lambda data: os.write(from_host, data))
    ours, runners = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def runner() -> None:
        _, (payload, stdin, stdout, stderr), _, _ = socket.recv_fds(runners, 4096, 8)
        os.write(stdout, os.read(stdin, 99) + os.read(payload, 99))
        for descriptor in (payload, stdin, stdout, stderr):
            os.close(descriptor)
        runners.send(Result(3 << 8, Reason.NONE, 0.5, 0.6, 7, False).pack())

    thread = threading.Thread(target=runner)
    thread.start()
    host.send(Kind.JOB, Job(Mode.PYTHON, 1, 9, 1, 1, 1, 0, 1, 1000).pack())
    host.send(Kind.PAYLOAD, b"payload")
    host.send(Kind.STDIN, b"stdin ")
    host.send(Kind.GO)
    with ours, runners:
        bridge._one(stream, Slot(Box(0, ours, -1), "test"))
        thread.join(20)
        assert host.receive() == (Kind.STDOUT, b"stdin payload") and host.receive() == (Kind.STDERR, b"")
        kind, body = host.receive()
        assert kind is Kind.RESULT and Result.unpack(body).status == 3 << 8
    for descriptor in (to_bridge, from_host, to_host, from_bridge):
        os.close(descriptor)
