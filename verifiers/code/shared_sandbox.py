"""Shared sandbox: the one that all verifiers of a process use, opened at first use and closed when the process ends."""

from __future__ import annotations

import atexit
import importlib
import os
import threading

from r1.sandbox.protocol import Sandbox

_lock = threading.Lock()
_open: dict[tuple[int, str], Sandbox] = {}


def shared_sandbox(backend: str = "auto") -> Sandbox:
    """The process's sandbox of this backend. Raises SandboxUnavailable if the backend does not work on this machine.

    Keyed by process id, because a forked child must not use its parent's connections. The module is imported by name,
    because verifiers may depend on the sandbox's protocol only; environments pass an open sandbox and do not need this.
    """
    key = (os.getpid(), backend)
    with _lock:
        if key not in _open:
            _open[key] = importlib.import_module("r1.sandbox").open_sandbox(backend)
        return _open[key]


@atexit.register
def _close_all() -> None:
    for (pid, _), sandbox in list(_open.items()):
        if pid == os.getpid():
            sandbox.close()


os.register_at_fork(after_in_child=_lock._at_fork_reinit)  # type: ignore[attr-defined]
