"""The fake backend: a function answers, and the programs asked for are remembered."""

from __future__ import annotations

import pytest

from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.protocol import Limits, Outcome, Program, Sandbox, SandboxError


def lost(program: Program) -> Outcome:
    if program.source == "lost":
        raise SandboxError("a worker died")
    return echo(program)


def test_it_is_a_sandbox_that_remembers_what_it_was_asked() -> None:
    first, second = Program("a", stdin=b"1"), Program("b", stdin=b"2")
    with FakeSandbox() as sandbox:
        assert isinstance(sandbox, Sandbox) and sandbox.tier == "fake"
        assert sandbox.run(first).stdout == b"1"
        assert [outcome.stdout for outcome in sandbox.run_linked(first, second)] == [b"1", b"2"]
        assert sandbox.asked == [first, first, second]


def test_a_lost_run_is_an_error_in_its_place() -> None:
    outcomes = FakeSandbox(lost).run_many([Program("a"), Program("lost"), Program("b")], [Limits()] * 3)
    assert [type(outcome) for outcome in outcomes] == [Outcome, SandboxError, Outcome]
    with pytest.raises(SandboxError, match="a worker died"):
        FakeSandbox(lost).run(Program("lost"))
