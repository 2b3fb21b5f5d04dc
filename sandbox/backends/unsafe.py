"""Unsafe: plain subprocesses with limits and no isolation, for machines that allow none and users who said so.

A program sees this machine's files, network and processes, and may leave a process of its own session behind. Every
outcome says so by its tier, "unsafe".
"""

from __future__ import annotations

import os
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
from typing import Any, Self

from r1.sandbox.languages import ENVIRONMENT, LANGUAGES, language_for
from r1.sandbox.protocol import Killed, Limits, Outcome, Phase, Program, SandboxError

# Sets the limits in the child itself: nothing of ours runs between fork and exec of a process that may have threads.
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
_INTERPRETER_BYTES = 512 << 20  # address space that a runtime reserves and never touches


class UnsafeSandbox:
    """Satisfies the Sandbox protocol without protecting anything."""

    tier = backend = "unsafe"

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._slots = threading.Semaphore(workers)

    def run(self, program: Program, limits: Limits | None = None) -> Outcome:
        """Raises ValueError for an unknown language, SandboxError when a tool of it is missing."""
        with self._slots, tempfile.TemporaryDirectory(prefix="r1-unsafe-") as folder:
            return self._run(program, limits or Limits(), Path(folder), None)

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] | None = None
    ) -> list[Outcome | SandboxError]:
        each = [limits or Limits()] * len(programs) if limits is None or isinstance(limits, Limits) else list(limits)

        def one(program: Program, limit: Limits) -> Outcome | SandboxError:
            try:
                return self.run(program, limit)
            except SandboxError as error:
                return error

        with ThreadPoolExecutor(self.workers) as threads:
            return list(threads.map(one, programs, each))

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
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
        """Every run ended with its call."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _run(self, program: Program, limits: Limits, folder: Path, link: socket.socket | None) -> Outcome:
        try:
            if program.language not in LANGUAGES:
                raise ValueError(f"language={program.language!r}: choose one of {', '.join(LANGUAGES)}")
            language = language_for(program.language, program.source)
            for name, content in program.files.items():
                (folder / name).write_bytes(content)
            for name, content in language.files.items():
                (folder / name).write_bytes(content)
            (folder / language.file).write_bytes(program.source.encode("utf-8", "surrogatepass"))
            if language.compile:
                command = [*language.compile, *program.flags]
                built = _execute(command, language.compile_limits, folder, b"", Phase.COMPILE, reserves=True)
                if program.compile_only or not built.ok:
                    return built
            run = language.run or (("./main",) if language.compile else (sys.executable, "-I", "-S", language.file))
            stdio = getattr(program, "link_stdio", False)
            command = [*run, *program.args]
            return _execute(command, limits, folder, program.stdin, Phase.RUN, link, stdio, language.reserves)
        finally:
            if link is not None:
                link.close()


def _execute(
    command: Sequence[str],
    limits: Limits,
    folder: Path,
    stdin: bytes,
    phase: Phase,
    link: socket.socket | None = None,
    link_stdio: bool = False,
    reserves: bool = False,
) -> Outcome:
    memory = 0 if reserves else limits.memory_bytes + (_INTERPRETER_BYTES if "main" not in command[0] else 0)
    handle = -1 if link is None else link.fileno()
    settings: list[Any] = [
        limits.cpu_s,
        memory,
        max(limits.file_bytes, limits.output_bytes + 1),
        handle,
        int(link_stdio),
    ]
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
        killer = threading.Timer(limits.wall_net_s, os.killpg, (process.pid, signal.SIGKILL))
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        late = not killer.is_alive() and time.monotonic() - started >= limits.wall_net_s
        killer.cancel()
        process.returncode = code = os.waitstatus_to_exitcode(status)
        try:
            os.killpg(process.pid, signal.SIGKILL)  # what it left behind in its session
        except ProcessLookupError:
            pass
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read(limits.output_bytes + 1))
    cpu_s = usage.ru_utime + usage.ru_stime
    killed = None
    if cpu_s > limits.cpu_s or code == -signal.SIGXCPU:
        killed = Killed.CPU
    elif late:
        killed = Killed.WALL
    elif max(map(len, texts)) > limits.output_bytes or code == -signal.SIGXFSZ:
        killed = Killed.OUTPUT
    elif code != 0 and any(sign in texts[1][-400:] for sign in (b"MemoryError", b"bad_alloc", b"heap out of memory")):
        # Not by ru_maxrss: it begins with the size of the process that started this one.
        killed = Killed.MEMORY
    if code == 1 and b"FileNotFoundError" in texts[1] and b"execvp" in texts[1]:
        raise SandboxError(f"{command[0]}: not installed on this machine")
    shown = [text[: limits.output_bytes] for text in texts]
    signalled = -code if code < 0 else None
    return Outcome(
        phase, None if signalled else code, signalled, shown[0], shown[1], cpu_s, time.monotonic() - started,
        usage.ru_maxrss * 1024, killed, "unsafe",
    )  # fmt: skip
