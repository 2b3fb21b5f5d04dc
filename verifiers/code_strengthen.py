"""Generated tests: further inputs for the function of a task, with what its reference solution returns for them.

A set's own tests let wrong programs through (of first-order mutants of HumanEval's solutions about one in thirteen). With a
correct program at hand more can be made: inputs by `code_inputs`, run through the reference in the sandbox, its results as
the expected ones. They are hidden tests like any others, and every program of a task meets the same ones.

What is dropped: inputs on which the reference raises, gives what is no data or not-a-number, differs between two runs, or
gives a type of result that it gives on none of the tests' own inputs (``None`` for a list that is too short).
"""

from __future__ import annotations

import ast
import hashlib
import json
import math
import random
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from r1.sandbox.protocol import Program, Sandbox
from r1.verifiers.code_boxes import boxed
from r1.verifiers.code_compare import Rule, same_value
from r1.verifiers.code_inputs import Args, new_inputs
from r1.verifiers.code_lift import Call
from r1.verifiers.code_run import Opaque, call_records, records_in, value_of
from r1.verifiers.code_truth import Calls, Plan, Returns, Source, Test
from r1.verifiers.code_values import Undecodable, decode
from r1.verifiers.verdict import TruthError

FLOAT_TOLERANCE = 1e-6
MOST_CONSTANT = 10**15
_NONE = Opaque("nothing")


def strengthen(sandbox: Sandbox, plan: Plan, count: int, seed: int = 0) -> Plan:
    """The plan with up to ``count`` generated tests; itself where nothing can be generated.

    It wants a ``reference`` in Python and an entry point with tests that call it. The same plan, count and seed give the
    same inputs. Raises SandboxError; TruthError when the reference does not load.
    """
    if plan.language != "python" or not plan.reference or not plan.entry or plan.remote_operators:
        return plan
    seen = inputs_of(sandbox, plan)
    key = json.dumps([seed, plan.entry, plan.reference, repr(seen)])
    rng = random.Random(hashlib.sha256(key.encode()).digest())
    inputs = new_inputs(seen, count, rng, _constants(plan.reference))
    if not inputs:
        return plan
    reference = Program(plan.reference, "python")
    calls = [Call(args, {}) for args in inputs]
    usual = set(map(type, _results(sandbox, plan, reference, [Call(args, {}) for args in seen]).values()))
    once, again = (_results(sandbox, plan, reference, calls) for _ in range(2))
    tests = [
        Test(Calls((call,), Returns((value,), _rule(value), tuples_are_lists=False)))
        for number, call in enumerate(calls)
        if type(value := once.get(number, _NONE)) in usual
        and _is_data(value)
        and same_value(again.get(number, _NONE), value, "python", False)
    ]
    return replace(plan, tests=(*plan.tests, *tests))


def _constants(source: str) -> list[int]:
    """The integers in a program: beside them it may turn."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError) as error:
        raise TruthError(f"the reference does not load: {error}") from None
    found = {node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) is int}
    return sorted(value for value in found if value < MOST_CONSTANT)


def _results(sandbox: Sandbox, plan: Plan, reference: Program, calls: Sequence[Call]) -> dict[int, Any]:
    """What the reference returns, by the call's number; calls that raise or give no data are left out."""
    records, _ = call_records(sandbox, plan, reference, calls, stop=False)
    if "load" in records:
        raise TruthError(f"the reference does not load: {records['load']}")
    found = {}
    for number in range(len(calls)):
        try:
            found[number] = value_of(plan, records[str(number)])
        except (Undecodable, KeyError, ValueError, TypeError, OverflowError):
            continue
    return found


def inputs_of(sandbox: Sandbox, plan: Plan) -> list[Args]:
    """The arguments with which the plan's tests call the entry point."""
    calls = [call for test in plan.tests if isinstance(test.form, Calls) for call in test.form.calls]
    found = [call.args for call in calls if not call.kwargs]
    for test in plan.tests:
        if isinstance(test.form, Source):
            found += _recorded(sandbox, plan, test.form.source)
    lengths = [len(args) for args in found]
    usual = max(set(lengths), key=lengths.count, default=0)
    return [args for args in found if len(args) == usual]


def _recorded(sandbox: Sandbox, plan: Plan, tests: str) -> list[Args]:
    """What a test source calls the reference with: both are trusted, so one box holds them."""
    nonce = secrets.token_hex(8)
    job = {"nonce": nonce, "source": plan.reference, "context": plan.context, "entry": plan.entry, "tests": tests}
    outcome = sandbox.run(boxed("recorder", job), plan.limits)
    record = records_in(outcome.stdout, nonce, json.loads).get("calls")
    try:
        return [tuple(decode(args)) for args in record or []]
    except Undecodable:
        return []


def _is_data(value: Any) -> bool:
    """Plain data through and through, and equal to itself."""
    try:
        return bool(value == value) and not _has_opaque(value)
    except Exception:
        return False


def _has_opaque(value: Any) -> bool:
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(map(_has_opaque, value))
    if isinstance(value, dict):
        return any(_has_opaque(x) for pair in value.items() for x in pair)
    if isinstance(value, float):
        return math.isnan(value)
    return isinstance(value, Opaque)


def _rule(value: Any) -> Rule:
    """``==``, as the sets' own asserts compare; with a tolerance where the result has floats in it."""
    return {"float": FLOAT_TOLERANCE} if _has_float(value) else "python"


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(map(_has_float, value))
    return isinstance(value, float)
