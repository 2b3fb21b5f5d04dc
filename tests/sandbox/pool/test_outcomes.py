"""Outcomes: a runner's measurements become facts, with the limit that ended the run."""

from __future__ import annotations

import signal
from dataclasses import replace

import pytest

from r1.sandbox.pool.outcomes import outcome_of, refused_memory, unstarted
from r1.sandbox.protocol import Killed, Limits, Phase
from r1.sandbox.wall.packets import Reason, Result
from r1.sandbox.wall.slot import Delivery

LIMITS = Limits(cpu_s=2, memory_bytes=100, output_bytes=4)
QUIET = Result(status=0, reason=Reason.NONE, cpu_s=1.0, wall_s=1.5, peak_bytes=50, survivors=False)


@pytest.mark.parametrize(
    ("result", "stderr", "overflow", "killed"),
    [
        (QUIET, b"", False, None),
        (replace(QUIET, reason=Reason.CPU), b"", False, Killed.CPU),
        (replace(QUIET, reason=Reason.WALL), b"", False, Killed.WALL),
        (replace(QUIET, reason=Reason.MEMORY), b"", False, Killed.MEMORY),
        (replace(QUIET, reason=Reason.ASKED), b"", True, Killed.OUTPUT),
        (replace(QUIET, reason=Reason.CPU), b"", True, Killed.OUTPUT),  # a flood costs CPU, too
        (replace(QUIET, cpu_s=2.1), b"", False, Killed.CPU),  # passed just before its end
        (replace(QUIET, peak_bytes=101), b"", False, Killed.MEMORY),
        (replace(QUIET, status=1 << 8), b"MemoryError", False, Killed.MEMORY),
        (QUIET, b"MemoryError", False, None),  # it ended well: the words mean nothing
    ],
)
def test_the_limit_that_ended_a_run(result: Result, stderr: bytes, overflow: bool, killed: Killed | None) -> None:
    outcome = outcome_of(Phase.RUN, Delivery(result, b"12345", stderr, overflow), LIMITS, "test", 7)
    assert outcome.killed is killed
    assert outcome.stdout == b"1234" and outcome.stderr == stderr[:4]
    assert (outcome.tier, outcome.artefact_bytes, outcome.peak_memory_bytes) == ("test", 7, result.peak_bytes)


@pytest.mark.parametrize(
    ("status", "exit_code", "died_by"),
    [(0, 0, None), (3 << 8, 3, None), (int(signal.SIGSEGV), None, 11), (int(signal.SIGKILL), None, 9)],
)
def test_an_end_is_an_exit_code_or_a_signal(status: int, exit_code: int | None, died_by: int | None) -> None:
    outcome = outcome_of(Phase.RUN, Delivery(replace(QUIET, status=status), b"", b"", False), LIMITS, "test", 0)
    assert (outcome.exit_code, outcome.signal) == (exit_code, died_by)


@pytest.mark.parametrize(
    ("stderr", "refused"),
    [
        (b"Traceback ...\nMemoryError\n", True),
        (b"terminate called after throwing an instance of 'std::bad_alloc'\n  what(): std::bad_alloc\n", True),
        (b'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space', True),
        (b"MemoryError\nValueError: x", False),
        (b"ValueError: MemoryError", False),
        (b"MemoryError\n" + b"x" * 5000, False),
        (b"", False),
    ],
)
def test_the_last_words_of_a_runtime_that_was_refused_memory(stderr: bytes, refused: bool) -> None:
    assert refused_memory(stderr) is refused


def test_the_partner_of_a_program_that_did_not_compile_never_ran() -> None:
    outcome = unstarted("test")
    assert (outcome.exit_code, outcome.signal, outcome.ok, outcome.cpu_s) == (None, None, False, 0.0)
