"""Lifting: assert statements over literal arguments become calls as data, judged outside and in a single box.

`assert f(2, [1]) == (3, 4)` needs no second interpreter: the call is data, and the rest of the expression is evaluated
here, by a small evaluator with a closed list of operations, over the decoded result. What is not of this simple shape
is not lifted (`lift` returns None) and runs in the tester's box instead.
"""

from __future__ import annotations

import ast
import builtins
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from r1.verifiers.code.box.values import no_hash_attack


class NotLiftable(Exception):
    """The expression is beyond the evaluator."""


@dataclass(frozen=True, slots=True)
class Call:
    """Arguments of one call of the entry point."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


@dataclass(frozen=True)
class Assertion:
    """One assert statement: its calls, and the condition over their results (names ``_0``, ``_1`` ...)."""

    calls: tuple[Call, ...]
    condition: ast.expr
    text: str

    def holds(self, results: Sequence[Any]) -> bool:
        """Whether the condition is true of the decoded results; an error in evaluating it is a failed assertion."""
        try:
            return bool(_Evaluator({f"_{i}": value for i, value in enumerate(results)}).value(self.condition))
        except Exception:  # whatever the assert statement would have raised
            return False


@lru_cache(maxsize=4096)
def lift(source: str, entry: str) -> tuple[Assertion, ...] | None:
    """The assertions of a test source (HumanEval's ``check(candidate)`` or bare asserts), or None if one is not simple."""
    try:
        body, names = _assertions_in(ast.parse(source), entry)
        found = tuple(_lift_one(node, names) for node in body)
    except (NotLiftable, SyntaxError, ValueError, RecursionError):
        return None
    return found or None


def called_function(sources: Iterable[str]) -> str:
    """The one name that assert statements use and nobody defines (MBPP's rows do not name it), or ""."""
    found: set[str] = set()
    for source in sources:
        try:
            tree = ast.parse(source)
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
    return found.pop() if len(found) == 1 else ""


def literal(text: str) -> Any:
    """The value of a Python literal, with ``set()``, ``float('inf')``, ``nan`` and the like. Raises ValueError."""
    return _read(text, _trusted({"nan": math.nan, "inf": math.inf}))


def plain_literal(text: str) -> Any:
    """The value of a Python literal that a stranger wrote: nothing is computed. Raises ValueError."""
    return _read(text, _strict())


def literal_call(text: str, trusted: bool = True) -> tuple[str, Call]:
    """The function's name and the arguments of a call with literal arguments. Raises ValueError."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except Exception as error:
        raise ValueError(f"not a call: {text[:80]!r}") from error
    if not isinstance(node, ast.Call):
        raise ValueError(f"not a call: {text[:80]!r}")
    try:
        return ast.unparse(node.func), _arguments(node, _trusted({}) if trusted else _strict())
    except (NotLiftable, RecursionError) as error:
        raise ValueError(f"arguments that are no literals: {text[:80]!r}") from error


def _read(text: str, evaluator: _Evaluator) -> Any:
    try:
        return evaluator.value(ast.parse(text.strip(), mode="eval").body)
    except Exception as error:  # RecursionError and MemoryError of the parser among them
        raise ValueError(f"not a literal: {text[:80]!r}") from error


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
            raise NotLiftable("more than one function")
        body, names = check.body, {entry, check.args.args[0].arg}
    asserts = [node for node in body if not _is_idle(node)]
    if not all(isinstance(node, ast.Assert) for node in asserts):
        raise NotLiftable("a statement that is no assert")
    return asserts, names  # type: ignore[return-value]


def _is_idle(node: ast.stmt) -> bool:
    """Docstrings, ``pass``, ``assert True``, imports of math, and HumanEval's METADATA."""
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
            calls.append(_arguments(call))
            return ast.Name(id=f"_{len(calls) - 1}", ctx=ast.Load())

    text = ast.unparse(node.test)
    condition = _Fold().visit(Replace().visit(node.test))
    if not calls:
        raise NotLiftable("an assert that does not call the candidate")
    _Evaluator({f"_{i}": None for i in range(len(calls))}).check(condition)
    assert isinstance(condition, ast.expr)
    return Assertion(tuple(calls), condition, text)


class _Fold(ast.NodeTransformer):
    """Replaces each largest part that needs no result by its value: it is the test's own, so more operations are fine."""

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and not isinstance(node, ast.Constant):
            if not any(isinstance(child, (ast.Name, ast.Call)) for child in ast.walk(node)) or _is_own_call(node):
                try:
                    return ast.Constant(value=_trusted({}).value(node))  # type: ignore[arg-type]
                except Exception:
                    raise NotLiftable(ast.unparse(node)[:80]) from None
        return self.generic_visit(node)


def _is_own_call(node: ast.expr) -> bool:
    """A call that has no result of the candidate in it: ``set([1, 2])``."""
    return isinstance(node, ast.Call) and not any(
        isinstance(child, ast.Name) and child.id.startswith("_") for child in ast.walk(node)
    )


def _arguments(call: ast.Call, evaluator: _Evaluator | None = None) -> Call:
    read = (evaluator or _trusted({})).value
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(word.arg is None for word in call.keywords):
        raise NotLiftable("starred arguments")
    try:
        args = tuple(read(arg) for arg in call.args)
        return Call(args, {str(word.arg): read(word.value) for word in call.keywords})
    except NotLiftable:
        raise
    except Exception as error:
        raise NotLiftable(str(error)) from error


_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}
_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {ast.Add: operator.add, ast.Sub: operator.sub}
# Only over the test's own literals: over a result these could be made to cost anything.
_TRUSTED_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    **_BINARY,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def _hashing(kind: Callable[..., Any]) -> Callable[..., Any]:
    """``set`` or ``dict`` for results: a list whose items all have one hash would take it hours."""

    def made(items: Any = ()) -> Any:
        keys = list(items)
        no_hash_attack([item[0] for item in keys] if kind is dict and not isinstance(items, Mapping) else keys)
        return kind(items if isinstance(items, Mapping) else keys)

    return made


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    name: getattr(__import__("builtins"), name)
    for name in ("abs", "len", "sorted", "list", "tuple", "round", "sum", "min", "max")
} | {kind.__name__: _hashing(kind) for kind in (set, frozenset, dict)}
_FUNCTIONS = {**_FUNCTIONS, "math.isclose": math.isclose, "bool": bool}
_TRUSTED_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **_FUNCTIONS,
    "range": range,
    "float": float,
    "int": int,
    "str": str,
    "complex": complex,
    "bytes": bytes,
    "chr": chr,
}


_TYPES = {kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)}


class _Evaluator:
    """Evaluates an expression with a closed list of operations."""

    def __init__(
        self,
        names: Mapping[str, Any],
        binary: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = _BINARY,
        functions: Mapping[str, Callable[..., Any]] = _FUNCTIONS,
    ) -> None:
        self.names, self.binary, self.functions = names, binary, functions

    def check(self, node: ast.AST) -> None:
        """Raises NotLiftable if any part is beyond this evaluator."""
        for child in ast.walk(node):
            if isinstance(child, ast.BinOp) and type(child.op) not in self.binary:
                raise NotLiftable(ast.dump(child.op))
            if isinstance(child, ast.Call) and not self._may_call(child):
                raise NotLiftable(ast.unparse(child.func))
            if isinstance(child, ast.Name) and not self._known(child.id):
                raise NotLiftable(child.id)
            if isinstance(child, ast.Attribute) and ast.unparse(child) != "math.isclose":
                raise NotLiftable(ast.unparse(child))
            if isinstance(child, ast.expr) and not isinstance(child, _NODES):
                raise NotLiftable(type(child).__name__)

    def _may_call(self, call: ast.Call) -> bool:
        name = ast.unparse(call.func)
        return name in self.functions and (not call.keywords or name in ("math.isclose", "sorted"))

    def _known(self, name: str) -> bool:
        return name in self.names or name in self.functions or name == "math"

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name() if node.id in self.names:
                return self.names[node.id]
            case ast.Name() if node.id in _TYPES:  # `type(x) == list` has no call of it
                return _TYPES[node.id]
            case ast.List():
                return [self.value(item) for item in node.elts]
            case ast.Tuple():
                return tuple(self.value(item) for item in node.elts)
            case ast.Set():
                return {self.value(item) for item in node.elts}
            case ast.Dict() if None not in node.keys:
                return {self.value(k): self.value(v) for k, v in zip(node.keys, node.values, strict=True) if k}
            case ast.UnaryOp():
                return _UNARY[type(node.op)](self.value(node.operand))
            case ast.BinOp() if type(node.op) in self.binary:
                return self.binary[type(node.op)](self.value(node.left), self.value(node.right))
            case ast.BoolOp():
                return self._bool(node)
            case ast.Compare():
                return self._compare(node)
            case ast.Subscript() if not isinstance(node.slice, ast.Slice):
                return self.value(node.value)[self.value(node.slice)]
            case ast.Call() if ast.unparse(node.func) in self.functions:
                words = {str(word.arg): self.value(word.value) for word in node.keywords}
                return self.functions[ast.unparse(node.func)](*(self.value(arg) for arg in node.args), **words)
        raise NotLiftable(ast.unparse(node)[:80])

    def _bool(self, node: ast.BoolOp) -> Any:
        wanted = isinstance(node.op, ast.Or)
        result: Any = not wanted
        for part in node.values:
            result = self.value(part)
            if bool(result) == wanted:
                break
        return result

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            if not _COMPARE[type(op)](left, right):
                return False
            left = right
        return True


def _trusted(names: Mapping[str, Any]) -> _Evaluator:
    """For the test's own literals."""
    return _Evaluator(names, _TRUSTED_BINARY, _TRUSTED_FUNCTIONS)


def _strict() -> _Evaluator:
    """For literals that a stranger wrote."""
    return _Evaluator({}, {}, {"set": set, "frozenset": frozenset})


_NODES = (
    ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare,
    ast.Subscript, ast.Call, ast.Attribute,
)  # fmt: skip
