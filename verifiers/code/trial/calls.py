"""Calls: a driver in the program's box calls its functions; the results come back as data and are compared here."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from r1.sandbox.protocol import Outcome, Program, Sandbox
from r1.verifiers.code.box.assemble import boxed
from r1.verifiers.code.box.values import decode
from r1.verifiers.code.compare import same_value
from r1.verifiers.code.fate import Fate, Result, fate_of, right_or_wrong
from r1.verifiers.code.native.c_drivers import driver
from r1.verifiers.code.native.javascript import CALLER as JAVASCRIPT_CALLER
from r1.verifiers.code.native.signatures import decode_result, encode_calls
from r1.verifiers.code.opaque import opaque
from r1.verifiers.code.trial.clock import late_calls
from r1.verifiers.code.trial.modules import refuse_missing
from r1.verifiers.code.trial.records import as_data, end_of, fate_of_load, records_in
from r1.verifiers.code.truth.literals import Call
from r1.verifiers.code.truth.plan import Calls, Plan, Returns
from r1.verifiers.verdict import TruthError

_MAX_CALLS_BUDGET = 10  # all calls of one run together get at most this many times the CPU limit of one

Record = dict[str, Any]
"""A driver's report on one call: {"v": encoded result} or {"e": [exception, message, line]}."""


def run_calls(sandbox: Sandbox, plan: Plan, program: Program, tests: Sequence[Calls], stop: bool) -> list[Result]:
    """The result of each test, from one run of the candidate's box that makes all their calls.

    The box holds arguments only. Each call may use the CPU limit; a call that exceeds it ends the run.

    Args:
        stop: end the run at the first call that raises.

    Raises:
        SandboxError: the box failed, or lacks a module that the task promised.
        TruthError: the language has no driver, or an argument is not data.
    """
    records, outcome = call_records(sandbox, plan, program, [call for test in tests for call in test.calls], stop)
    late = (
        late_calls(plan, records, outcome, sum(len(test.calls) for test in tests))
        if program.language == "python"
        else ()
    )
    results, at = [], 0
    for test in tests:
        numbers = range(at, at + len(test.calls))
        at += len(test.calls)
        mine = [records.get(str(number)) for number in numbers]
        if any(number in late for number in numbers):
            results.append(Result(Fate.TIME, 0.0, {}, outcome.cpu_s))
        else:
            results.append(_judge_calls(sandbox, plan, test, mine, records, outcome))
    return results


def call_records(
    sandbox: Sandbox, plan: Plan, program: Program, calls: Sequence[Call], stop: bool
) -> tuple[dict[str, Any], Outcome]:
    """The driver's record of each call by its number, under "load" and "time" what stopped them, and the run itself."""
    nonce = secrets.token_hex(8)
    times = min(len(calls), _MAX_CALLS_BUDGET)
    limits = replace(plan.limits, cpu_s=plan.limits.cpu_s * times, wall_s=plan.limits.wall_net_s * times)
    if program.language in ("c", "cpp"):
        outcome = sandbox.run(_native_program(plan, program, nonce, [call.args for call in calls]), plan.limits)
        return records_in(outcome.stdout, nonce, lambda text: {"native": text}), outcome
    job = {
        "nonce": nonce,
        "source": program.source,
        "context": plan.prelude,
        "entry": plan.entry,
        "calls": [[as_data(call.args), as_data(dict(call.kwargs))] for call in calls],
        "cpu_s": plan.limits.cpu_s,
        "wall_s": plan.limits.wall_net_s,
        "stop": stop,
    }
    outcome = sandbox.run(_caller(program, job), limits)
    return records_in(outcome.stdout, nonce, json.loads), outcome


def value_of(plan: Plan, record: Record) -> Any:
    """The result in a record. Raises Undecodable, KeyError or ValueError if there is no valid one."""
    if "native" in record:
        assert plan.signature is not None
        return decode_result(record["native"], plan.signature.returns)
    return decode(record["v"], opaque)


def _caller(program: Program, job: dict[str, Any]) -> Program:
    if program.language == "python":
        return boxed("calls", job)
    if program.language == "javascript":
        return replace(program, source=JAVASCRIPT_CALLER, stdin=json.dumps(job).encode())
    raise TruthError(
        f"function tests in {program.language}: only python, javascript, c and cpp have drivers; use stdin/stdout tests"
    )


def _native_program(plan: Plan, program: Program, nonce: str, calls: list[tuple[Any, ...]]) -> Program:
    """The driver, with the candidate as a separate translation unit."""
    if plan.signature is None:
        raise TruthError(f"function tests in {program.language} need a signature such as 'int add(int, int)'")
    try:
        source, stdin = driver(plan.signature, program.language), encode_calls(plan.signature, nonce, calls)
    except (ValueError, TypeError) as error:
        raise TruthError(f"code truth: {error}") from error
    unit = f"candidate.{program.language}"
    # A candidate may bring its own main to show what it does: rename it, so that it does not collide with the driver's.
    text = f'{plan.context}\n#define main r1_candidate_main\n#line 1 "{unit}"\n{program.source}'
    files = {unit: text.encode("utf-8", "surrogatepass")}
    return replace(program, source=source, stdin=stdin, files=files, flags=(*program.flags, unit))


def _judge_calls(
    sandbox: Sandbox, plan: Plan, test: Calls, mine: list[Any], records: dict[str, Any], outcome: Outcome
) -> Result:
    if any(record is None for record in mine):
        return _missing(sandbox, plan, records, outcome)
    raised = next((record["e"] for record in mine if isinstance(record, dict) and "e" in record), None)
    if raised is not None:
        refuse_missing(sandbox, plan, raised)
        return Result(Fate.ERROR, 0.0, {"call": _call_text(plan, test), "error": raised}, outcome.cpu_s)
    got: Any = None
    try:
        values = [value_of(plan, record) for record in mine]
        got = values[0]
        ok = _holds(test, values)
    except Exception as error:  # a result that is not data, or cannot be compared, is not the expected one
        ok, got = False, str(error)[:100] if got is None else got
    if ok:
        return right_or_wrong(True, {}, outcome.cpu_s)
    detail = {"call": _call_text(plan, test), "got": got, "expected": _expected(test)}
    return right_or_wrong(False, detail, outcome.cpu_s)


def _holds(test: Calls, values: list[Any]) -> bool:
    if not isinstance(test.expect, Returns):
        return test.expect.holds(values)
    form = test.expect
    return any(same_value(values[0], right, form.rule, form.tuples_are_lists) for right in form.values)


def _missing(sandbox: Sandbox, plan: Plan, records: dict[str, Any], outcome: Outcome) -> Result:
    """The result of a call without a record: the program did not load, exceeded a limit, or ended too early."""
    load = records.get("load")
    refuse_missing(sandbox, plan, load)
    if isinstance(load, list) and len(load) == 3:
        return Result(fate_of_load(load), 0.0, {"error": load}, outcome.cpu_s)
    if "time" in records:
        return Result(Fate.TIME, 0.0, {}, outcome.cpu_s)
    how = fate_of(outcome) or (Fate.SKIPPED if records else Fate.MISSING)
    return Result(how, 0.0, end_of(outcome), outcome.cpu_s)


def _call_text(plan: Plan, test: Calls) -> str:
    call = test.calls[0]
    try:
        words = [*map(repr, call.args), *(f"{key}={value!r}" for key, value in call.kwargs.items())]
    except ValueError:  # an int too long to print
        words = ["..."]
    return f"{plan.entry}({', '.join(words)})"


def _expected(test: Calls) -> Any:
    return test.expect.values[0] if isinstance(test.expect, Returns) else test.expect.text
