"""Brings a tree into normal form: expands plus-minus, reduces chains to what they state, evaluates matrices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from r1.verifiers.math.read.matrices import TRANSPOSE, matrices
from r1.verifiers.math.tree import (
    Call,
    Matrix,
    Mul,
    Node,
    ParseError,
    Pow,
    Quantity,
    Rel,
    Seq,
    Sym,
    children,
    is_expr,
    is_name,
    neg,
    rebuild,
    symbols,
)
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
    if set(ops) == {"="} and not any(map(symbols, sides)) and (is_expr(sides[-1]) or isinstance(sides[-1], Quantity)):
        if _contradicts(sides):
            raise ParseError("the equation is false")
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
    """Whether an equation of numbers is false (``3 = 4``) rather than rounded (``1/3 = 0.33``): its values differ by more than 5%."""
    values = [rational(side) if is_expr(side) else None for side in sides]
    known = [Fraction(value) for value in values if value is not None]
    return bool(known) and max(known) - min(known) > max(map(abs, known)) / 20
