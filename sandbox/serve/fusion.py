"""Fusion: SandboxFusion's interface, ``POST /run_code``, so that verl's `sandbox_fusion` reward works by changing its URL."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, BeforeValidator

from r1.sandbox.http_format import Base64, Seconds
from r1.sandbox.languages import LANGUAGES
from r1.sandbox.protocol import MIB, Killed, Limits, Outcome, Phase, Program, Sandbox, plain_name
from r1.sandbox.serve.gate import Refused
from r1.sandbox.serve.queue import Failure, Job, Trouble
from r1.sandbox.serve.service import Service

FUSION_LANGUAGES = {
    "python": "python",
    "cpp": "cpp",
    "nodejs": "javascript",
    "js": "javascript",
    "typescript": "typescript",
    "ts": "typescript",
    "go": "go",
    "java": "java",
    "rust": "rust",
    "bash": "bash",
}
OUTPUT_BYTES = 16 * MIB
CLIENT_SLACK_S = 4.0  # verl gives up 10 s after compile_timeout + run_timeout, and wall_net_s uses up to 5 s of that


def _known(name: object) -> object:
    if name not in FUSION_LANGUAGES:
        raise ValueError(f"{name!r} is not offered; expected one of: {', '.join(FUSION_LANGUAGES)}")
    return name


class RunCode(BaseModel):
    """A request. Times are in seconds; ``memory_limit_MB`` ≤ 0 means no limit. As in SandboxFusion, ``args`` is used for
    pytest only, and so ignored here."""

    code: str
    language: Annotated[str, BeforeValidator(_known)]
    stdin: str | None = None
    compile_timeout: Seconds = 10.0
    run_timeout: Seconds = 10.0
    memory_limit_MB: int = -1
    files: dict[str, Base64 | None] = {}
    fetch_files: list[str] = []
    args: list[str] = []


def wall_net_s(timeout_s: float) -> float:
    """The wall limit, in seconds, for a timeout of SandboxFusion or Piston, which becomes our CPU limit.

    It exceeds the timeout, so that a busy machine does not fail right programs, but by less than the client's patience.
    """
    return min(2 * timeout_s, timeout_s + 5)


def compile_then_run(program: Program, limits: Limits) -> Job:
    """A job whose outcomes are the program's own and, for a compiled language, its compilation's. The program is compiled once."""
    compiler_alone = Program(
        program.source, program.language, files=program.files, flags=program.flags, compile_only=True
    )

    def work(sandbox: Sandbox) -> tuple[Outcome, ...]:
        if not LANGUAGES[program.language].compile:
            return (sandbox.run(program, limits),)
        compiled = sandbox.run(compiler_alone, limits)
        if not compiled.ok:
            return (compiled,)
        return sandbox.run(program, limits), replace(compiled, stdout=b"")  # stdout was the artifact

    return Job(program, work)


def add_fusion(app: FastAPI, service: Service) -> None:
    """Add the route /run_code to an application."""

    @app.post("/run_code")
    async def run_code(body: RunCode, request: Request) -> dict[str, Any]:
        program, limits = _program(body), service.check(_limits(body, service.settings.caps))
        compiled = bool(LANGUAGES[program.language].compile)
        patience_s = CLIENT_SLACK_S + (0.0 if compiled else body.compile_timeout)
        try:
            result = await service.perform(request, compile_then_run(program, limits), patience_s)
        except Refused as refused:
            if refused.status == 429:  # verl's client retries after 504 only
                raise Refused(504, refused.kind, refused.message, refused.retry_after_s) from None
            raise
        if isinstance(result, Failure):
            if result.trouble is Trouble.OVERLOADED:
                raise Refused(504, "overloaded", result.message, 1.0)
            return _answer("SandboxError", message=result.message)
        return _judged(result)


def _program(body: RunCode) -> Program:
    if body.fetch_files:
        raise Refused(
            422, "invalid", "fetch_files: no file is ever read out of the box; let the program print its content"
        )
    try:
        files = {plain_name(name): content for name, content in body.files.items() if content is not None}
    except ValueError as error:
        raise Refused(422, "invalid", f"files: {error}") from None
    return Program(body.code, FUSION_LANGUAGES[body.language], (body.stdin or "").encode(), files=files)


def _limits(body: RunCode, caps: Limits) -> Limits:
    memory_bytes = body.memory_limit_MB * MIB if body.memory_limit_MB > 0 else caps.memory_bytes
    return Limits(
        cpu_s=body.run_timeout,
        wall_s=wall_net_s(body.run_timeout),
        memory_bytes=memory_bytes,
        output_bytes=min(OUTPUT_BYTES, caps.output_bytes),
    )


def _judged(outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    compiled = outcomes[0] if outcomes[0].phase is Phase.COMPILE else outcomes[-1] if len(outcomes) > 1 else None
    run = outcomes[0] if outcomes[0].phase is Phase.RUN else None
    status = "Success" if all(outcome.ok for outcome in outcomes) else "Failed"
    return _answer(status, _result(compiled), _result(run))


def _answer(
    status: str,
    compile_result: dict[str, Any] | None = None,
    run_result: dict[str, Any] | None = None,
    message: str = "",
) -> dict[str, Any]:
    return {
        "status": status,
        "message": message,
        "compile_result": compile_result,
        "run_result": run_result,
        "executor_pod_name": None,
        "files": {},
    }


def _result(outcome: Outcome | None) -> dict[str, Any] | None:
    """One command's result in SandboxFusion's form, which has a status for time limits only: a kill for memory or output is
    ``Finished`` with return code -9 and the reason in stderr."""
    if outcome is None:
        return None
    late = outcome.killed in (Killed.CPU, Killed.WALL)
    stderr = outcome.stderr.decode(errors="replace")
    if outcome.killed is not None and not late:
        stderr += f"\n[killed: {outcome.killed} limit exceeded]"
    return {
        "status": "TimeLimitExceeded" if late else "Finished",
        "execution_time": outcome.wall_s,
        "return_code": None if late else _return_code(outcome),
        "stdout": outcome.stdout.decode(errors="replace"),
        "stderr": stderr,
    }


def _return_code(outcome: Outcome) -> int:
    if outcome.killed is not None:
        return -9
    return -(outcome.signal or 9) if outcome.exit_code is None else outcome.exit_code
