"""Interrupt: Ctrl-C or SIGTERM ends a run after the current step, with a checkpoint; a second one ends it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)  # from a person, and from a cluster that needs the machine


class Stopped(Exception):
    """The run stopped on request, after a step that a checkpoint holds."""

    def __init__(self, step: int, signum: int) -> None:
        super().__init__(f"stopped after step {step}; to continue, run the same command with --resume")
        self.exit_status = 128 + signum


class Interrupt:
    """A context manager that catches the first signal; outside the main thread it catches nothing.

    Args:
        say: prints a confirmation for the person who pressed the keys.
    Attributes:
        asked: the signal number, 0 for none.
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
        self._say("stopping after this step, with a checkpoint (press again to stop now)")
