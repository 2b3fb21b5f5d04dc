"""Sandbox protocol: what can be run, under which limits, and what comes back. The only sandbox module verifiers see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self, runtime_checkable

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. CPU time decides; wall time is only a net that catches sleepers.

    Attributes:
        cpu_s: user + system seconds of the whole process tree.
        wall_s: real seconds; None means ``3 * cpu_s + 1``.
        memory_bytes: peak of the whole tree.
        output_bytes: cap of stdout and of stderr, each.
        file_bytes: cap of all files that it writes together (private tmpfs).
        processes: processes and threads alive at once.
    """

    cpu_s: float = 2.0
    wall_s: float | None = None
    memory_bytes: int = 256 * MIB
    output_bytes: int = 4 * MIB
    file_bytes: int = 64 * MIB
    processes: int = 64

    @property
    def wall_net_s(self) -> float:
        return 3 * self.cpu_s + 1 if self.wall_s is None else self.wall_s


@dataclass(frozen=True, slots=True)
class Program:
    """One program to run.

    Attributes:
        source: its text.
        language: a key of ``r1.sandbox.languages.LANGUAGES``.
        stdin: what it reads.
        args: its command-line arguments.
        files: further files laid in its working directory, for the compiler as well as for the run (name -> content; no
            directories): with ``flags=("other.c",)`` a second translation unit.
        compile_only: stop after the compiler (the outcome's phase is COMPILE).
        flags: extra compiler flags, trusted (from the verifier, never from a completion).
        link_stdio: in `run_linked`, the socket pair is also its stdin and stdout (interactive tasks); else ignored.
    """

    source: str
    language: str = "python"
    stdin: bytes = b""
    args: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    compile_only: bool = False
    flags: tuple[str, ...] = ()
    link_stdio: bool = False


class Phase(StrEnum):
    COMPILE = "compile"
    RUN = "run"


class Killed(StrEnum):
    """Why we ended a run that had not ended by itself."""

    CPU = "cpu"
    WALL = "wall"
    MEMORY = "memory"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened. Facts only: whether the output is *right* is judged elsewhere, never from an exit code alone.

    Attributes:
        phase: COMPILE when the compiler ended it (or for ``compile_only``), else RUN.
        exit_code: status of the main process, or None when a signal ended it.
        signal: the signal that ended it, or None.
        stdout, stderr: bytes, capped at ``Limits.output_bytes`` (then ``killed`` is OUTPUT).
        cpu_s, wall_s: seconds of the whole tree; peak_memory_bytes: its peak.
        killed: why we killed it, or None.
        tier: how strongly it was isolated ("docker", "namespaces", "docker+runsc", "unsafe").
        artefact_bytes: size of what the compiler made (0 for interpreted languages).
    """

    phase: Phase
    exit_code: int | None
    signal: int | None
    stdout: bytes
    stderr: bytes
    cpu_s: float
    wall_s: float
    peak_memory_bytes: int
    killed: Killed | None
    tier: str
    artefact_bytes: int = 0

    @property
    def ok(self) -> bool:
        """It ended by itself with status 0. Says nothing about its answer."""
        return self.killed is None and self.exit_code == 0

    @property
    def code(self) -> str:
        """The judge's letters for what happened: OK, CE, TLE, MLE, OLE or RE (AC and WA need an expected answer)."""
        if self.phase is Phase.COMPILE and not self.ok:
            return "CE"
        if self.killed is not None:
            return {Killed.CPU: "TLE", Killed.WALL: "TLE", Killed.MEMORY: "MLE", Killed.OUTPUT: "OLE"}[self.killed]
        return "OK" if self.ok else "RE"


class SandboxError(RuntimeError):
    """Ours: a dead worker, a lost daemon. Raised after one retry on a fresh worker; never a verdict of 0."""


class Unwanted(SandboxError):
    """Nobody waited for the run any more, so it was killed."""


class SandboxUnavailable(SandboxError):
    """This machine cannot isolate as asked; the text names each probe and its errno."""


@runtime_checkable
class Sandbox(Protocol):
    """A pool of isolated boxes. Thread-safe. A context manager: leaving it ends every process it started."""

    @property
    def tier(self) -> str: ...

    @property
    def workers(self) -> int:
        """How many runs it does at a time; a batch that keeps so many threads busy keeps every box busy."""

    def run(self, program: Program, limits: Limits = ...) -> Outcome:
        """Run one program. Raises SandboxError (only) when our machinery fails."""

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] = ...
    ) -> list[Outcome | SandboxError]:
        """Run many at once, results in order; one that our machinery lost is a SandboxError in its place."""

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits = ..., tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        """Run two programs in two boxes joined by one socket pair, open as file descriptor 3 in both.

        The tester holds the tests; the candidate's box holds nothing of them. When either ends, the other gets EOF.
        """

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
