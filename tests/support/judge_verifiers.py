"""Verifiers that misbehave on demand, for the tests of `Judge`: importable by its workers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from r1.verifiers.verdict import Status, Verdict


class Moody:
    """Does what the text says: hang, spin, die, raise, print, or pass with its pid in the note."""

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        match completion.split(":")[0]:
            case "hang":
                time.sleep(3600)
            case "spin":
                9**9**8**2 if False else _spin()
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "die_once":
                flag = completion.partition(":")[2]
                if not os.path.exists(flag):
                    open(flag, "w").close()
                    os._exit(3)
            case "raise":
                raise ValueError("a bug")
            case "print":
                print("noise" * 1000)
            case "nothing":
                return None  # type: ignore[return-value]
        return Verdict(Status.PASS, 1.0, {}, str(os.getpid()))


def _spin() -> None:
    x = 1
    while True:
        x = (x * 3) % 1000003


class Unloadable:
    """Cannot be unpickled in a worker."""

    def __reduce__(self):  # type: ignore[no-untyped-def]
        return _explode, ()

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        raise AssertionError


def _explode() -> None:
    raise ImportError("only in the parent")
