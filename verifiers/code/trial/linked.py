"""Linked: test code in the tester's box calls the program in the candidate's box, over one socket between them."""

from __future__ import annotations

import json
import math
import secrets
from dataclasses import replace
from typing import Any

from r1.sandbox.protocol import MIB, Killed, Outcome, Program, Sandbox
from r1.verifiers.code.box.assemble import boxed
from r1.verifiers.code.fate import Fate, Result, fate_of
from r1.verifiers.code.trial.helpers import helper_limits
from r1.verifiers.code.trial.modules import refuse_missing
from r1.verifiers.code.trial.records import end_of, fate_of_load, records_in
from r1.verifiers.code.truth.plan import Plan, Source
from r1.verifiers.code.truth.prompt import helper_sources
from r1.verifiers.verdict import TruthError

_TESTER_MEMORY_BYTES = 256 * MIB  # the least that a tester gets


def run_source(sandbox: Sandbox, plan: Plan, program: Program, test: Source, stop: bool) -> Result:
    """The result of a test source: asserts that were not lifted, unittest classes or pytest functions.

    The report comes from the tester's box, under a nonce that the candidate's box never held.

    Raises:
        SandboxError: a box failed, or lacks a module that the task promised.
        TruthError: the tests do not run.
    """
    if program.language != "python":
        raise TruthError(f"a test source for {program.language}: only python programs can be called from another box")
    nonce = secrets.token_hex(8)
    candidate = {"source": program.source, "context": plan.prelude}
    tester = {
        "nonce": nonce,
        "source": test.source,
        "framework": test.framework,
        "entry": plan.entry,
        "context": plan.context,
        "prompt": plan.prompt,
        "own_helpers": any(text not in program.source for text in helper_sources(plan.prompt, plan.entry)),
        "remote_operators": plan.remote_operators,
        "stop": stop,
    }
    ran, judged = sandbox.run_linked(
        boxed("candidate", candidate),
        boxed("tester", tester),
        plan.limits,
        replace(helper_limits(plan.limits), memory_bytes=max(plan.limits.memory_bytes, _TESTER_MEMORY_BYTES)),
    )
    report = records_in(judged.stdout, nonce, json.loads).get("report")
    return _read_report(sandbox, plan, report, ran, judged)


def _read_report(sandbox: Sandbox, plan: Plan, report: Any, ran: Outcome, judged: Outcome) -> Result:
    if report is None:
        # The tester runs only our code and the task's: what the candidate sent must have exhausted it.
        how = Fate.TIME if judged.killed in (Killed.CPU, Killed.WALL) else fate_of(ran) or Fate.MISSING
        return Result(how, 0.0, end_of(ran), ran.cpu_s)
    if "broken" in report:
        raise TruthError(f"the tests could not be run: {report['broken']}")
    if "load" in report:
        refuse_missing(sandbox, plan, report["load"])
        return Result(fate_of_load(report["load"]), 0.0, {"error": report["load"]}, ran.cpu_s)
    tests = report["tests"]
    passed = sum(entry[1] is True for entry in tests)
    if "gone" in report:
        # The remaining tests did not run, so the share of those that did says nothing.
        return Result(fate_of(ran) or Fate.MISSING, 0.0, end_of(ran), ran.cpu_s)
    if not tests:
        return Result(Fate.MISSING, 0.0, {"error": ["", "no test ran", 0]}, ran.cpu_s)
    first = next((entry for entry in tests if entry[1] is not True), None)
    if first is None:
        return Result(Fate.OK, 1.0, {}, ran.cpu_s)
    refuse_missing(sandbox, plan, first[3:6])
    share = math.nextafter(1.0, 0.0) if passed == len(tests) else passed / len(tests)
    detail = {"call": first[0], "error": first[3:6]}
    return Result(Fate(first[2]), share, detail, ran.cpu_s)
