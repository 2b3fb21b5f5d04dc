"""The ball of an expression at a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from r1.verifiers.math.tree import Add, Call, Const, Mul, Node, Num, Pow, Sym, Undefined

MAX_TERMS = 400  # of a finite sum or product

Ball = Any


def evaluate(node: Node, values: Mapping[str, Ball], field: ModuleType) -> Ball:
    """The ball of an expression at a point.

    Args:
        values: the ball of every variable.
        field: the backend that computes.

    Raises:
        Undefined: no value there (a pole, an unknown function or variable, not finite).
    """
    if isinstance(node, Num):
        return field.number(node.value)
    if isinstance(node, Sym):
        if node.name not in values:
            raise Undefined(node.name)
        return values[node.name]
    if isinstance(node, Const):
        return field.constant(node.name)
    if isinstance(node, Add):
        total = evaluate(node.terms[0], values, field)
        for term in node.terms[1:]:
            total = total + evaluate(term, values, field)
        return field.checked(total)
    if isinstance(node, Mul):
        product = evaluate(node.factors[0], values, field)
        for factor in node.factors[1:]:
            product = product * evaluate(factor, values, field)
        return field.checked(product)
    if isinstance(node, Pow):
        base = evaluate(node.base, values, field)
        if isinstance(node.exponent, Num):
            if node.exponent.value == 0 and field.whole(base) == 0:
                raise Undefined("0^0")
            return field.checked(field.power(base, node.exponent.value))
        return field.checked(field.general_power(base, evaluate(node.exponent, values, field)))
    if isinstance(node, Call):
        return field.checked(_call(node, values, field))
    raise Undefined(type(node).__name__)


def _call(node: Call, values: Mapping[str, Ball], field: ModuleType) -> Ball:
    if node.name in ("sum", "prod"):
        return _finite(node, values, field)
    args = [evaluate(arg, values, field) for arg in node.args]
    if node.name == "root" and isinstance(node.args[1], Num):
        return field.root(args[0], node.args[1].value)
    function: Callable[..., Ball] | None = field.FUNCTIONS.get(node.name)
    if function is not None:
        return function(*args)
    raise Undefined(node.name)


def _finite(node: Call, values: Mapping[str, Ball], field: ModuleType) -> Ball:
    """A sum or product between whole bounds, term by term, of at most `MAX_TERMS` terms."""
    body, variable, low, high = node.args
    if not isinstance(variable, Sym) or not variable.name:
        raise Undefined("no variable")
    first, last = (field.whole(evaluate(bound, values, field)) for bound in (low, high))
    if first is None or last is None or last - first > MAX_TERMS:
        raise Undefined("bounds")
    total = field.number(0 if node.name == "sum" else 1)
    for index in range(first, last + 1):
        term = evaluate(body, {**values, variable.name: field.number(index)}, field)
        total = total + term if node.name == "sum" else total * term
    return total
