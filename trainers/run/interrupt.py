"""Interrupt: Ctrl-C or SIGTERM ends a run after the step it is in, with a checkpoint; a second one ends it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)  # a person's, and a cluster's that wants the machine back


class Stopped(Exception):
    """The run was asked to stop and did, at a step that a checkpoint holds."""

    def __init__(self, step: int, signum: int) -> None:
        super().__init__(f"stopped after step {step}; the same command with --resume goes on from there")
        self.exit_status = 128 + signum


class Interrupt:
    """``asked`` is the signal that came since ``with`` began, 0 for none. Elsewhere than in the main thread: never.

    Args:
        say: tells the person who pressed the keys that we heard.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.asked, self._say = 0, say
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            self._before = {signum: signal.signal(signum, self._heard) for signum in SIGNALS}
        return self

    def __exit__(self, *exc: object) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def _heard(self, signum: int, frame: Any) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = signum
        self._say("stopping after this step, with a checkpoint (once more: stop now)")
