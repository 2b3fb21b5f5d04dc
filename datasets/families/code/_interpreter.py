"""Interpreter: runs the subset of Python in which the solutions of code tasks are written, with a budget of steps.

It makes a family's `check` independent of its truth: the truth is computed from the data of the task, the check runs the
text of the answer. The text can reach a closed list of names only.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

MAX_STEPS = 200_000


class CannotRun(ValueError):
    """The text is outside the subset, fails while running, or takes too many steps."""


_BINARY: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
}  # fmt: skip
_COMPARE: Mapping[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.Gt: operator.gt, ast.LtE: operator.le, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne, ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_FUNCTIONS: Mapping[str, Any] = {
    "abs": abs, "max": max, "min": min, "sum": sum, "len": len, "sorted": sorted, "list": list, "int": int, "str": str,
    "map": lambda f, xs: [f(x) for x in xs], "zip": lambda *xs: list(zip(*xs, strict=False)), "range": range,
    "enumerate": lambda xs: list(enumerate(xs)),
}  # fmt: skip
_METHODS = {(list, "append"), (str, "split"), (str, "join")}


class _Return(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


def call(source: str, name: str, args: Sequence[Any]) -> Any:
    """The result of the program's function ``name``. Raises CannotRun."""
    return _guard(lambda: _Machine(source, "").call(name, args))


def run(source: str, stdin: str) -> str:
    """The output of the program for the input ``stdin``. Raises CannotRun."""
    return _guard(lambda: "".join(_Machine(source, stdin).printed))


def _guard(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except CannotRun:
        raise
    except Exception as error:
        raise CannotRun(f"{type(error).__name__}: {error}"[:200]) from error


class _Machine:
    def __init__(self, source: str, stdin: str) -> None:
        self.steps = 0
        self.printed: list[str] = []
        self.lines = iter(stdin.split("\n"))
        self.functions: dict[str, ast.FunctionDef] = {}
        self.block(ast.parse(source).body, {})

    def call(self, name: str, args: Sequence[Any]) -> Any:
        function = self.functions[name]
        names = [arg.arg for arg in function.args.args]
        if len(names) != len(args):
            raise CannotRun(f"{name} takes {len(names)} arguments")
        try:
            self.block(function.body, dict(zip(names, args, strict=True)))
        except _Return as done:
            return done.value
        return None

    def block(self, body: Sequence[ast.stmt], names: dict[str, Any]) -> None:
        for node in body:
            self.statement(node, names)

    def statement(self, node: ast.stmt, names: dict[str, Any]) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise CannotRun("too many steps")
        match node:
            case ast.FunctionDef():
                self.functions[node.name] = node
            case ast.Return(value=value):
                raise _Return(None if value is None else self.value(value, names))
            case ast.Assign(targets=[target], value=value):
                self.bind(target, self.value(value, names), names)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                names[name] = _BINARY[type(op)](names[name], self.value(value, names))
            case ast.For(target=target, iter=items, body=body, orelse=[]):
                for item in self.value(items, names):
                    self.bind(target, item, names)
                    self.block(body, names)
            case ast.If(test=test, body=body, orelse=orelse):
                self.block(body if self.value(test, names) else orelse, names)
            case ast.Expr(value=value):
                self.value(value, names)
            case _:
                raise CannotRun(type(node).__name__)

    def bind(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Tuple):
            for part, item in zip(target.elts, value, strict=True):
                self.bind(part, item, names)
        else:
            raise CannotRun(type(target).__name__)

    def value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise CannotRun("too many steps")
        match node:
            case ast.Constant(value=constant):
                return constant
            case ast.Name(id=name):
                return names[name] if name in names else _FUNCTIONS[name]
            case ast.List(elts=items) | ast.Tuple(elts=items):
                made = [self.value(item, names) for item in items]
                return made if isinstance(node, ast.List) else tuple(made)
            case ast.BinOp(left=left, op=op, right=right):
                return _BINARY[type(op)](self.value(left, names), self.value(right, names))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand, names)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand, names)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _COMPARE[type(op)](self.value(left, names), self.value(right, names))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.value(test, names) else orelse, names)
            case ast.Subscript(value=base, slice=index):
                return self.value(base, names)[self.index(index, names)]
            case ast.ListComp(elt=element, generators=[loop]) | ast.GeneratorExp(elt=element, generators=[loop]):
                return self.comprehension(element, loop, names)
            case ast.Call():
                return self.invoke(node, names)
        raise CannotRun(type(node).__name__)

    def index(self, node: ast.expr, names: dict[str, Any]) -> Any:
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            return slice(*(None if part is None else self.value(part, names) for part in parts))
        return self.value(node, names)

    def comprehension(self, element: ast.expr, loop: ast.comprehension, names: dict[str, Any]) -> list[Any]:
        made, inner = [], dict(names)
        for item in self.value(loop.iter, names):
            self.bind(loop.target, item, inner)
            if all(self.value(test, inner) for test in loop.ifs):
                made.append(self.value(element, inner))
        return made

    def invoke(self, node: ast.Call, names: dict[str, Any]) -> Any:
        args: list[Any] = []
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                args.extend(self.value(arg.value, names))
            else:
                args.append(self.value(arg, names))
        words = {str(word.arg): self.value(word.value, names) for word in node.keywords}
        match node.func:
            case ast.Name(id="print"):
                self.printed.append(words.get("sep", " ").join(map(str, args)) + words.get("end", "\n"))
                return None
            case ast.Name(id="input"):
                return next(self.lines)
            case ast.Name(id=name) if name in self.functions:
                return self.call(name, args)
            case ast.Name(id=name):
                return _FUNCTIONS[name](*args, **words)
            case ast.Attribute(value=base, attr=attr):
                target = self.value(base, names)
                if (type(target), attr) in _METHODS:
                    return getattr(target, attr)(*args)
        raise CannotRun(ast.dump(node.func)[:80])
