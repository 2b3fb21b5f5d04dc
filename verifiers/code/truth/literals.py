"""Literals: Python expressions in tests and predictions, evaluated with a closed list of operations, not ``eval``."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from r1.verifiers.code.box.values import no_hash_attack
from r1.verifiers.code.python import parse


class NotLiftable(Exception):
    """The expression uses something that the evaluator does not support."""


@dataclass(frozen=True, slots=True)
class Call:
    """Arguments of one call of the entry point."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


def literal(text: str) -> Any:
    """The value of a Python literal from a truth; also ``set()``, ``float('inf')``, ``nan`` and the like.

    Raises:
        ValueError: the text is not a literal.
    """
    return _read(text, trusted({"nan": math.nan, "inf": math.inf}))


def plain_literal(text: str) -> Any:
    """The value of a Python literal from a completion: no operation is carried out that could cost time.

    Raises:
        ValueError: the text is not a literal.
    """
    return _read(text, _strict())


def literal_call(text: str, from_truth: bool = True) -> tuple[str, Call]:
    """The function's name and the arguments of a call with literal arguments.

    Args:
        from_truth: the text is part of the truth. If it is part of a completion, pass False: nothing is computed.

    Raises:
        ValueError: the text is not such a call.
    """
    try:
        node = parse(text.strip(), mode="eval").body
    except Exception as error:
        raise ValueError(f"not a call: {text[:80]!r}") from error
    if not isinstance(node, ast.Call):
        raise ValueError(f"not a call: {text[:80]!r}")
    try:
        return ast.unparse(node.func), arguments(node, trusted({}) if from_truth else _strict())
    except (NotLiftable, RecursionError) as error:
        raise ValueError(f"a call whose arguments are not literals: {text[:80]!r}") from error


def arguments(call: ast.Call, evaluator: Evaluator) -> Call:
    """The values of a call's arguments. Raises NotLiftable."""
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(word.arg is None for word in call.keywords):
        raise NotLiftable("starred arguments")
    try:
        args = tuple(evaluator.value(arg) for arg in call.args)
        return Call(args, {str(word.arg): evaluator.value(word.value) for word in call.keywords})
    except NotLiftable:
        raise
    except Exception as error:
        raise NotLiftable(str(error)) from error


def _read(text: str, evaluator: Evaluator) -> Any:
    try:
        return evaluator.value(parse(text.strip(), mode="eval").body)
    except Exception as error:  # including the parser's RecursionError and MemoryError
        raise ValueError(f"not a literal: {text[:80]!r}") from error


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
# Only for the test's own literals: applied to a candidate's result, these could take any amount of time and memory.
_TRUSTED_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    **_BINARY,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def _hashing(kind: Callable[..., Any]) -> Callable[..., Any]:
    """``set`` or ``dict`` that refuses a result whose items share one hash, which would take hours to build."""

    def made(items: Any = ()) -> Any:
        keys = list(items)
        no_hash_attack([item[0] for item in keys] if kind is dict and not isinstance(items, Mapping) else keys)
        return kind(items if isinstance(items, Mapping) else keys)

    return made


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{function.__name__: function for function in (abs, len, sorted, list, tuple, round, sum, min, max, bool)},
    **{kind.__name__: _hashing(kind) for kind in (set, frozenset, dict)},
    "math.isclose": math.isclose,
}
_TRUSTED_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **_FUNCTIONS,
    **{function.__name__: function for function in (range, float, int, str, complex, bytes, chr)},
}
_TYPES = {kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)}
_NODES = (
    ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare,
    ast.Subscript, ast.Call, ast.Attribute,
)  # fmt: skip


class Evaluator:
    """Evaluates an expression with a closed list of operations, by default those safe on a candidate's results."""

    def __init__(
        self,
        names: Mapping[str, Any],
        binary: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = _BINARY,
        functions: Mapping[str, Callable[..., Any]] = _FUNCTIONS,
    ) -> None:
        self.names, self.binary, self.functions = names, binary, functions

    def check(self, node: ast.AST) -> None:
        """Raise NotLiftable if this evaluator does not support some part of the expression."""
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
        """The value of the expression. Raises NotLiftable, and whatever its operations raise."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Name() if node.id in self.names:
                return self.names[node.id]
            case ast.Name() if node.id in _TYPES:  # a type as a value, as in `f(x) == [int, str]`
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


def trusted(names: Mapping[str, Any]) -> Evaluator:
    """An evaluator for the test's own literals."""
    return Evaluator(names, _TRUSTED_BINARY, _TRUSTED_FUNCTIONS)


def _strict() -> Evaluator:
    """An evaluator for literals out of a completion."""
    return Evaluator({}, {}, {"set": set, "frozenset": frozenset})
