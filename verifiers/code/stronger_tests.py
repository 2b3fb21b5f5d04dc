"""Stronger tests: generated inputs for the function of a task, with the results of its reference solution.

A set's own tests let wrong programs pass (about one in thirteen first-order mutants of HumanEval's solutions). With a
correct program more tests can be made: `inputs` generates inputs, and the reference, run in the sandbox, gives the
expected results. They are hidden tests like any others, and every program of a task gets the same ones.

Some inputs are dropped: those on which the reference raises, returns NaN or something that is not data, differs between
two runs, or returns a type that it does not return on any of the tests' own inputs (``None`` for a list that is too
short); and those on which its result depends on the order of a list although it does not on the tests' own inputs (a
tie, such as two pairs that are equally close).
"""

from __future__ import annotations

import ast
import hashlib
import json
import math
import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from r1.sandbox.protocol import Program, Sandbox
from r1.verifiers.code.box.assemble import boxed
from r1.verifiers.code.box.values import Undecodable, decode
from r1.verifiers.code.compare import Rule, same_value
from r1.verifiers.code.inputs import Args, new_inputs
from r1.verifiers.code.opaque import Opaque
from r1.verifiers.code.python import parse
from r1.verifiers.code.trial.calls import call_records, value_of
from r1.verifiers.code.trial.records import records_in
from r1.verifiers.code.truth.literals import Call
from r1.verifiers.code.truth.plan import Calls, Plan, Returns, Source, Test
from r1.verifiers.verdict import TruthError

_FLOAT_TOLERANCE = 1e-6
_MOST_CONSTANT = 10**15
_NONE = Opaque("nothing")

Turn = Callable[[Args], Args]
"""Gives the same input with one list in another order."""


def strengthen(sandbox: Sandbox, plan: Plan, count: int, seed: int = 0) -> Plan:
    """The plan with up to ``count`` generated tests, or the plan itself if nothing can be generated.

    This takes a ``reference`` in Python, and an entry point with tests that call it. The same plan, count and seed give
    the same inputs.

    Raises:
        SandboxError: the box failed.
        TruthError: the reference does not load.
    """
    if plan.language != "python" or not plan.reference or not plan.entry or plan.remote_operators:
        return plan
    seen = inputs_of(sandbox, plan)
    key = json.dumps([seed, plan.entry, plan.reference, repr(seen)])
    rng = random.Random(hashlib.sha256(key.encode()).digest())
    inputs = new_inputs(seen, count, rng, _constants(plan.reference))
    if not inputs:
        return plan
    known = _results(sandbox, plan, seen)
    usual = set(map(type, known.values()))
    once, again = (_results(sandbox, plan, inputs) for _ in range(2))
    others = [_results(sandbox, plan, [turn(args) for args in inputs]) for turn in _turns(sandbox, plan, seen, known)]
    tests = [
        Test(Calls((Call(args, {}),), Returns((value,), _rule(value), tuples_are_lists=False)))
        for number, args in enumerate(inputs)
        if type(value := once.get(number, _NONE)) in usual
        and _is_data(value)
        and all(same_value(other.get(number, _NONE), value, _rule(value), False) for other in (again, *others))
    ]
    return replace(plan, tests=(*plan.tests, *tests))


def _turns(sandbox: Sandbox, plan: Plan, seen: Sequence[Args], known: dict[int, Any]) -> list[Turn]:
    """The ways of reordering one list argument that change no result of the seen inputs.

    The task then seems independent of this order. A generated input whose result depends on it is a tie, which the
    statement of the task may leave open.
    """
    found: list[Turn] = []
    for place in range(len(seen[0])):
        for order in (_reversed, _sorted):
            turn: Turn = partial(_turned, place, order)
            told = [number for number, args in enumerate(seen) if number in known and turn(args) != args]
            results = _results(sandbox, plan, [turn(seen[number]) for number in told]) if len(told) > 2 else {}
            if results and all(
                same_value(results.get(i, _NONE), known[n], "python", False) for i, n in enumerate(told)
            ):
                found.append(turn)
    return found


def _turned(place: int, order: Callable[[list[Any]], list[Any]], args: Args) -> Args:
    return tuple(order(list(arg)) if i == place and type(arg) is list else arg for i, arg in enumerate(args))


def _reversed(items: list[Any]) -> list[Any]:
    return items[::-1]


def _sorted(items: list[Any]) -> list[Any]:
    return sorted(items, key=lambda item: (type(item).__name__, repr(item)))


def _constants(source: str) -> list[int]:
    """The integers in a program: its behavior may change near them."""
    try:
        nodes = list(ast.walk(parse(source)))
    except (SyntaxError, ValueError) as error:
        raise TruthError(f"the reference does not load: {error}") from None
    found = {node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) is int}
    return sorted(value for value in found if value < _MOST_CONSTANT)


def _results(sandbox: Sandbox, plan: Plan, inputs: Sequence[Args]) -> dict[int, Any]:
    """What the reference returns, by the input's number, without the calls that raise or do not return data."""
    calls = [Call(args, {}) for args in inputs]
    records, _ = call_records(sandbox, plan, Program(plan.reference, "python"), calls, stop=False)
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
    """The arguments with which a test source calls the reference. Both are trusted, so they run in one box."""
    nonce = secrets.token_hex(8)
    job = {"nonce": nonce, "source": plan.reference, "context": plan.context, "entry": plan.entry, "tests": tests}
    outcome = sandbox.run(boxed("recorder", job), plan.limits)
    record = records_in(outcome.stdout, nonce, json.loads).get("calls")
    try:
        return [tuple(decode(args)) for args in record or []]
    except Undecodable:
        return []


def _is_data(value: Any) -> bool:
    """Whether the value is plain data at every depth, and equal to itself."""
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
    """``==``, as in the sets' own asserts; with a tolerance if the result contains floats."""
    return {"float": _FLOAT_TOLERANCE} if _has_float(value) else "python"


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(map(_has_float, value))
    return isinstance(value, float)
