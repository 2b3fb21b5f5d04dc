"""Sandbox protocol: what can be run, under which limits, and what comes back. Verifiers import this sandbox module only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self, runtime_checkable

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Resource limits of one run. CPU time is the limit that matters; wall time only stops programs that sleep.

    Attributes:
        cpu_s: user + system seconds of the whole process tree.
        wall_s: real seconds; None means ``3 * cpu_s + 1``.
        memory_bytes: peak memory of the whole process tree.
        output_bytes: cap on stdout and on stderr, each.
        file_bytes: cap on all files that the program writes, together (they lie in a private tmpfs).
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
        """The wall limit in force, in seconds: ``wall_s`` or its default."""
        return 3 * self.cpu_s + 1 if self.wall_s is None else self.wall_s


@dataclass(frozen=True, slots=True)
class Program:
    """One program to run.

    Attributes:
        source: its text.
        language: a key of ``r1.sandbox.languages.LANGUAGES``.
        stdin: its standard input.
        args: its command-line arguments.
        files: further files in its working directory (name -> content), present for the compiler and for the run; with
            ``flags=("other.c",)``, a second translation unit.
        compile_only: stop after the compiler (the outcome's phase is COMPILE).
        flags: extra compiler flags. They are trusted: they come from the verifier, never from a completion.
        link_stdio: in `run_linked`, the socket pair is also its stdin and stdout (interactive tasks); else ignored.

    Raises:
        ValueError: a name in ``files`` is not a plain file name.
    """

    source: str
    language: str = "python"
    stdin: bytes = b""
    args: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    compile_only: bool = False
    flags: tuple[str, ...] = ()
    link_stdio: bool = False

    def __post_init__(self) -> None:
        for name in self.files:
            try:
                plain_name(name)
            except ValueError as error:
                raise ValueError(f"files: {error}") from None


def plain_name(name: str) -> str:
    """``name`` itself, if a file of that name lies directly in the working directory.

    Raises:
        ValueError: the name is empty, ``.`` or ``..``, contains ``/`` or NUL, or cannot be encoded as UTF-8.
    """
    if not name or "/" in name or "\0" in name or name in (".", "..") or not _encodable(name):
        raise ValueError(f"{name!r} is not a plain file name; give a name without directories, like 'data.txt'")
    return name


def _encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


class Phase(StrEnum):
    """The step that produced an outcome."""

    COMPILE = "compile"
    RUN = "run"


class Killed(StrEnum):
    """The limit for which the sandbox killed a run."""

    CPU = "cpu"
    WALL = "wall"
    MEMORY = "memory"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened in one run. Facts only: verifiers judge the output, and an exit code alone never proves success.

    Attributes:
        phase: COMPILE when the compiler failed (or for ``compile_only``), else RUN.
        exit_code: status of the main process, or None when a signal ended it.
        signal: the signal that ended it, or None.
        stdout, stderr: bytes, cut at ``Limits.output_bytes`` (then ``killed`` is OUTPUT).
        cpu_s, wall_s: seconds of the whole process tree; peak_memory_bytes: its peak.
        killed: the limit for which the sandbox killed it, or None.
        tier: how strongly it was isolated ("docker", "namespaces", "docker+runsc", "unsafe").
        artefact_bytes: size of the compiled program (0 for interpreted languages).
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
        """Whether it ended by itself with status 0. This does not mean that its answer is right."""
        return self.killed is None and self.exit_code == 0

    @property
    def code(self) -> str:
        """The judge's letters: OK, CE, TLE, MLE, OLE or RE (AC and WA need an expected answer)."""
        if self.phase is Phase.COMPILE and not self.ok:
            return "CE"
        if self.killed is not None:
            return {Killed.CPU: "TLE", Killed.WALL: "TLE", Killed.MEMORY: "MLE", Killed.OUTPUT: "OLE"}[self.killed]
        return "OK" if self.ok else "RE"


class SandboxError(RuntimeError):
    """The sandbox itself failed, twice: a dead worker, a lost daemon. It says nothing about the program's quality."""


class Unwanted(SandboxError):
    """The run was killed because its caller stopped waiting for it."""


class SandboxUnavailable(SandboxError):
    """This machine cannot provide the requested isolation; the message names each probe and its errno."""


def check_program(program: object, limits: object) -> None:
    """Refuse what is no Program or no Limits, in one line.

    Raises:
        TypeError: another type; the message shows what to write.
    """
    if not isinstance(program, Program):
        text = f"{program!r:.60}" if isinstance(program, str) else ""
        raise TypeError(
            f"a sandbox runs a Program, got {type(program).__name__} {text}; write Program({text or '...'})"
        )
    if not isinstance(limits, Limits):
        raise TypeError(f"limits must be a Limits, got {type(limits).__name__} {limits!r:.60}; write Limits(cpu_s=2)")


@runtime_checkable
class Sandbox(Protocol):
    """A pool of isolated boxes. Thread-safe. Leaving its context ends every process that it started.

    `r1.sandbox.conformance.check` tests an implementation.
    """

    @property
    def tier(self) -> str: ...

    @property
    def workers(self) -> int:
        """How many runs it does at a time; a caller with that many threads keeps every box busy."""

    def run(self, program: Program, limits: Limits = ...) -> Outcome:
        """Run one program.

        Raises:
            ValueError: the program cannot be run as asked, for example an unknown language.
            SandboxError: the sandbox failed.
        """

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] = ...
    ) -> list[Outcome | SandboxError]:
        """Run many programs at once under one Limits for all or one each; results are in the programs' order.

        A run that the sandbox lost has a SandboxError in its place. Raises ValueError as `run` and `paired` do.
        """

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits = ..., tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        """Run two programs in two boxes joined by one socket pair, open as file descriptor 3 in both.

        The tester holds the tests, and nothing of them is in the candidate's box. When either ends, the other gets EOF.
        """

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


def paired(
    programs: Sequence[Program], limits: Limits | Sequence[Limits] | None = None
) -> list[tuple[Program, Limits]]:
    """Each program with its limits, as every `Sandbox.run_many` reads its arguments; None means default Limits.

    Raises:
        ValueError: the number of limits differs from the number of programs.
        TypeError: one of them is no Program, or no Limits.
    """
    if isinstance(programs, str | Program):
        raise TypeError(
            f"run_many takes a list of programs, got one {type(programs).__name__}; for one program use run()"
        )
    if limits is None or isinstance(limits, Limits):
        pairs = [(program, limits or Limits()) for program in programs]
    else:
        require_same_count(len(programs), len(limits))
        pairs = list(zip(programs, limits, strict=True))
    for program, limit in pairs:
        check_program(program, limit)
    return pairs


def require_same_count(programs: int, limits: int) -> None:
    """Raise ValueError when a list of limits does not have one entry for each program."""
    if programs != limits:
        raise ValueError(f"{programs} programs but {limits} limits; give one Limits for all, or one for each program")
