"""Dial: first process of a container. It calls the host through the one socket it was given and becomes the runner."""

from __future__ import annotations

import os
import socket
import sys

CONTROL = 9
RUNNER = (
    "import sys, types\n"
    "for name in ('r1', 'r1.sandbox'): sys.modules[name] = types.ModuleType(name)\n"
    "sys.modules['r1.sandbox'].__path__ = ['/r1']\n"
    "from r1.sandbox.runner import serve\n"
    "serve()"
)


def main() -> None:
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.connect("/r1/control")
    log_read, log_write = os.pipe()
    socket.send_fds(control, [b"log"], [log_read])
    os.dup2(control.fileno(), CONTROL)
    os.dup2(
        os.memfd_create("stdin"), 0
    )  # a file and pipes: what Python remembers of 0, 1, 2 then holds in its children
    os.dup2(log_write, 1)
    os.dup2(log_write, 2)
    os.closerange(3, CONTROL)
    environment = {"PATH": os.environ["PATH"], "HOME": "/tmp", "LANG": "C.UTF-8", "USER": "box", "TMPDIR": "/tmp"}
    os.execve(sys.executable, [sys.executable, "-I", "-S", "-X", "utf8", "-c", RUNNER], environment)
