"""Stdio: a program reads an input and writes an output, which is compared here or given to a checker."""

from __future__ import annotations

from dataclasses import replace

from r1.sandbox.protocol import Program, Sandbox
from r1.verifiers.code.compare import same_output
from r1.verifiers.code.fate import Result, fate_of, right_or_wrong
from r1.verifiers.code.trial.files import with_input
from r1.verifiers.code.trial.helpers import checker_accepts, interact
from r1.verifiers.code.trial.modules import refuse_missing_in
from r1.verifiers.code.trial.records import end_of
from r1.verifiers.code.trial.syntax import as_parsed
from r1.verifiers.code.truth.plan import Plan, Stdio


def run_stdio(sandbox: Sandbox, plan: Plan, program: Program, test: Stdio) -> Result:
    """The result of one run of the program on one input. Raises SandboxError and TruthError only."""
    if test.interactor is not None:
        return interact(sandbox, plan, program, test)
    room = max(plan.limits.output_bytes, 2 * max(map(len, test.stdout)))
    outcome = sandbox.run(with_input(program, test), replace(plan.limits, output_bytes=room))
    how, outcome = as_parsed(sandbox, program, outcome, fate_of(outcome))
    if how is not None:
        refuse_missing_in(sandbox, plan, outcome.stderr)
        return Result(how, 0.0, end_of(outcome), outcome.cpu_s)
    if test.checker is None:
        ok = any(same_output(outcome.stdout, right, test.rule) for right in test.stdout)
    else:
        ok = checker_accepts(sandbox, plan, test, outcome.stdout)
    detail = {"stdin": test.stdin, "got": outcome.stdout, "expected": test.stdout[0]}
    return right_or_wrong(ok, detail, outcome.cpu_s)
