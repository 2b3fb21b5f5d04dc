"""Outcomes: a runner's measurements as an Outcome, with the limit that ended the run."""

from __future__ import annotations

import os

from r1.sandbox.protocol import Killed, Limits, Outcome, Phase
from r1.sandbox.wall.packets import Reason
from r1.sandbox.wall.slot import Delivery

_KILLED = {Reason.CPU: Killed.CPU, Reason.WALL: Killed.WALL, Reason.MEMORY: Killed.MEMORY}
# The last words of a runtime that was refused memory. A program may forge them, but gains nothing: MLE is a failure.
_OUT_OF_MEMORY = (
    b"std::bad_alloc", b"java.lang.OutOfMemoryError", b"heap out of memory", b"memory allocation of",
    b"fatal error: runtime: out of memory", b"cannot allocate memory", b"Cannot allocate memory",
)  # fmt: skip
_LAST_WORDS_BYTES = 2000


def outcome_of(phase: Phase, delivery: Delivery, limits: Limits, tier: str, artefact_bytes: int) -> Outcome:
    """The Outcome of one run or compilation."""
    result = delivery.result
    code = os.waitstatus_to_exitcode(result.status)
    return Outcome(
        phase=phase,
        exit_code=code if code >= 0 else None,
        signal=-code if code < 0 else None,
        stdout=delivery.stdout[: limits.output_bytes],
        stderr=delivery.stderr[: limits.output_bytes],
        cpu_s=result.cpu_s,
        wall_s=result.wall_s,
        peak_memory_bytes=result.peak_bytes,
        killed=_why_killed(delivery, limits, code),
        tier=tier,
        artefact_bytes=artefact_bytes,
    )


def _why_killed(delivery: Delivery, limits: Limits, code: int) -> Killed | None:
    """The limit that ended a run; a limit exceeded just before its end counts, too."""
    result = delivery.result
    if delivery.overflow:
        return Killed.OUTPUT
    if result.reason in _KILLED:
        return _KILLED[result.reason]
    if result.peak_bytes > limits.memory_bytes or (code and refused_memory(delivery.stderr)):
        return Killed.MEMORY
    return Killed.CPU if result.cpu_s > limits.cpu_s else None


def refused_memory(stderr: bytes) -> bool:
    """Whether the end of a failed program's stderr says that it was refused memory."""
    end = stderr[-_LAST_WORDS_BYTES:].rstrip()
    last_line = end[end.rfind(b"\n") + 1 :]
    return last_line.startswith(b"MemoryError") or any(words in end for words in _OUT_OF_MEMORY)


def unstarted(tier: str) -> Outcome:
    """The outcome of a linked program that never ran because its partner did not compile."""
    return Outcome(Phase.RUN, None, None, b"", b"", 0.0, 0.0, 0, None, tier)
