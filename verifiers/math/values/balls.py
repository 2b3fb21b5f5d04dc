"""Numeric probing with proved error bounds: python-flint's balls, or mpmath at high precision where it is missing.

A ball that excludes zero *proves* that two values differ. Two functions are called equal when, at several fixed
points of their common real domain (negative ones among them), the balls of their difference hold zero and are narrow
relative to the values, and one point at four times the precision; constants are confirmed at sixteen times. The
precision is far beyond what an answer of a few thousand characters can hide, but where exact arithmetic can decide,
`rational` has done so before.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import ModuleType
from typing import Any

from r1.verifiers.math.tree import Add, Call, Const, Mul, Node, Num, Pow, Sym, Undefined, children, contains, symbols
from r1.verifiers.math.tree import I as IMAGINARY

PRECISION, CONFIRM, REMOTE = 256, 1024, 4096
MAX_PRODUCT = 400  # terms of a finite sum or product that are added up

Ball = Any


_lock = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: globals().__setitem__("_lock", threading.RLock()))

_backend: ModuleType | None = None


def backend() -> ModuleType:
    """The module that computes: loaded at the first need, so that importing the verifier stays cheap."""
    global _backend
    if _backend is None:
        try:
            from r1.verifiers.math.values import balls_flint as chosen
        except ImportError:
            from r1.verifiers.math.values import balls_mpmath as chosen  # type: ignore[no-redef]
        _backend = chosen
    return _backend


# Fixed points in general position; row = point, column = variable (in alphabetical order, repeating with a twist).
_POINTS = [
    [Fraction(n, d) for n, d in row]
    for row in (
        [(37, 101), (53, 89), (29, 97), (61, 83), (19, 71), (43, 67)],
        [(173, 101), (211, 97), (157, 89), (239, 107), (193, 79), (181, 109)],
        [(-41, 103), (-67, 107), (-31, 73), (-59, 109), (-23, 61), (-47, 113)],
        [(311, 101), (-277, 97), (263, 89), (-337, 103), (241, 83), (-293, 107)],
        [(-229, 79), (307, 103), (-251, 71), (223, 67), (-317, 101), (281, 97)],
        [(1009, 97), (1103, 89), (1217, 83), (997, 71), (1301, 79), (1409, 101)],
        [(-733, 61), (-811, 67), (-919, 59), (-1021, 73), (-877, 71), (-1097, 83)],
        [(5, 97), (7, 101), (11, 89), (3, 83), (13, 103), (17, 107)],
    )
]
_INTEGER_POINTS = [
    [Fraction(n) for n in row]
    for row in (
        [1, 2, 3, 4, 5, 6], [2, 5, 3, 7, 4, 6], [5, 3, 8, 6, 9, 7], [6, 11, 4, 9, 8, 12], [3, 1, 2, 8, 5, 7],
        [4, 7, 6, 1, 9, 3], [7, 4, 1, 5, 2, 8], [8, 6, 5, 2, 3, 1], [11, 9, 7, 3, 6, 2], [12, 8, 10, 11, 7, 4],
    )
]  # fmt: skip
_INTEGER_NAMES = {"n", "k", "m", "j", "N", "K", "∑", "∑∑"}  # the last two are bound by sums


def point(index: int, variables: list[str], integers: bool = False) -> dict[str, Fraction]:
    """The value of every variable at the point with this index."""
    row = (_INTEGER_POINTS if integers else _POINTS)[index]
    return {
        name: row[k % len(row)] + (0 if integers else Fraction(k // len(row), 7)) for k, name in enumerate(variables)
    }


def equal(a: Node, b: Node) -> bool | None:
    """Whether two expressions have the same value (everywhere, if they have variables); None where nothing was decided."""
    variables = sorted(symbols(a) | symbols(b))
    with _lock:
        try:
            return _equal_functions(a, b, variables) if variables else _equal_constants(a, b)
        except RecursionError:
            return None


def within(node: Node, value: Fraction, tolerance: Fraction) -> bool:
    """Whether a real constant is proved to lie within an absolute tolerance of a rational."""
    field = backend()
    with _lock:
        try:
            return field.at(PRECISION, lambda: field.below(evaluate(node, {}, field) - field.number(value), tolerance))
        except (Undefined, RecursionError):
            return False


def approximate(node: Node) -> float | None:
    """A real constant as a float (inf for the infinite one), for sorting; None for anything else."""
    if node == Const("inf"):
        return float("inf")
    if (
        isinstance(node, Mul)
        and len(node.factors) == 2
        and node.factors[1] == Const("inf")
        and node.factors[0] == Num(-1)
    ):
        return float("-inf")
    with _lock:
        field = backend()
        try:
            return field.real_float(field.at(PRECISION, lambda: evaluate(node, {}, field)))
        except (Undefined, RecursionError, OverflowError, ValueError):
            return None


def _equal_constants(a: Node, b: Node) -> bool | None:
    field = backend()
    for precision in (PRECISION, CONFIRM, REMOTE):
        try:
            x, y = field.at(precision, lambda: (evaluate(a, {}, field), evaluate(b, {}, field)))
        except Undefined:
            return None
        verdict = field.at(precision, lambda x=x, y=y, p=precision: field.compare(x, y, p))
        if verdict is not True:
            return verdict
    return None if _drowned(a, field) or _drowned(b, field) else True


def _drowned(node: Node, field: ModuleType) -> bool:
    """Whether a sum has a term so small beside another that even `REMOTE` digits do not show it: 1 - e^{-5000}."""
    if isinstance(node, Add):
        sizes = []
        for term in node.terms:
            try:
                sizes.append(field.at(CONFIRM, lambda term=term: field.size(evaluate(term, {}, field))))
            except Undefined:
                return True
        known = [size for size in sizes if size is not None]
        if known and max(known) - min(known) > REMOTE // 2 and min(known) < -CONFIRM // 2:
            return True
    return any(_drowned(child, field) for child in children(node))


def _equal_functions(a: Node, b: Node, variables: list[str]) -> bool | None:
    field = backend()
    integers = set(variables) <= _INTEGER_NAMES and (_alternates(a) or _alternates(b))
    complex_wanted = contains(a, IMAGINARY) or contains(b, IMAGINARY)
    real_hits = complex_hits = complex_misses = 0
    for index in range(len(_INTEGER_POINTS) if integers else len(_POINTS)):
        try:
            values = point(index, variables, integers)
            verdict, x, y = _probe(a, b, values, field, PRECISION)
        except Undefined:
            continue
        if verdict is None:
            continue
        if complex_wanted or (field.is_real(x) and field.is_real(y)):
            if not verdict:
                if not complex_wanted and _leaves_reals((a, b), values, field):
                    continue  # sqrt(a) sqrt(b) is not there where sqrt(ab) still is
                return False
            if not real_hits and _probe(a, b, values, field, CONFIRM)[0] is False:
                return False
            real_hits += 1
            if real_hits >= 5 and not integers:
                return True
        elif not field.is_real(x) and not field.is_real(y):
            complex_hits += verdict
            complex_misses += not verdict
    if real_hits >= 2:
        return True
    if real_hits == 0 and (complex_hits or complex_misses):
        return complex_misses == 0 and complex_hits >= 3
    return None


def _leaves_reals(nodes: Sequence[Node], values: Mapping[str, Fraction], field: ModuleType) -> bool:
    """Whether a part of these trees is not real at a point, though the whole may be."""
    balls = {name: field.number(value) for name, value in values.items()}
    parts = [node for node in nodes if isinstance(node, Pow | Call)]
    try:
        if any(
            not field.is_real(field.at(PRECISION, lambda part=part: evaluate(part, balls, field))) for part in parts
        ):
            return True
    except Undefined:
        return False  # a bound variable of a sum, say
    return any(_leaves_reals(children(node), values, field) for node in nodes)


def _probe(
    a: Node, b: Node, values: Mapping[str, Fraction], field: ModuleType, precision: int
) -> tuple[bool | None, Ball, Ball]:
    """How two functions compare at one point, and their values there."""

    def work() -> tuple[bool | None, Ball, Ball]:
        balls = {name: field.number(value) for name, value in values.items()}
        x, y = evaluate(a, balls, field), evaluate(b, balls, field)
        return field.compare(x, y, precision), x, y

    result: tuple[bool | None, Ball, Ball] = field.at(precision, work)
    return result


def _alternates(node: Node) -> bool:
    """Whether a tree is meant for whole numbers only: (-1)^n, n!, floor, mod."""
    if isinstance(node, Pow) and isinstance(node.base, Num) and node.base.value < 0 and symbols(node.exponent):
        return True
    if (
        isinstance(node, Call)
        and node.name in ("factorial", "binom", "mod", "gcd", "lcm", "sum", "prod")
        and symbols(node)
    ):
        return True
    if isinstance(node, Call) and node.name in ("sin", "cos", "tan") and contains(node, Const("pi")) and symbols(node):
        return True
    return any(map(_alternates, children(node)))


def evaluate(node: Node, values: Mapping[str, Ball], field: ModuleType) -> Ball:
    """The ball of an expression at a point.

    Raises:
        Undefined: where it has no value there.
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
    """A sum or product between whole bounds, term by term."""
    body, variable, low, high = node.args
    if not isinstance(variable, Sym) or not variable.name:
        raise Undefined("no variable")
    first, last = (field.whole(evaluate(bound, values, field)) for bound in (low, high))
    if first is None or last is None or last - first > MAX_PRODUCT:
        raise Undefined("bounds")
    total = field.number(0 if node.name == "sum" else 1)
    for index in range(first, last + 1):
        term = evaluate(body, {**values, variable.name: field.number(index)}, field)
        total = total + term if node.name == "sum" else total * term
    return total
