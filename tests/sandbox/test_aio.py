"""Calls from asyncio, and long batches whose outcomes come as they end."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator

import pytest

from r1.sandbox import Outcome, Program, SandboxError, open_sandbox
from r1.sandbox.aio import AsyncSandbox, completed
from r1.sandbox.backends.fake import FakeSandbox, echo

ECHO = "print(input())"


def numbered(count: int) -> list[Program]:
    return [Program(ECHO, stdin=str(i).encode()) for i in range(count)]


def test_awaited_calls_come_back_in_order_with_progress() -> None:
    async def main() -> tuple[list[Outcome | SandboxError], list[tuple[int, int]], Outcome]:
        seen: list[tuple[int, int]] = []
        with open_sandbox("namespaces", workers=2) as sandbox:
            async with AsyncSandbox(sandbox) as box:
                outcomes = await box.run_many(numbered(10), progress=lambda *now: seen.append(now))
                linked = await box.run_linked(
                    Program("import os; os.write(3, b'x')"), Program("import os; print(os.read(3, 9))")
                )
                return outcomes, seen, linked[1]

    outcomes, seen, tester = asyncio.run(main())
    assert [int(getattr(outcome, "stdout", b"-1")) for outcome in outcomes] == list(range(10))
    assert seen == [(i, 10) for i in range(1, 11)]
    assert tester.stdout == b"b'x'\n"


def slowly(program: Program) -> Outcome:
    time.sleep(0.01)
    return echo(program)


@pytest.mark.parametrize("answer", [echo, slowly])
def test_programs_are_drawn_only_as_boxes_become_free(answer: Callable[[Program], Outcome]) -> None:
    """Back-pressure: of an endless iterable only so much is drawn as is worked on."""
    drawn = 0

    def endless() -> Iterator[Program]:
        nonlocal drawn
        for number in itertools.count():
            drawn += 1
            yield Program(ECHO, stdin=str(number).encode())

    fake = FakeSandbox(answer)
    outcomes = completed(fake, endless())
    for _, (index, outcome) in zip(range(20), outcomes, strict=False):
        assert isinstance(outcome, Outcome) and int(outcome.stdout) == index
    outcomes.close()  # type: ignore[attr-defined]
    assert drawn <= 20 + 4


def test_a_lost_run_of_a_batch_is_an_error_in_its_place() -> None:
    def loses(program: Program) -> Outcome:
        if program.stdin == b"3":
            raise SandboxError("lost")
        return echo(program)

    outcomes = dict(completed(FakeSandbox(loses), numbered(6)))
    assert [isinstance(outcomes[i], SandboxError) for i in range(6)] == [i == 3 for i in range(6)]
