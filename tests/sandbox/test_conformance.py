"""The conformance suite passes over every backend, and fails over a sandbox that breaks a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from serving import needs_boxes, service_process, serving
from tiers import TIERS, sandbox_of

from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.backends.remote import RemoteSandbox
from r1.sandbox.backends.unsafe import UnsafeSandbox
from r1.sandbox.conformance import CHECKS, WITHOUT_EXECUTION, Status, check
from r1.sandbox.protocol import Killed, Limits, Outcome, Program, Sandbox, SandboxError

KNOWN_FAILURES = {
    "unsafe": {"processes are limited"}
}  # plain subprocesses: Linux counts processes per user, not per run


@pytest.fixture(params=[*TIERS, "unsafe"])
def local(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


def failures(sandbox: Sandbox, executes: bool = True) -> set[str]:
    """Names of the checks that did not pass, and for a failing assertion each result in a line."""
    results = check(sandbox, executes)
    print(*results, sep="\n")
    return {result.name for result in results if result.status is not Status.PASSED}


def test_each_local_backend_keeps_the_promises(local: Sandbox) -> None:
    assert failures(local) == KNOWN_FAILURES.get(local.tier, set())


@needs_boxes
def test_the_client_of_a_service_keeps_the_promises() -> None:
    with service_process("--workers", "2") as process, RemoteSandbox(process.url) as sandbox:
        assert failures(sandbox) == set()


def test_a_fake_and_a_service_in_front_of_it_keep_what_needs_no_execution() -> None:
    assert failures(FakeSandbox(), executes=False) == set(CHECKS) - WITHOUT_EXECUTION
    with serving(FakeSandbox()) as (url, _), RemoteSandbox(url) as remote:
        assert failures(remote, executes=False) == set(CHECKS) - WITHOUT_EXECUTION


def test_a_fake_that_claims_to_execute_fails_and_does_not_raise() -> None:
    results = check(FakeSandbox(), executes=True)
    assert {result.name for result in results if result.status is Status.FAILED} == set(CHECKS) - WITHOUT_EXECUTION
    assert all(result.reason for result in results if result.status is not Status.PASSED)


class Reversed(FakeSandbox):
    def run_many(self, programs: Sequence[Program], limits: Any = None) -> list[Outcome | SandboxError]:
        return super().run_many(programs, limits)[::-1]


class Careless(FakeSandbox):
    """Pairs programs with limits as far as both go, like `zip`."""

    def run_many(self, programs: Sequence[Program], limits: Any = None) -> list[Outcome | SandboxError]:
        each = [limits] * len(programs) if limits is None or isinstance(limits, Limits) else limits
        return [self.run(program, limit) for program, limit in zip(programs, each, strict=False)]


def cut(program: Program) -> Outcome:
    return replace(echo(program), stdout=program.stdin[:1000])


def mistaken(program: Program) -> Outcome:
    return replace(echo(program), killed=Killed.WALL)


def lost(program: Program) -> Outcome:
    raise SandboxError("the daemon is gone")


@pytest.mark.parametrize(
    ("broken", "names"),
    [
        (Reversed, {"run_many keeps the order", "run_many takes one Limits for each program"}),
        (Careless, {"run_many refuses a wrong number of limits"}),
        (lambda: FakeSandbox(cut), {"any bytes go in and come out exactly"}),
        (lambda: FakeSandbox(mistaken), {"any bytes go in and come out exactly"}),
        (
            lambda: FakeSandbox(lost),
            WITHOUT_EXECUTION
            - {"it has the protocol's attributes and methods", "run_many refuses a wrong number of limits"},
        ),
    ],
    ids=["reversed", "careless", "cut", "mistaken", "lost"],
)
def test_a_broken_promise_is_named(broken: Callable[[], FakeSandbox], names: set[str]) -> None:
    results = check(broken(), executes=False)
    assert {result.name for result in results if result.status is Status.FAILED} == names


class WithoutLimits(UnsafeSandbox):
    """Runs every program under generous limits, whatever it is asked."""

    def run(self, program: Program, limits: Limits | None = None) -> Outcome:
        return super().run(program, Limits(cpu_s=1, wall_s=3))


def test_a_sandbox_that_ignores_limits_is_caught() -> None:
    found = failures(WithoutLimits(2))
    assert {"output is limited", "files are limited", "each program has its own limits"} <= found
    assert "an exit status is reported" not in found and "run_many keeps the order" not in found


def test_a_result_reads_as_a_line() -> None:
    lines = [str(result) for result in check(Reversed(), executes=False)]
    assert lines[0] == "passed  it has the protocol's attributes and methods"
    assert lines[3].startswith("failed  run_many keeps the order: run_many(programs, limits): expected [b'0', b'1'")
    assert lines[7] == "skipped an exit status is reported: needs a sandbox that executes programs"
