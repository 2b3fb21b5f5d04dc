"""Asserts: assert statements over literal arguments become calls as data, so that they need no second box.

In `assert f(2, [1]) == (3, 4)` the call is data; the rest of the expression is evaluated on our side over the decoded
result, with the closed list of operations of `literals`. An assert that is not of this simple shape is not lifted
(`lift` returns None) and runs in the tester's box instead.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from r1.verifiers.code.python import parse
from r1.verifiers.code.truth.literals import Call, Evaluator, NotLiftable, arguments, trusted


@dataclass(frozen=True)
class Assertion:
    """One assert statement: its calls, and the condition over their results (names ``_0``, ``_1`` ...)."""

    calls: tuple[Call, ...]
    condition: ast.expr
    text: str

    def holds(self, results: Sequence[Any]) -> bool:
        """Whether the condition is true for the decoded results; if evaluating it raises, the assertion has failed."""
        try:
            return bool(Evaluator({f"_{i}": value for i, value in enumerate(results)}).value(self.condition))
        except Exception:  # the assert statement would have raised it
            return False


@lru_cache(maxsize=4096)
def lift(source: str, entry: str) -> tuple[Assertion, ...] | None:
    """The assertions of a test source, or None if one of them is not simple.

    Args:
        source: bare asserts, or HumanEval's ``check(candidate)``.
        entry: the name of the function that they call.
    """
    try:
        body, names = _assertions_in(parse(source), entry)
        found = tuple(_lift_one(node, names) for node in body)
    except (NotLiftable, SyntaxError, ValueError, RecursionError):
        return None
    return found or None


def called_function(sources: Iterable[str]) -> str:
    """The one name that assert statements use and do not define (MBPP's rows do not name it), or "".

    If they use none, the one built-in that they call is meant: a task may ask for a function named ``filter``.
    """
    found: set[str] = set()
    called: set[str] = set()
    for source in sources:
        try:
            tree = parse(source)
        except (SyntaxError, ValueError, RecursionError):
            return ""
        bound = {
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        }
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                bound.add(node.name)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                if any(alias.name == "*" for alias in node.names):
                    return ""
                bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.arg):
                bound.add(node.arg)
        loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        found |= loaded - bound - set(dir(builtins))
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        called |= {func.id for func in calls if isinstance(func, ast.Name)} - bound
    named = found or called
    return named.pop() if len(named) == 1 else ""


def _assertions_in(tree: ast.Module, entry: str) -> tuple[list[ast.Assert], set[str]]:
    """The assert statements, and the names by which they call the candidate."""
    body, names = tree.body, {entry}
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    if functions:
        check = functions[0]
        if len(functions) > 1 or check.name != "check" or len(check.args.args) != 1 or check.decorator_list:
            raise NotLiftable("other functions")
        rest = [node for node in body if node is not check and not _is_idle(node) and not _calls_check(node)]
        if rest:
            raise NotLiftable("statements outside of check")
        body, names = check.body, {entry, check.args.args[0].arg}
    asserts = [node for node in body if not _is_idle(node)]
    if not all(isinstance(node, ast.Assert) for node in asserts):
        raise NotLiftable("a statement other than assert")
    return asserts, names  # type: ignore[return-value]


def _is_idle(node: ast.stmt) -> bool:
    """Whether the statement checks nothing: docstring, ``pass``, ``assert True``, ``import math``, METADATA."""
    if isinstance(node, ast.Assert):
        return isinstance(node.test, ast.Constant) and bool(node.test.value)
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == ["METADATA"]
    if isinstance(node, ast.Import):
        return [(alias.name, alias.asname) for alias in node.names] == [("math", None)]
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _calls_check(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "check"
    )


def _lift_one(node: ast.Assert, names: set[str]) -> Assertion:
    calls: list[Call] = []

    class Replace(ast.NodeTransformer):
        def visit_Call(self, call: ast.Call) -> ast.AST:
            if not (isinstance(call.func, ast.Name) and call.func.id in names):
                return self.generic_visit(call)
            calls.append(arguments(call, trusted({})))
            return ast.Name(id=f"_{len(calls) - 1}", ctx=ast.Load())

    text = ast.unparse(node.test)
    condition = _Fold().visit(Replace().visit(node.test))
    if not calls:
        raise NotLiftable("an assert that does not call the candidate")
    Evaluator({f"_{i}": None for i in range(len(calls))}).check(condition)
    assert isinstance(condition, ast.expr)
    return Assertion(tuple(calls), condition, text)


class _Fold(ast.NodeTransformer):
    """Replaces each largest part without a result by its value, for which all operations are safe."""

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and not isinstance(node, ast.Constant):
            if not any(isinstance(child, (ast.Name, ast.Call)) for child in ast.walk(node)) or _is_own_call(node):
                try:
                    return ast.Constant(value=trusted({}).value(node))  # type: ignore[arg-type]
                except Exception:
                    raise NotLiftable(ast.unparse(node)[:80]) from None
        return self.generic_visit(node)


def _is_own_call(node: ast.expr) -> bool:
    """A call with no result of the candidate in it, such as ``set([1, 2])``."""
    return isinstance(node, ast.Call) and not any(
        isinstance(child, ast.Name) and child.id.startswith("_") for child in ast.walk(node)
    )
