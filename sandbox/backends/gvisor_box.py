"""gVisor backend: the docker backend's container under the runtime ``runsc``, whose own kernel runs the programs.

gVisor passes no descriptors in, so orders and results travel as frames over the container's standard streams.
"""

from __future__ import annotations

import functools
import os
import secrets
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from typing import Any

from r1.sandbox.backends import docker_box, relay
from r1.sandbox.protocol import SandboxUnavailable
from r1.sandbox.wall.frames import Kind
from r1.sandbox.wall.slot import Box

RUNTIME = "runsc"
HOW = (
    'install runsc, put {"runtimes": {"runsc": {"path": "/usr/bin/runsc", "runtimeArgs": ["--network=none"]}}} into the '
    "daemon's daemon.json and reload it"
)
START_TIMEOUT_S = 60.0
HOST_PROCESSES = 4096  # gVisor's threads, and on its ptrace platform one process for each process in the box


def start() -> Box:
    """Start one container under gVisor and wait for its runner. Raises SandboxUnavailable."""
    try:
        return docker_box.patiently(_start)
    except SandboxUnavailable as refusal:
        raise SandboxUnavailable(str(refusal).replace("docker:", "docker+runsc:", 1)) from refusal


def _start(client: Any) -> Box:
    runtimes = client.info().get("Runtimes") or {}
    if RUNTIME not in runtimes:
        raise SandboxUnavailable(f"docker: the daemon has no runtime {RUNTIME} (it has {', '.join(runtimes)}); {HOW}")
    folder = Path(tempfile.mkdtemp(prefix=docker_box.FOLDER))
    name = f"r1-box-{secrets.token_hex(8)}"
    try:
        docker_box.copy_runner(folder)
        docker_box.sweep(client)
        wanted = docker_box.request(client, name, folder, "main_by_stream")
        wanted["host_config"]["Runtime"] = RUNTIME
        wanted["host_config"]["PidsLimit"] = HOST_PROCESSES
        wanted["host_config"]["Tmpfs"]["/tmp"] = (
            "size=512m,exec,mode=1777"  # for versions of gVisor in which a run cannot mount
        )
        created = client.api.create_container(**wanted, stdin_open=True)
        ways = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        connection = _own(client.api.attach_socket(created["Id"], params=ways))
        client.api.start(created["Id"])
        control, log, tools = _connect(connection)
        return Box(0, control, log, functools.partial(docker_box.end, client, name), tools)
    except BaseException:
        docker_box.destroy(client, name)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own(attached: Any) -> socket.socket:
    """Take the socket out of the docker package's file object, so that we close it ourselves."""
    connection = socket.socket(fileno=os.dup(attached.fileno()))
    below = attached._sock
    attached.close()
    below.close()
    return connection


def _connect(connection: socket.socket) -> tuple[socket.socket, int, frozenset[str]]:
    """A control socket like any box's; a thread translates between it and the container's frames."""
    connection.settimeout(START_TIMEOUT_S)
    log_read, log_write = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(log_write, False)
    streams = relay.Attached(connection, log_write)
    stream = streams.stream()
    try:
        kind, message = stream.receive()
        assert kind is Kind.READY
    except (OSError, EOFError) as error:
        os.set_blocking(log_read, False)
        os.close(log_write)
        with open(log_read, "rb") as log:
            words = (log.read() or b"").decode(errors="replace").strip()
        connection.close()
        raise SandboxUnavailable(
            f"docker: the runner did not start: {words[-500:] or error or 'it sent nothing'}"
        ) from error
    connection.settimeout(None)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    threading.Thread(target=relay.serve, args=(theirs, connection, stream, log_write), daemon=True).start()
    return ours, log_read, frozenset(message.decode().split()[1:])
