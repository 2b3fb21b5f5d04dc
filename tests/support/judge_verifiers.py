"""Verifiers that misbehave on demand, for the tests of `Judge`. Its workers can import them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from r1.verifiers.verdict import Status, Verdict


class Moody:
    """Does what the completion says: hang, spin, die, die_once, raise, print, nothing; all else passes.

    ``hang:<path>``, ``spin:<path>`` and ``die_once:<path>`` first create a file there. The note is the worker's pid.
    """

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        mood, _, path = completion.partition(":")
        is_first = bool(path) and not os.path.exists(path)
        if path:
            Path(path).touch()
        match mood:
            case "hang":
                time.sleep(3600)
            case "spin":
                _spin()
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "die_once" if is_first:
                os._exit(3)
            case "raise":
                raise ValueError("a bug")
            case "print":
                print("noise" * 1000)
            case "nothing":
                return None  # type: ignore[return-value]
        return Verdict(Status.PASS, 1.0, {}, str(os.getpid()))


def _spin() -> NoReturn:
    x = 1
    while True:
        x = (x * 3) % 1000003


class Unloadable:
    """A verifier that cannot be unpickled in a worker."""

    def __reduce__(self):  # type: ignore[no-untyped-def]
        return _explode, ()

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        raise AssertionError


def _explode() -> None:
    raise ImportError("only in the parent")
