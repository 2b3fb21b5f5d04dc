"""A sandbox of plain subprocesses, without any isolation: for tests of what is built on the protocol, never for more."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from r1.sandbox.protocol import Killed, Limits, Outcome, Phase, Program, SandboxError

_COMPILERS = {"c": ["gcc", "-O1", "-w", "-std=gnu17"], "cpp": ["g++", "-O1", "-w", "-std=gnu++20"]}
_RUNNERS = {"python": [sys.executable, "-I", "-S"], "bash": ["bash"], "javascript": ["node"]}
_SUFFIX = {"python": ".py", "c": ".c", "cpp": ".cpp", "bash": ".sh", "javascript": ".js"}


class PlainSandbox:
    """Satisfies `r1.sandbox.protocol.Sandbox`. ``runs`` counts executions; ``break_next`` makes that many runs fail."""

    tier = "unsafe"

    def __init__(self, workers: int = 2) -> None:
        self.workers = workers
        self.runs = 0
        self.break_next = 0
        self._lock = threading.Lock()

    def run(self, program: Program, limits: Limits = Limits()) -> Outcome:
        with tempfile.TemporaryDirectory() as folder:
            return self._run(program, limits, folder, None)

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] = Limits()
    ) -> list[Outcome | SandboxError]:
        each = [limits] * len(programs) if isinstance(limits, Limits) else limits
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(self.run, programs, each))

    def run_linked(
        self,
        candidate: Program,
        tester: Program,
        limits: Limits = Limits(),
        tester_limits: Limits | None = None,
    ) -> tuple[Outcome, Outcome]:
        left, right = socket.socketpair()
        with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b, ThreadPoolExecutor(2) as pool:
            first = pool.submit(self._run, candidate, limits, a, left)
            second = pool.submit(self._run, tester, tester_limits or limits, b, right)
            return first.result(), second.result()

    def close(self) -> None:
        pass

    def __enter__(self) -> PlainSandbox:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _run(self, program: Program, limits: Limits, folder: str, link: socket.socket | None) -> Outcome:
        with self._lock:
            self.runs += 1
            self.break_next, broken = max(0, self.break_next - 1), self.break_next > 0
        if broken:
            raise SandboxError("broken on purpose")
        try:
            return self._start(program, limits, Path(folder), link)
        finally:
            if link is not None:
                link.close()

    def _start(self, program: Program, limits: Limits, folder: Path, link: socket.socket | None) -> Outcome:
        for name, content in program.files.items():
            (folder / name).write_bytes(content)
        source = folder / f"main{_SUFFIX[program.language]}"
        source.write_text(program.source)
        command = [*_RUNNERS.get(program.language, []), str(source)]
        if program.language in _COMPILERS:
            command = [
                *_COMPILERS[program.language],
                *(["-c"] if program.compile_only else []),
                source.name,
                *program.flags,
                "-o",
                "main",
            ]
            built = self._execute(command, limits, folder, b"", None, Phase.COMPILE)
            if program.compile_only or not built.ok:
                return built
            command = ["./main"]
        return self._execute(
            [*command, *program.args], limits, folder, program.stdin, link, Phase.RUN, program.link_stdio
        )

    def _execute(
        self,
        command: list[str],
        limits: Limits,
        folder: Path,
        stdin: bytes,
        link: socket.socket | None,
        phase: Phase,
        link_stdio: bool = False,
    ) -> Outcome:
        def prepare() -> None:
            if link is not None:
                os.dup2(link.fileno(), 3)
                if link_stdio:
                    os.dup2(3, 0)
                    os.dup2(3, 1)
            if phase is Phase.RUN:
                resource.setrlimit(resource.RLIMIT_CPU, (int(limits.cpu_s + 1), int(limits.cpu_s + 2)))

        started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            process = subprocess.Popen(command, cwd=folder, stdin=given, stdout=out, stderr=err, preexec_fn=prepare, pass_fds=(3,) if link else (), start_new_session=True, env={"PATH": os.environ["PATH"]})  # fmt: skip
            if link is not None:
                link.close()
            killed = None
            try:
                process.wait(limits.wall_net_s if phase is Phase.RUN else 60)
            except subprocess.TimeoutExpired:
                killed = Killed.WALL
                os.killpg(process.pid, 9)
                process.wait()
            texts = []
            for stream in (out, err):
                stream.seek(0)
                texts.append(stream.read(limits.output_bytes + 1))
            if max(map(len, texts)) > limits.output_bytes and killed is None:
                killed = Killed.OUTPUT
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        code = process.returncode
        if code in (-24, -9) and killed is None:
            killed = Killed.CPU
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Outcome(
            phase, code if code >= 0 else None, -code if code < 0 else None, texts[0][: limits.output_bytes],
            texts[1][: limits.output_bytes], cpu, time.monotonic() - started, 0, killed, self.tier,
        )  # fmt: skip


__all__ = ["PlainSandbox"]
