"""A small judge for tests of the sandbox: stdin/stdout cases, compared by tokens. (The real judge is r1.verifiers.code.)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from r1.sandbox import Limits, Outcome, Program, Sandbox

MIB = 1 << 20


def limits_of(tests: Mapping[str, Any]) -> Limits:
    given = tests.get("limits", {})
    return Limits(
        cpu_s=given.get("cpu", 2),
        wall_s=given.get("wall"),
        memory_bytes=given.get("mem_mb", 256) * MIB,
        output_bytes=given.get("out_kb", 1024) * 1024,
        file_bytes=given.get("files_mb", 64) * MIB,
    )


def judge(sandbox: Sandbox, language: str, source: str, tests: Mapping[str, Any]) -> tuple[str, float, list[Outcome]]:
    """AC and 1.0 if every case's tokens agree, else the letters of the first failure and 0.0."""
    outcomes = []
    for case in tests["cases"]:
        program = Program(source, language, stdin=case["stdin"].encode())
        outcome = sandbox.run(program, limits_of(tests))
        outcomes.append(outcome)
        if outcome.code != "OK":
            return outcome.code, 0.0, outcomes
        if tokens(outcome.stdout) != case["stdout"].split():
            return "WA", 0.0, outcomes
    return "AC", 1.0, outcomes


def tokens(output: bytes) -> Sequence[str]:
    try:
        return output.decode().split()
    except UnicodeDecodeError:
        return ["\0not text"]
