"""Fake backend for tests: a function answers, and no program is executed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

from r1.sandbox.protocol import Limits, Outcome, Phase, Program, SandboxError, paired


def echo(program: Program) -> Outcome:
    """The outcome of a program that copies its input to its output."""
    return Outcome(Phase.RUN, 0, None, program.stdin, b"", 0.0, 0.0, 0, None, "fake")


class FakeSandbox:
    """A `Sandbox` that calls ``answer`` instead of running a program.

    Attributes:
        asked: the programs that it was asked to run, in order.
    """

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
        for program, limit in paired(programs, limits):
            try:
                outcomes.append(self.run(program, limit))
            except SandboxError as error:
                outcomes.append(error)
        return outcomes

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        return self.run(candidate), self.run(tester)

    def close(self) -> None:
        """Nothing to do."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
