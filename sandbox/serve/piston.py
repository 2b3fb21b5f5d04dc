"""Piston: its interface, ``/api/v2/execute`` and ``/api/v2/runtimes``, as open-r1's client and others use it."""

from __future__ import annotations

import asyncio
import base64
import binascii
import signal
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from r1.sandbox.languages import LANGUAGES
from r1.sandbox.protocol import MIB, Killed, Limits, Outcome, Phase, Program, plain_name
from r1.sandbox.serve.fusion import compile_then_run, wall_net_s
from r1.sandbox.serve.gate import Refused
from r1.sandbox.serve.graded import GRADED, graded_job
from r1.sandbox.serve.queue import Failure, Job
from r1.sandbox.serve.service import Service

ALIASES = {
    "python": ["py", "py3", "python3"],
    "c": ["gcc"],
    "cpp": ["c++", "g++"],
    "javascript": ["node", "node-javascript", "node-js", "js"],
    "typescript": ["ts"],
    "java": [],
    "rust": ["rs"],
    "go": ["golang"],
    "bash": ["sh"],
}
BY_NAME = {alias: ours for ours, names in ALIASES.items() for alias in (ours, *names)}
PISTON_NAMES = {"cpp": "c++"}  # runtimes that Piston names differently
VERSION = "0.0.0"  # of a runtime whose programs cannot print their version
START_WITHIN_S = 10.0  # open-r1's client gives up after 30 s
DEFAULT_TIMEOUT_MS = 3000.0
OUTPUT_BYTES = 16 * MIB

# One program per language that prints its version. /runtimes lists the languages whose program runs.
PROBES = {
    "python": "import platform; print(platform.python_version())",
    "c": '#include <stdio.h>\nint main(void){printf("%d.%d.%d",__GNUC__,__GNUC_MINOR__,__GNUC_PATCHLEVEL__);}',
    "cpp": '#include <cstdio>\nint main(){printf("%d.%d.%d",__GNUC__,__GNUC_MINOR__,__GNUC_PATCHLEVEL__);}',
    "javascript": "console.log(process.versions.node)",
    "typescript": f'console.log("{VERSION}")',
    "java": "public class Main{"
    'public static void main(String[] a){System.out.print(Runtime.version().feature()+".0.0");}}',
    "rust": f'fn main(){{println!("{VERSION}");}}',
    "go": 'package main\nimport ("fmt";"runtime")\nfunc main(){fmt.Print(runtime.Version()[2:])}',
    "bash": 'echo "${BASH_VERSION%%(*}"',
}


class File(BaseModel):
    """One file of a request."""

    content: str
    name: str | None = None
    encoding: Literal["utf8", "base64", "hex"] = "utf8"

    def raw(self) -> bytes:
        """Its decoded content. Raises ValueError if the content is not of its encoding."""
        if self.encoding == "utf8":
            return self.content.encode()
        return bytes.fromhex(self.content) if self.encoding == "hex" else base64.b64decode(self.content, validate=True)


class Execute(BaseModel):
    """A request. Times are in milliseconds, memory in bytes; a missing limit or one ≤ 0 means the largest allowed. Limits for
    the compiler are ignored: the language table has its own."""

    language: str
    version: str
    files: list[File] = Field(min_length=1)
    stdin: str | None = ""
    args: list[str] | None = None
    run_timeout: float | None = Field(None, allow_inf_nan=False)
    run_cpu_time: float | None = Field(None, allow_inf_nan=False)
    run_memory_limit: int | None = None
    compile_timeout: float | None = None
    compile_cpu_time: float | None = None
    compile_memory_limit: int | None = None


def add_piston(app: FastAPI, service: Service) -> None:
    """Add Piston's routes to an application."""
    versions: dict[str, str] = {}
    lock = asyncio.Lock()

    async def known_versions(request: Request) -> dict[str, str]:
        """The versions of languages that run here, found by running their probes once."""
        async with lock:
            for language, source in PROBES.items() if not versions else ():
                job = compile_then_run(Program(source, language), Limits(cpu_s=10, memory_bytes=1024 * MIB))
                result = await service.perform(request, job, 60.0)
                if not isinstance(result, Failure) and result[0].code == "OK":
                    versions[language] = result[0].stdout.decode(errors="replace").strip() or VERSION
        return versions

    @app.post("/api/v2/execute")
    @app.post("/api/v2/piston/execute")
    async def execute(body: Execute, request: Request) -> JSONResponse:
        graded = body.language in GRADED
        language = GRADED[body.language] if graded else BY_NAME.get(body.language)
        if language is None:
            raise Refused(400, "invalid", f"{body.language}-{body.version} runtime is unknown")
        limits = _limits(body, service.settings.caps)
        job = _graded(body, language, limits) if graded else compile_then_run(_program(body, language), limits)
        result = await service.perform(request, job, START_WITHIN_S)
        if isinstance(result, Failure):
            raise Refused(500, str(result.trouble), result.message)  # open-r1's client retries
        name, version = PISTON_NAMES.get(language, language), versions.get(language, VERSION)
        return JSONResponse(_stages(result) | {"language": name, "version": version})

    @app.get("/api/v2/runtimes")
    @app.get("/api/v2/piston/runtimes")
    async def runtimes(request: Request) -> list[dict[str, Any]]:
        found = await known_versions(request)
        return [
            {
                "language": PISTON_NAMES.get(language, language),
                "version": version,
                "aliases": [language, *ALIASES[language]],
            }
            for language, version in found.items()
        ]

    @app.get("/api/v2/packages")
    async def packages(request: Request) -> list[dict[str, Any]]:
        found = await known_versions(request)
        return [
            {"language": PISTON_NAMES.get(language, language), "language_version": version, "installed": True}
            for language, version in found.items()
        ]


def _files(body: Execute) -> dict[str, bytes]:
    """The files by name, in order. Raises Refused if a name has a directory or comes twice, or content is not of its encoding."""
    files: dict[str, bytes] = {}
    for i, file in enumerate(body.files):
        try:
            name = plain_name(file.name or f"file{i}.code")
            if name in files:
                raise ValueError(f"{name!r} comes twice")
            files[name] = file.raw()
        except (binascii.Error, ValueError) as error:
            raise Refused(400, "invalid", f"files[{i}]: {error}") from None
    return files


def _program(body: Execute, language: str) -> Program:
    """The program in the first text file, with the other files in its directory."""
    files = _files(body)
    texts = [name for name, file in zip(files, body.files, strict=True) if file.encoding == "utf8"]
    if not texts:
        raise Refused(400, "invalid", "files must include at least one utf8 encoded file")
    source = files.pop(texts[0]).decode()
    if LANGUAGES[language].file in files:
        raise Refused(
            400, "invalid", f"files: {LANGUAGES[language].file} is the name of the program's own file; put it first"
        )
    return Program(source, language, (body.stdin or "").encode(), tuple(body.args or ()), files)


def _graded(body: Execute, language: str, limits: Limits) -> Job:
    try:
        return graded_job(_files(body), language, limits)
    except ValueError as error:
        raise Refused(400, "invalid", str(error)) from None


def _limits(body: Execute, caps: Limits) -> Limits:
    """Limits from Piston's fields. Raises Refused, in Piston's words, for more than is allowed."""
    timeout_ms, memory_bytes = body.run_timeout or DEFAULT_TIMEOUT_MS, body.run_memory_limit or -1
    cpu_ms = body.run_cpu_time or timeout_ms
    for name, value, most in (
        ("run_timeout", timeout_ms, caps.cpu_s * 1000),
        ("run_cpu_time", cpu_ms, caps.cpu_s * 1000),
        ("run_memory_limit", memory_bytes, caps.memory_bytes),
    ):
        if value > most:
            raise Refused(400, "invalid", f"{name} cannot exceed the configured limit of {most:g}")
    if timeout_ms < 0 or cpu_ms < 0:
        raise Refused(400, "invalid", "run_timeout and run_cpu_time must be non-negative")
    return Limits(
        cpu_s=min(cpu_ms, timeout_ms) / 1000,
        wall_s=wall_net_s(timeout_ms / 1000),
        memory_bytes=memory_bytes if memory_bytes > 0 else caps.memory_bytes,
        output_bytes=min(OUTPUT_BYTES, caps.output_bytes),
    )


def _stages(outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    """The stages ``compile``, if there was one, and ``run``. As in Piston, ``run`` repeats a failed compilation."""
    own = outcomes[0]
    if own.phase is Phase.COMPILE:
        return {"compile": _stage(own), "run": _stage(own)}
    stages = {"compile": _stage(outcomes[1])} if len(outcomes) > 1 else {}
    return stages | {"run": _stage(own)}


def _stage(outcome: Outcome) -> dict[str, Any]:
    stdout, stderr = outcome.stdout.decode(errors="replace"), outcome.stderr.decode(errors="replace")
    status, message = _reason(outcome)
    return {
        "stdout": stdout,
        "stderr": stderr,
        "output": stdout + stderr,
        "code": None if outcome.killed else outcome.exit_code,
        "signal": "SIGKILL" if outcome.killed else outcome.signal and _signal_name(outcome.signal),
        "message": message,
        "status": status,
        "cpu_time": round(outcome.cpu_s * 1000, 3),
        "wall_time": round(outcome.wall_s * 1000, 3),
        "memory": outcome.peak_memory_bytes,
    }


def _reason(outcome: Outcome) -> tuple[str | None, str | None]:
    if outcome.killed is not None:
        return {
            Killed.CPU: ("TO", "Time limit exceeded"),
            Killed.WALL: ("TO", "Time limit exceeded (wall clock)"),
            Killed.MEMORY: ("SG", "Memory limit exceeded"),
            Killed.OUTPUT: ("OL", "stdout length exceeded"),
        }[outcome.killed]
    if outcome.exit_code is None:
        return "SG", f"Caught fatal signal {outcome.signal}"
    return ("RE", f"Exited with error status {outcome.exit_code}") if outcome.exit_code else (None, None)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"
