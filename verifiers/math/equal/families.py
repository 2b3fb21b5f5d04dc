r"""Equality of families of solutions, such as π/4 + kπ: the name of the parameter and its starting point do not matter.

The name of a constant of integration does not matter either. `read/families.py` finds the declaration ``k \in Z`` in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from r1.verifiers.math.tree import (
    INTEGER,
    MINUS_ONE,
    NATURAL,
    Add,
    Call,
    Mul,
    Node,
    Num,
    Rel,
    Sym,
    contains,
    neg,
    replaced,
    substitute,
    symbols,
)
from r1.verifiers.math.values.balls import approximate

_LETTERS = set("klmnt")
_NUMBERED = re.compile(r"[cCkK]_\d")
_CONSTANTS = tuple(map(Sym, ("C", "c", "K", "C_1", "c_1", "C_0")))


def unified(gold: Node, pred: Node) -> tuple[Node, Node] | None:
    """Both answers with the parameter that one of them declares; None unless exactly one does and the other has a letter for it."""
    in_gold, in_pred = _parameter(gold), _parameter(pred)
    if (in_gold is None) == (in_pred is None):
        return None
    parameter, bare = (in_gold, pred) if in_gold else (in_pred, gold)
    assert parameter is not None
    free = symbols(bare) - symbols(pred if bare is gold else gold)
    if len(free) != 1 or not free <= _LETTERS:
        return None
    named = substitute(bare, free.pop(), parameter)
    return (gold, named) if bare is pred else (named, pred)


def same_constant(gold: Node, pred: Node) -> tuple[Node, Node] | None:
    """Both answers with the same name for the constant of integration (C or c, C_1 or c_1); None if there is nothing to rename."""
    names, wanted = symbols(pred), {name.casefold(): name for name in symbols(gold) if _NUMBERED.fullmatch(name)}
    if wanted and not wanted.keys() & names & symbols(gold):
        for name in names:
            pred = replaced(pred, Sym(name), Sym(wanted.get(name.casefold(), name)))
        if symbols(pred) != names:
            return gold, pred
    a, b = _added_constant(gold), _added_constant(pred)
    if a is None or b is None or a == b:
        return None
    return gold, replaced(pred, b, a)


def _added_constant(node: Node) -> Node | None:
    if isinstance(node, Rel) and node.ops == ("=",):
        node = node.sides[1]
    if not isinstance(node, Add):
        return None
    found = [term for term in node.terms if term in _CONSTANTS]
    return found[0] if len(found) == 1 and sum(contains(term, found[0]) for term in node.terms) == 1 else None


def _parameter(node: Node) -> Sym | None:
    found = symbols(node)
    return next((parameter for parameter in (INTEGER, NATURAL) if parameter.name in found), None)


def same_progression(a: Node, b: Node, same: Callable[[Node, Node], bool]) -> bool:
    """Whether ``a0 + a1 k`` and ``b0 + b1 k`` have the same set of values for all integers k."""
    if isinstance(a, Num) or isinstance(b, Num) or _parameter(a) is not INTEGER or _parameter(b) is not INTEGER:
        return False
    (a0, a1), (b0, b1) = _start_and_step(a), _start_and_step(b)
    for start, step, whole in ((a0, a1, a), (b0, b1, b)):
        if not same(Add((start, Mul((step, INTEGER)))), whole):
            return False
    if not same(a1, b1) and not same(a1, neg(b1)):
        return False
    x, y, z = approximate(a0), approximate(b0), approximate(a1)
    if x is None or y is None or not z or abs(x - y) > 1e6 * abs(z):
        return False
    return same(a0, Add((b0, Mul((Num(round((x - y) / z)), a1)))))


def _start_and_step(node: Node) -> tuple[Node, Node]:
    start = substitute(node, INTEGER.name, Num(0))
    return start, Add((substitute(node, INTEGER.name, Num(1)), Mul((MINUS_ONE, start))))


def same_residues(congruence: Node, values: Node, same: Callable[[Node, Node], bool]) -> bool:
    """Whether ``n = 7k + 3`` gives the numbers of ``n = 3 (mod 7)``."""
    match congruence, values:
        case Rel(("equiv",), (name, Call("residue", (Num() as rest, Num() as modulus)))), Rel(("=",), (other, right)):
            free = symbols(right)
            if other not in (name, Sym("residue")) or len(free) != 1 or not free <= _LETTERS | {INTEGER.name}:
                return False
            family = substitute(right, free.pop(), INTEGER)
            return same_progression(Add((rest, Mul((modulus, INTEGER)))), family, same)
    return False
