"""Container main: the first process of a container. It connects to the host and becomes the runner."""

from __future__ import annotations

import os
import socket
import sys
from typing import NoReturn

CONTROL = 9
RUNNER = (
    "import sys, types\n"
    "for name in ('r1', 'r1.sandbox'): sys.modules[name] = types.ModuleType(name)\n"
    "sys.modules['r1.sandbox'].__path__ = ['/r1']\n"
    "from r1.sandbox.inside.runner import serve\n"
    "serve({gvisor})"
)


def main() -> NoReturn:
    """Connect to the host through the unix socket mounted into the container (docker)."""
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.connect("/r1/control")
    log_read, log_write = os.pipe()
    socket.send_fds(control, [b"log"], [log_read])
    become_runner(control, log_write, gvisor=False)


def main_by_stream() -> NoReturn:
    """Leave the container's stdin and stdout to a child, the bridge, which talks to the host (gVisor)."""
    from r1.sandbox.inside import bridge

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        bridge.serve(theirs)
    theirs.close()
    become_runner(ours, 2, gvisor=True)


def become_runner(control: socket.socket, log: int, gvisor: bool) -> NoReturn:
    """Execute the runner with its control socket, and with stdout and stderr on the log."""
    os.dup2(control.fileno(), CONTROL)
    # Python remembers what kind of file 0, 1 and 2 are, and its children inherit that: they need a file and two pipes.
    os.dup2(os.memfd_create("stdin"), 0)
    os.dup2(log, 1)
    os.dup2(log, 2) if log != 2 else None
    os.closerange(3, CONTROL)
    environment = {"PATH": os.environ["PATH"], "HOME": "/tmp", "LANG": "C.UTF-8", "USER": "box", "TMPDIR": "/tmp"}
    os.execve(
        sys.executable, [sys.executable, "-I", "-S", "-X", "utf8", "-c", RUNNER.format(gvisor=gvisor)], environment
    )
