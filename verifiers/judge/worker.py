"""The worker process of a `Judge`: it unpickles one verifier and judges what it receives until its pipe is closed."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import struct
import sys
from typing import Any, BinaryIO

HEADER = struct.Struct("<I")


def send(stream: BinaryIO, message: Any) -> None:
    """Write one message: its length, then its pickle."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(HEADER.pack(len(body)) + body)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """The next message.

    Raises:
        EOFError: the pipe is closed.
    """
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        raise EOFError
    (size,) = HEADER.unpack(header)
    body = stream.read(size)
    if len(body) < size:
        raise EOFError
    return pickle.loads(body)


def _die_with_parent(parent: int) -> None:
    """On Linux, have this process killed when the judge's process ends, even during a computation that never returns."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(0)


def _limit_memory(memory_bytes: int | None) -> None:
    if memory_bytes:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def main(requests_fd: int, results_fd: int, parent: int) -> None:
    """Answer each request ``[(index, text, truth), ...]`` with one message ``(index, verdict)`` for each item, in order."""
    _die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    requests, results = os.fdopen(requests_fd, "rb"), os.fdopen(results_fd, "wb")
    try:
        setup = receive(requests)
        try:
            _limit_memory(setup["memory_bytes"])
            verifier = pickle.loads(setup["verifier"])
        except Exception as error:
            send(results, ("broken", f"{type(error).__name__}: {error}"))
            return
        send(results, ("ready", ""))
        while True:
            for index, text, truth in receive(requests):
                send(results, (index, _verdict(verifier, text, truth)))
    except (EOFError, BrokenPipeError):
        return


def _verdict(verifier: Any, text: str, truth: Any) -> Any:
    from r1.verifiers.verdict import Verdict, unscored

    try:
        verdict = verifier(text, truth)
    except Exception as error:
        return unscored(f"the verifier raised {type(error).__name__}: {str(error)[:200]}")
    if not isinstance(verdict, Verdict):
        return unscored(f"the verifier returned {type(verdict).__name__}, not a Verdict")
    return verdict
