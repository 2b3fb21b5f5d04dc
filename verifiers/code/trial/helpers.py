"""Helpers: trusted programs that judge a run, such as checkers and interactors, and the limits that they get."""

from __future__ import annotations

from dataclasses import replace

from r1.sandbox.protocol import Limits, Outcome, Phase, Program, Sandbox
from r1.verifiers.code.fate import Fate, Result, fate_of, right_or_wrong
from r1.verifiers.code.trial.records import end_of
from r1.verifiers.code.truth.plan import Helper, Plan, Stdio
from r1.verifiers.verdict import TruthError

_EXTRA_S = 5.0  # CPU time beyond the candidate's limit
_ACCEPTED = (b"1", b"1.0", b"true", b"True", b"ok", b"AC")


def helper_limits(limits: Limits) -> Limits:
    """Limits of a trusted program beside a candidate that has ``limits``."""
    return replace(limits, cpu_s=limits.cpu_s + _EXTRA_S, wall_s=limits.wall_net_s + 2 * _EXTRA_S)


def checker_accepts(sandbox: Sandbox, plan: Plan, test: Stdio, output: bytes) -> bool:
    """Run the checker, which gets input, output and answer as files (testlib's three arguments).

    Raises:
        TruthError: the checker fails on the right answer as well.
    """
    assert test.checker is not None
    outcome = _check(sandbox, plan, test, test.checker, output)
    if not _crashed(outcome):
        return _accepts(outcome, test.checker.reply)
    # An output can be made to crash a checker. The checker itself is broken only if it cannot even read the answer.
    control = _check(sandbox, plan, test, test.checker, test.stdout[0])
    if _crashed(control):
        raise TruthError(f"the checker itself failed: {control.code}, {control.stderr[:200]!r}")
    return False


def interact(sandbox: Sandbox, plan: Plan, program: Program, test: Stdio) -> Result:
    """Run the program and the interactor together, each one's stdout being the other's stdin."""
    assert test.interactor is not None
    interactor = Program(
        test.interactor.source,
        test.interactor.language,
        args=("input.txt", "verdict.txt", "answer.txt"),
        files={"input.txt": test.stdin, "answer.txt": test.stdout[0]},
        link_stdio=test.interactor.reply == "exit",
    )
    ran, judged = sandbox.run_linked(
        replace(program, link_stdio=True), interactor, plan.limits, helper_limits(plan.limits)
    )
    how = fate_of(ran)
    if how in (Fate.COMPILE, Fate.TIME, Fate.MEMORY, Fate.OUTPUT):
        return Result(how, 0.0, end_of(ran), ran.cpu_s)
    if how is not None:
        return Result(how, 0.0, {}, ran.cpu_s)
    accepted = judged.killed is None and _accepts(judged, test.interactor.reply)
    return right_or_wrong(accepted, {}, ran.cpu_s)


def _check(sandbox: Sandbox, plan: Plan, test: Stdio, checker: Helper, output: bytes) -> Outcome:
    files = {"input.txt": test.stdin, "output.txt": output, "answer.txt": test.stdout[0]}
    args = tuple(f"{name}.txt" for name in checker.files)
    return sandbox.run(Program(checker.source, checker.language, args=args, files=files), helper_limits(plan.limits))


def _crashed(outcome: Outcome) -> bool:
    return outcome.killed is not None or outcome.phase is Phase.COMPILE or outcome.signal is not None


def _accepts(outcome: Outcome, reply: str) -> bool:
    """Whether a helper accepts: it exits with status 0 and, if its reply is on stdout, writes a first token such as 1.

    An exit status counts here because no candidate code runs in the helper's box.
    """
    if reply == "exit":
        return outcome.exit_code == 0
    first = outcome.stdout.split()[:1]
    return outcome.exit_code == 0 and bool(first) and first[0] in _ACCEPTED
