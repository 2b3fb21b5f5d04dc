"""Whether two expressions are equal, by balls: intervals around their values that are proved to hold them.

A ball that excludes zero *proves* that two values differ. Two functions are called equal when, at several fixed
points of their common real domain (negative ones among them), the balls of their difference hold zero and are narrow
relative to the values, and one point at four times the precision; constants are confirmed at sixteen times. The
precision is far beyond what an answer of a few thousand characters can hide, but where exact arithmetic can decide,
`rational` has done so before.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import ModuleType

from r1.verifiers.math.tree import (
    INF,
    MINUS_ONE,
    Add,
    Call,
    Const,
    Mul,
    Node,
    Num,
    Pow,
    Undefined,
    children,
    contains,
    symbols,
)
from r1.verifiers.math.tree import I as IMAGINARY
from r1.verifiers.math.values.balls.evaluate import Ball, evaluate
from r1.verifiers.math.values.balls.points import INTEGER_POINTS, REAL_POINTS, point

PRECISION, CONFIRM, REMOTE = 256, 1024, 4096  # bits
_INTEGER_NAMES = {"n", "k", "m", "j", "N", "K", "∑", "∑∑"}  # the last two are bound by sums
_INTEGER_FUNCTIONS = ("factorial", "binom", "mod", "gcd", "lcm", "sum", "prod")

_lock = threading.RLock()  # held while a backend computes: its precision is global
# A lock that another thread held during a fork would stay locked in the child.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: globals().__setitem__("_lock", threading.RLock()))

_backend: ModuleType | None = None


def backend() -> ModuleType:
    """The module that computes, python-flint's or else mpmath's; imported when first needed, so that importing `Math` is cheap."""
    global _backend
    if _backend is None:
        try:
            import r1.verifiers.math.values.balls.flint_backend as chosen
        except ImportError:
            import r1.verifiers.math.values.balls.mpmath_backend as chosen  # type: ignore[no-redef]
        _backend = chosen
    return _backend


def equal(a: Node, b: Node) -> bool | None:
    """Whether two expressions have the same value, at every point if they have variables; None if undecided."""
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
    """A real constant as a float, ``inf`` and ``-inf`` included; None for anything else."""
    if node == INF:
        return float("inf")
    if node == Mul((MINUS_ONE, INF)):
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
    """Whether a sum has a term so much smaller than another that `REMOTE` bits do not show it: ``1 - e^{-5000}``."""
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
    """The verdict of the fixed points where both functions are defined and real (or, if they are real nowhere, complex)."""
    field = backend()
    integers = set(variables) <= _INTEGER_NAMES and (_alternates(a) or _alternates(b))
    complex_wanted = contains(a, IMAGINARY) or contains(b, IMAGINARY)
    real_hits = complex_hits = complex_misses = 0
    for index in range(len(INTEGER_POINTS if integers else REAL_POINTS)):
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
                    continue  # sqrt(a) sqrt(b) is undefined where sqrt(ab) is real
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
    """Whether a power or function inside these trees is not real at a point, even if the whole is."""
    balls = {name: field.number(value) for name, value in values.items()}
    parts = [node for node in nodes if isinstance(node, Pow | Call)]
    try:
        for part in parts:
            if not field.is_real(field.at(PRECISION, lambda part=part: evaluate(part, balls, field))):
                return True
    except Undefined:
        return False  # a bound variable of a sum, say
    return any(_leaves_reals(children(node), values, field) for node in nodes)


def _probe(
    a: Node, b: Node, values: Mapping[str, Fraction], field: ModuleType, precision: int
) -> tuple[bool | None, Ball, Ball]:
    """How two functions compare at one point (see a backend's ``compare``), and their values there."""

    def work() -> tuple[bool | None, Ball, Ball]:
        balls = {name: field.number(value) for name, value in values.items()}
        x, y = evaluate(a, balls, field), evaluate(b, balls, field)
        return field.compare(x, y, precision), x, y

    result: tuple[bool | None, Ball, Ball] = field.at(precision, work)
    return result


def _alternates(node: Node) -> bool:
    """Whether a tree makes sense for whole numbers only: ``(-1)^n``, ``n!``, ``mod``, ``sin(n pi)``."""
    if isinstance(node, Pow) and isinstance(node.base, Num) and node.base.value < 0 and symbols(node.exponent):
        return True
    if isinstance(node, Call) and node.name in _INTEGER_FUNCTIONS and symbols(node):
        return True
    if isinstance(node, Call) and node.name in ("sin", "cos", "tan") and contains(node, Const("pi")) and symbols(node):
        return True
    return any(map(_alternates, children(node)))
