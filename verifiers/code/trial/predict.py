"""Predict: tasks like CRUXEval, whose completion is the output or the input of a given program, as a Python literal."""

from __future__ import annotations

import ast
import json
import re
import secrets
from typing import Any

from r1.sandbox.protocol import Sandbox
from r1.verifiers.code.box.assemble import boxed
from r1.verifiers.code.box.values import Undecodable, decode
from r1.verifiers.code.compare import same_value
from r1.verifiers.code.fate import Fate, Result, right_or_wrong
from r1.verifiers.code.find.program import answer_region
from r1.verifiers.code.opaque import opaque
from r1.verifiers.code.python import parse
from r1.verifiers.code.trial.records import as_data, records_in
from r1.verifiers.code.truth.literals import Call, literal, literal_call, plain_literal
from r1.verifiers.code.truth.plan import Plan, Predict
from r1.verifiers.text.fences import fences
from r1.verifiers.verdict import TruthError

_MAX_CHARS = 20_000
# How a last line of prose marks its answer: inline code at the end, or a box.
_MARKED = (re.compile(r"`([^`]{1,2000})`[^`]{0,20}\Z"), re.compile(r"\\boxed\{(.{1,2000})\}[$.\s]{0,9}\Z"))
_ENTRY = re.compile(r"^def (\w+)", re.MULTILINE)


def predicted_text(completion: str) -> str | None:
    """The predicted expression: inside ``[ANSWER]`` tags, in the last fence, or the last line that is not blank.

    ``assert f(x) == y`` (CRUXEval's prompt) keeps both sides: `judge_prediction` takes the side that matters.
    """
    region = answer_region(completion) or ""
    close = region.rfind("[/ANSWER]")
    start = region.rfind("[ANSWER]", 0, close if close >= 0 else len(region))
    if start >= 0:
        region = region[start + len("[ANSWER]") : close if close >= 0 else len(region)]
    blocks = [block.body for block in fences(region) if block.body.strip()]
    text = blocks[-1] if blocks else region
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines or len(text) > _MAX_CHARS:
        return None
    whole = " ".join(lines)
    if _is_literal(whole):
        return whole
    last = lines[-1]
    marked = next((found[1] for pattern in _MARKED if (found := pattern.search(last))), last.strip("`"))
    return marked.removeprefix("assert ").strip()


def judge_prediction(sandbox: Sandbox, plan: Plan, test: Predict, completion: str) -> Result | None:
    """The result of a prediction, or None if the completion holds no literal and no arguments to judge.

    Raises:
        SandboxError: the box failed.
        TruthError: the task's own program does not load.
    """
    text = predicted_text(completion)
    if text is None:
        return None
    try:
        if test.what == "output":
            got = plain_literal(text.rpartition(" == ")[2] if not _is_literal(text) else text)
            expected = literal(test.output)
            ok = same_value(got, expected, "python", tuples_are_lists=False)
            return right_or_wrong(ok, {})
        return _runs_to(sandbox, plan, test, _call(text))
    except ValueError:
        if test.what == "output":  # an expression is never run: a call of the program would give its own answer
            return Result(Fate.WRONG)
        arguments = _expressions(text, test.code)
    return None if arguments is None else _runs_to(sandbox, plan, test, Call((), {}), arguments)


def _is_literal(text: str) -> bool:
    try:
        plain_literal(text)
    except ValueError:
        return False
    return True


def _call(text: str) -> Call:
    """The predicted arguments in ``f(1, 2)``, ``f(1, 2) == 3`` or just ``1, 2``. Raises ValueError."""
    for candidate in (text, text.rpartition(" == ")[0], f"f({text})"):
        try:
            return literal_call(candidate, from_truth=False)[1]
        except ValueError:
            continue
    raise ValueError(f"the arguments are not literals: {text[:80]!r}")


_SAFE_NODES = (
    ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Name, ast.Load, ast.Store, ast.Starred, ast.keyword, ast.Call,
    ast.Attribute, ast.Subscript, ast.Slice, ast.UnaryOp, ast.unaryop, ast.BinOp, ast.operator, ast.Compare, ast.cmpop,
    ast.BoolOp, ast.boolop, ast.Lambda, ast.arguments, ast.arg, ast.IfExp, ast.ListComp, ast.comprehension,
)  # fmt: skip
_SAFE_NAMES = {
    "bool", "bytes", "dict", "enumerate", "float", "frozenset", "int", "len", "list", "range", "reversed", "set", "sorted",
    "str", "sum", "tuple", "zip",
}  # fmt: skip


def _expressions(text: str, code: str) -> str | None:
    """Arguments that are not literals (`dict(a=1)`, `lambda x: x < 2`) as source, or None if they are unsafe.

    They run in the box, so they may only build values. Allowed names are builtin constructors, their own parameters and
    the program's variables; names with a leading underscore, assignments and the entry point itself are not allowed.
    """
    for candidate in (text, text.rpartition(" == ")[0], f"f({text})"):
        try:
            call = parse(candidate.strip(), mode="eval").body
            program = parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        inside = [node for part in (*call.args, *call.keywords) for node in ast.walk(part)]
        own = {node.arg for node in inside if isinstance(node, ast.arg)}
        own |= {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        variables = {
            name.id
            for node in program.body
            if isinstance(node, ast.Assign)
            for name in node.targets
            if isinstance(name, ast.Name)
        }
        names = {node.id for node in inside if isinstance(node, ast.Name)} | own
        attributes = {node.attr for node in inside if isinstance(node, ast.Attribute)}
        if (
            all(isinstance(node, _SAFE_NODES) for node in inside)
            and names <= _SAFE_NAMES | own | variables
            and not any(name.startswith("_") for name in names | attributes)
            and "format" not in {name.removesuffix("_map") for name in attributes}  # a format string reaches attributes
        ):
            try:
                return ast.unparse(ast.Call(ast.Name("PREDICTED"), call.args, call.keywords)).removeprefix("PREDICTED")
            except RecursionError:  # deep trees parse, but do not unparse
                return None
    return None


def _runs_to(sandbox: Sandbox, plan: Plan, test: Predict, call: Call, expressions: str = "") -> Result:
    """The result of running the task's own program on the predicted arguments, given as data or as safe source."""
    found = _ENTRY.search(test.code)
    entry = plan.entry or (found.group(1) if found else "f")
    source = test.code
    if expressions:
        source += f"\n\ndef predicted():\n    return {entry}{expressions}\n"
        entry = "predicted"
    nonce = secrets.token_hex(8)
    job: dict[str, Any] = {
        "nonce": nonce,
        "source": source,
        "context": "",
        "entry": entry,
        "calls": [[as_data(call.args), as_data(dict(call.kwargs))]],
        "cpu_s": plan.limits.cpu_s,
        "wall_s": plan.limits.wall_net_s,
        "stop": True,
    }
    outcome = sandbox.run(boxed("calls", job), plan.limits)
    records = records_in(outcome.stdout, nonce, json.loads)
    if "load" in records:
        raise TruthError(f"the program of the prediction does not load: {records['load']}")
    try:
        value = decode(records["0"]["v"], opaque)
    except (KeyError, TypeError, Undecodable):
        return Result(Fate.TIME if "time" in records else Fate.WRONG, 0.0, {}, outcome.cpu_s)
    ok = same_value(value, literal(test.output), "python", tuples_are_lists=False)
    return right_or_wrong(ok, {}, outcome.cpu_s)
