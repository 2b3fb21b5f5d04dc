"""Native tests: assertions in the program's own language, whose results are compared here."""

from __future__ import annotations

from dataclasses import replace

from r1.sandbox.protocol import Program, Sandbox
from r1.verifiers.code.fate import Fate, Result, fate_of
from r1.verifiers.code.native.assertions import compiler_alone, run_native, untagged
from r1.verifiers.code.native.test_files import Native
from r1.verifiers.code.trial.records import end_of
from r1.verifiers.code.trial.syntax import as_parsed
from r1.verifiers.code.truth.plan import Plan


def run_native_tests(sandbox: Sandbox, plan: Plan, program: Program, test: Native, visible: bool = False) -> Result:
    """The result of a list of assertions: they are one test, and some share of them may hold."""
    right, ran, got = run_native(sandbox, program, test, plan.prompt, plan.limits)
    if all(right):
        return Result(Fate.OK, 1.0, {}, ran.cpu_s)
    first = right.index(False)
    how = fate_of(ran) if got[first] is ... else Fate.WRONG
    if how is Fate.COMPILE and not visible:
        ran = replace(ran, stderr=compiler_alone(sandbox, program, test, plan.prompt, plan.limits))
    how, ran = as_parsed(sandbox, program, ran, how)
    shown = {"call": test.pairs[first][0], "got": untagged(got[first]), "expected": test.pairs[first][1]}
    share = sum(right) / len(right)
    return Result(how or Fate.MISSING, share, shown if how is Fate.WRONG else end_of(ran), ran.cpu_s)
