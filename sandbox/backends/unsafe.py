"""Unsafe backend: plain subprocesses with limits but no isolation, for users who explicitly accept that.

A program sees this machine's files, network and processes, and may leave behind a process in another session. Every
outcome has the tier "unsafe".
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Self

from r1.sandbox.languages import ENVIRONMENT, LANGUAGES, language_for
from r1.sandbox.protocol import Killed, Limits, Outcome, Phase, Program, SandboxError, check_program, paired

# Sets the limits in the child, after exec: a preexec_fn is not safe in a process with threads.
_SHIM = """
import os, resource, sys
cpu, memory, size, link, stdio, *command = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CPU, (int(float(cpu)) + 1, int(float(cpu)) + 2))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
if int(memory): resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
if int(link) >= 0:
    os.dup2(int(link), 3, inheritable=True)
    if int(stdio): os.dup2(3, 0); os.dup2(3, 1)
os.execvp(command[0], command)
"""
_INTERPRETER_BYTES = 512 << 20  # address space that a runtime reserves but does not touch


class UnsafeSandbox:
    """A `Sandbox` that isolates nothing. ``workers`` programs run at a time."""

    tier = backend = "unsafe"

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._slots = threading.Semaphore(workers)

    def run(self, program: Program, limits: Limits | None = None) -> Outcome:
        """Run one program.

        Raises:
            ValueError: the language is unknown.
            SandboxError: a tool of the language is not installed.
        """
        with self._slots, tempfile.TemporaryDirectory(prefix="r1-unsafe-") as folder:
            return self._run(program, limits or Limits(), Path(folder), None)

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] | None = None
    ) -> list[Outcome | SandboxError]:
        """Run many on ``workers`` threads, results in order; a missing tool is a SandboxError in its place."""

        def one(pair: tuple[Program, Limits]) -> Outcome | SandboxError:
            try:
                return self.run(*pair)
            except SandboxError as error:
                return error

        with ThreadPoolExecutor(self.workers) as threads:
            return list(threads.map(one, paired(programs, limits)))

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        """Run two programs joined by a socket pair. See the protocol."""
        left, right = socket.socketpair()
        limits = limits or Limits()
        with (
            tempfile.TemporaryDirectory(prefix="r1-unsafe-") as a,
            tempfile.TemporaryDirectory(prefix="r1-unsafe-") as b,
            ThreadPoolExecutor(2) as threads,
        ):
            first = threads.submit(self._run, candidate, limits, Path(a), left)
            second = threads.submit(self._run, tester, tester_limits or limits, Path(b), right)
            return first.result(), second.result()

    def close(self) -> None:
        """Nothing to do: each run ends within its call."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _run(self, program: Program, limits: Limits, folder: Path, link: socket.socket | None) -> Outcome:
        try:
            check_program(program, limits)
            if program.language not in LANGUAGES:
                raise ValueError(f"unknown language {program.language!r}; expected one of: {', '.join(LANGUAGES)}")
            language = language_for(program.language, program.source)
            for name, content in (*program.files.items(), *language.files.items()):
                (folder / name).write_bytes(content)
            (folder / language.file).write_bytes(program.source.encode("utf-8", "surrogatepass"))
            if language.compile:
                command = [*language.compile, *program.flags]
                memory_bytes = 0  # a compiler reserves much address space
                built = _execute(command, language.compile_limits, memory_bytes, folder, b"", Phase.COMPILE)
                if program.compile_only or not built.ok:
                    return built
            run = language.run or (("./main",) if language.compile else (sys.executable, "-I", "-S", language.file))
            memory_bytes = limits.memory_bytes + (_INTERPRETER_BYTES if "main" not in run[0] else 0)
            memory_bytes = 0 if language.reserves else memory_bytes
            command = [*run, *program.args]
            return _execute(command, limits, memory_bytes, folder, program.stdin, Phase.RUN, link, program.link_stdio)
        finally:
            if link is not None:
                link.close()


def _execute(
    command: Sequence[str],
    limits: Limits,
    memory_bytes: int,
    folder: Path,
    stdin: bytes,
    phase: Phase,
    link: socket.socket | None = None,
    link_stdio: bool = False,
) -> Outcome:
    """Run one command to its end. ``memory_bytes`` limits its address space; 0 means no limit."""
    handle = -1 if link is None else link.fileno()
    file_bytes = max(limits.file_bytes, limits.output_bytes + 1)
    settings = (limits.cpu_s, memory_bytes, file_bytes, handle, int(link_stdio))
    argv = [sys.executable, "-I", "-S", "-c", _SHIM, *map(str, settings), *command]
    environment = {**ENVIRONMENT, "PATH": os.environ.get("PATH", ENVIRONMENT["PATH"]), "HOME": str(folder)}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        started = time.monotonic()
        process = subprocess.Popen(
            argv, cwd=folder, stdin=given, stdout=out, stderr=err, pass_fds=(handle,) if link else (),
            start_new_session=True, env=environment,
        )  # fmt: skip
        if link is not None:
            link.close()
        code, late, usage = _await_end(process, limits.wall_net_s, started)
        texts = [_start_of(stream, limits.output_bytes + 1) for stream in (out, err)]
    if code == 1 and b"FileNotFoundError" in texts[1] and b"execvp" in texts[1]:
        raise SandboxError(f"{command[0]} is not installed on this machine; install it, or use the docker backend")
    cpu_s = usage.ru_utime + usage.ru_stime
    shown = [text[: limits.output_bytes] for text in texts]
    signalled = -code if code < 0 else None
    return Outcome(
        phase, None if signalled else code, signalled, shown[0], shown[1], cpu_s, time.monotonic() - started,
        usage.ru_maxrss * 1024, _why_killed(code, late, cpu_s, texts, limits), "unsafe",
    )  # fmt: skip


def _await_end(
    process: subprocess.Popen[bytes], wall_s: float, started_s: float
) -> tuple[int, bool, resource.struct_rusage]:
    """Wait for a process, then kill what it left in its session: its exit code, whether the wall limit ended it, its usage."""
    killer = threading.Timer(wall_s, os.killpg, (process.pid, signal.SIGKILL))
    killer.start()
    _, status, usage = os.wait4(process.pid, 0)
    late = not killer.is_alive() and time.monotonic() - started_s >= wall_s
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, late, usage


def _start_of(stream: BinaryIO, size: int) -> bytes:
    stream.seek(0)
    return stream.read(size)


def _why_killed(code: int, late: bool, cpu_s: float, texts: list[bytes], limits: Limits) -> Killed | None:
    if cpu_s > limits.cpu_s or code == -signal.SIGXCPU:
        return Killed.CPU
    if late:
        return Killed.WALL
    if max(map(len, texts)) > limits.output_bytes or code == -signal.SIGXFSZ:
        return Killed.OUTPUT
    # ru_maxrss cannot tell: it starts at the size of the process that forked this one.
    if code != 0 and any(sign in texts[1][-400:] for sign in (b"MemoryError", b"bad_alloc", b"heap out of memory")):
        return Killed.MEMORY
    return None
