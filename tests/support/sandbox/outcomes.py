"""Outcomes of runs that did not happen, for tests with a `FakeSandbox`."""

from __future__ import annotations

from r1.sandbox.protocol import Killed, Outcome, Phase


def ended(
    stdout: bytes = b"",
    stderr: bytes = b"",
    *,
    exit_code: int | None = 0,
    signal: int | None = None,
    killed: Killed | None = None,
    phase: Phase = Phase.RUN,
    cpu_s: float = 0.1,
    wall_s: float = 0.1,
) -> Outcome:
    """An outcome; by default of a program that ended well."""
    return Outcome(phase, exit_code, signal, stdout, stderr, cpu_s, wall_s, 0, killed, "fake")
