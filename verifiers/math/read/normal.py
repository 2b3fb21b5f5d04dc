"""Brings a tree into normal form: expands plus-minus, reduces chains to what they state, evaluates matrices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import isfinite

from r1.verifiers.math.read.matrices import TRANSPOSE, matrices
from r1.verifiers.math.tree import (
    Call,
    Matrix,
    Mul,
    Node,
    Num,
    ParseError,
    Pow,
    Quantity,
    Rel,
    Seq,
    SetOp,
    Sym,
    children,
    is_expr,
    is_name,
    neg,
    rebuild,
    symbols,
)
from r1.verifiers.math.values.balls import approximate
from r1.verifiers.math.values.rational import rational

MAX_SIGNS = 4  # of plus-minus in one expression
_MATRICES = re.compile(r"begin|det|[A-Z]\s*\(")


def normal(node: Node, text: str) -> Node:
    """The normal form of a parsed tree.

    Args:
        node: the tree.
        text: the text it was parsed from; passes that the text does not need are skipped.

    Raises:
        ParseError: too many plus-minus signs, an equation that is false, or matrices whose shapes do not fit.
    """
    if "\\pm" in text or "\\mp" in text:
        node = _expanded(node)
    node = _reduced(node)
    match node:
        case SetOp("union", (condition,)):  # a set that stands alone is its condition
            node = condition
        case Pow(Seq("tuple" | "bracket", items), power) if power in TRANSPOSE:  # (1, 2)^T is a column
            return Matrix(tuple((item,) for item in items))
    return matrices(node) if _MATRICES.search(text) else node


def _expanded(node: Node) -> Node:
    """Expand plus-minus into its cases; inside a set or list the cases become items of it."""
    if isinstance(node, Seq) and node.kind in ("list", "or", "set", "group"):
        items: list[Node] = []
        for item in node.items:
            cases = _expanded(item)
            spread = isinstance(cases, Seq) and cases.kind == "cases"
            items.extend(cases.items if spread and isinstance(cases, Seq) else [cases])
        return Seq(node.kind, tuple(items))
    count, linked = _signs(node)
    if not count:
        return node
    if count > MAX_SIGNS:
        raise ParseError(f"the answer has {count} plus-minus signs; at most {MAX_SIGNS} are expanded")
    choices = [(s,) * count for s in (1, -1)] if linked else list(product((1, -1), repeat=count))
    return Seq("cases", tuple(_with_signs(node, iter(choice)) for choice in choices))


def _signs(node: Node) -> tuple[int, bool]:
    own = isinstance(node, Call) and node.name in ("pm", "mp")
    count, linked = int(own), own and isinstance(node, Call) and node.name == "mp"
    for child in children(node):
        more, link = _signs(child)
        count, linked = count + more, linked or link
    return count, linked


def _with_signs(node: Node, signs: Iterator[int]) -> Node:
    if isinstance(node, Call) and node.name in ("pm", "mp"):
        sign = next(signs) * (1 if node.name == "pm" else -1)
        inner = _with_signs(node.args[0], signs)
        return inner if sign > 0 else neg(inner)
    parts = children(node)
    return rebuild(node, tuple(_with_signs(part, signs) for part in parts)) if parts else node


def _reduced(node: Node) -> Node:
    if isinstance(node, Seq):
        items = tuple(_reduced(item) for item in node.items)
        return Seq("list" if node.kind == "cases" else node.kind, items)
    if isinstance(node, Rel):
        return _reduced_chain(node)
    if isinstance(node, Mul) and isinstance(node.factors[-1], Seq) and node.factors[-1].kind == "tuple":
        *scale, point = node.factors
        if all(is_expr(factor) and not symbols(factor) for factor in scale):
            return Seq("tuple", tuple(Mul((*scale, item)) for item in children(point)))
    return node


def _reduced_chain(rel: Rel) -> Node:
    """What a chain states: ``x = 5 + 6 = 11`` is ``x = 11``, ``1/3 ~ 0.33`` is 1/3, ``x ~ 11`` is ``x = 11``."""
    ops, sides = list(rel.ops), list(rel.sides)
    if "~" in ops:
        first = ops.index("~")
        if first == 0 and is_name(sides[0]):
            ops, sides = ["=", *ops[1:]], sides
            first = ops.index("~") if "~" in ops else len(ops)
        ops, sides = ops[:first], sides[: first + 1]
    if not ops:
        return sides[0]
    if set(ops) == {"="} and _contradicts(sides):
        if not any(map(symbols, sides)):
            raise ParseError("the equation is false")
        return Rel(tuple(ops), tuple(sides))  # a chain in doubt keeps its members: x = 5 = 6
    if len(ops) > 1 and any(isinstance(side, Seq) and side != sides[-1] for side in sides[1:-1]):
        raise ParseError("the members of a chain of lists differ")
    if (
        set(ops) == {"="}
        and not any(map(symbols, sides))
        and not is_name(sides[0])
        and (is_expr(sides[-1]) or isinstance(sides[-1], Quantity))
    ):
        return sides[-1]
    if set(ops) == {"="} and len(ops) > 1:
        if all(isinstance(side, Sym) for side in sides):  # a = b = c
            return Rel(tuple(ops), tuple(sides))
        if all(isinstance(side, Sym) for side in sides[:-1]):  # a = b = c = 1
            return Seq("list", tuple(Rel(("=",), (side, sides[-1])) for side in sides[:-1]))
        named = next((side for side in sides[:-1] if is_name(side)), None)
        return Rel(("=",), (named, sides[-1])) if named is not None and named is sides[0] else sides[-1]
    return Rel(tuple(ops), tuple(sides))


def _contradicts(sides: list[Node]) -> bool:
    """Whether the numbers of a chain differ (``3 = 4``). A decimal may differ by half a unit of its last place (``1/3 = 0.33``)."""
    numbers = [side for side in sides if is_expr(side) and not symbols(side)]
    if len(numbers) < 2:
        return False
    exact: list[Node] = []
    for number in numbers:
        slack = _half_of_last_place(number)
        for other in exact:
            if not _within(number, other, slack):
                return True
        if not slack:
            exact.append(number)
    if exact:
        return False
    slacks = map(_half_of_last_place, numbers)
    return any(
        not _within(numbers[0], number, max(slack, _half_of_last_place(numbers[0])))
        for number, slack in zip(numbers, slacks, strict=True)
    )


def rounds(exact: Node, decimal: Node) -> bool:
    """Whether a decimal differs from a number by no more than half a unit of its last place."""
    slack = _half_of_last_place(decimal)
    return bool(slack) and not symbols(exact) and is_expr(exact) and _within(decimal, exact, slack)


def _half_of_last_place(node: Node) -> Fraction:
    """Half a unit of the last place of a decimal, perhaps negated, in percent or times a rational; 0 for other numbers."""
    match node:
        case Num(_, _, places) if places:
            return Fraction(1, 2 * 10**places)
        case Call("pct", (inner,)):
            return _half_of_last_place(inner) / 100
        case Mul((Num() as literal, factor)) | Mul((factor, Num() as literal)) if literal.places:
            scale = rational(factor)
            return abs(Fraction(scale)) * _half_of_last_place(literal) if scale is not None else Fraction(0)
    return Fraction(0)


def _within(node: Node, other: Node, slack: Fraction) -> bool:
    """Whether two numbers differ by no more than the slack; also if one of them has no value that we can compute."""
    a, b = rational(node), rational(other)
    if a is not None and b is not None:
        return abs(Fraction(a) - Fraction(b)) <= slack
    x, y = approximate(node), approximate(other)
    if x is None or y is None or not (isfinite(x) and isfinite(y)):
        return True
    return abs(x - y) <= float(slack) + 1e-9 * max(1.0, abs(x), abs(y))
