"""Fake sandbox for tests of what stands on top: answers come from a function, nothing is executed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

from r1.sandbox.protocol import Limits, Outcome, Phase, Program, SandboxError


def echo(program: Program) -> Outcome:
    """A program that prints its input."""
    return Outcome(Phase.RUN, 0, None, program.stdin, b"", 0.0, 0.0, 0, None, "fake")


class FakeSandbox:
    """Calls ``answer`` instead of running a program, and remembers what it was asked."""

    tier = "fake"
    workers = 1

    def __init__(self, answer: Callable[[Program], Outcome] = echo) -> None:
        self.answer = answer
        self.asked: list[Program] = []

    def run(self, program: Program, limits: Limits | None = None) -> Outcome:
        self.asked.append(program)
        return self.answer(program)

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] | None = None
    ) -> list[Outcome | SandboxError]:
        outcomes: list[Outcome | SandboxError] = []
        for program in programs:
            try:
                outcomes.append(self.run(program))
            except SandboxError as error:
                outcomes.append(error)
        return outcomes

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        return self.run(candidate), self.run(tester)

    def close(self) -> None:
        """Nothing to end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
