"""Equality of relations: the differences of their sides are proportional, for inequalities with a positive factor."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from r1.verifiers.math.tree import Add, Call, Mul, Node, Num, Rel, Sym, is_expr, neg, substitute, symbols
from r1.verifiers.math.values import balls
from r1.verifiers.math.values.canonical import canonical
from r1.verifiers.math.values.polynomials import Poly, RationalFunction
from r1.verifiers.math.values.rational import NotExact, Rational

Same = Callable[[Node, Node], bool]
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!=", "equiv": "equiv"}


def equal_relations(a: Rel, b: Rel, same: Same) -> bool:
    """Whether two relations are equal up to scaling and exchanging their sides.

    Args:
        a: a relation.
        b: another one.
        same: whether two expressions are equal.
    """
    if len(a.ops) != len(b.ops) or (symbols(a) != symbols(b) and "residue" not in symbols(a) | symbols(b)):
        return False
    if len(a.ops) > 1 or a.ops[0] not in _MIRROR or b.ops[0] not in _MIRROR:
        return _same_sides(a, b, same) or _same_sides(_mirrored(a), b, same)
    if a.ops[0] == "equiv" or b.ops[0] == "equiv":
        return a.ops == b.ops and _congruent(a, b, same)
    if _same_sides(a, b, same) or _same_sides(_mirrored(a), b, same):
        return True
    if not all(map(is_expr, (*a.sides, *b.sides))):
        return False
    (op, left), (other_op, right) = _oriented(a), _oriented(b)
    return op == other_op and _proportional(left, right, positive=op in ("<", "<="), same=same)


def _mirrored(rel: Rel) -> Rel:
    return Rel(tuple(_MIRROR.get(op, "") for op in reversed(rel.ops)), rel.sides[::-1])


def _same_sides(a: Rel, b: Rel, same: Same) -> bool:
    return a.ops == b.ops and all(
        x == y or (is_expr(x) and is_expr(y) and same(x, y)) for x, y in zip(a.sides, b.sides, strict=True)
    )


def _oriented(rel: Rel) -> tuple[str, Node]:
    """``(op, difference)`` of the relation written as ``difference op 0``, where op is <, <=, = or !=."""
    left, right = rel.sides
    if rel.ops[0] in (">", ">="):
        left, right = right, left
    return {">": "<", ">=": "<="}.get(rel.ops[0], rel.ops[0]), Add((left, neg(right)))


def _congruent(a: Rel, b: Rel, same: Same) -> bool:
    """Whether two congruences ``x = r (mod m)`` have the same variable and modulus, and residues that differ by a multiple of it."""
    x, y = a.sides[-1], b.sides[-1]
    match x, y:
        case Call("residue", (Num(r), Num(m))), Call("residue", (Num(s), Num(n))):
            return (
                m == n
                and m != 0
                and (r - s) % m == 0
                and (
                    Sym("residue") in (a.sides[0], b.sides[0])
                    or _same_sides(Rel(("=",), (a.sides[0], Num(0))), Rel(("=",), (b.sides[0], Num(0))), same)
                )
            )
    return a == b


def _proportional(a: Node, b: Node, positive: bool, same: Same) -> bool:
    variables = sorted(symbols(a) | symbols(b))
    if not variables or symbols(a) != symbols(b):
        return False
    left, right = canonical(a), canonical(b)
    if left and right and left.complete and right.complete:
        factor = _factor(left, right)
        return factor is not None and (not positive or factor > 0)
    return _proportional_at_points(a, b, variables, positive, same)


def _factor(left: RationalFunction, right: RationalFunction) -> Rational | None:
    """The rational factor between two numerators, or None. Denominators do not change where an equation holds."""
    p, q = _cleared(left.top), _cleared(right.top)
    if not p or set(p) != set(q):
        return None
    key = next(iter(p))
    try:
        factor = Fraction(p[key]) / q[key]
    except (NotExact, ZeroDivisionError):
        return None
    return factor if all(p[m] * q[key] == q[m] * p[key] for m in p) else None


def _cleared(poly: Poly) -> Poly:
    """The polynomial times the powers of variables that remove negative exponents."""
    lowest: dict[tuple, Rational] = {}
    for monomial in poly:
        for atom, power in monomial:
            if power < 0 and atom[0] == "sym":
                lowest[atom] = min(lowest.get(atom, 0), power)
    if not lowest:
        return poly
    cleared = {}
    for monomial, coefficient in poly.items():
        powers = dict(monomial)
        for atom, power in lowest.items():
            powers[atom] = powers.get(atom, 0) - power
        cleared[frozenset((atom, power) for atom, power in powers.items() if power)] = coefficient
    return cleared


def _proportional_at_points(a: Node, b: Node, variables: list[str], positive: bool, same: Same) -> bool:
    pairs: list[tuple[Node, Node]] = []
    for index in range(6):
        x, y = a, b
        for name, value in balls.point(index, variables).items():
            x, y = substitute(x, name, Num(value)), substitute(y, name, Num(value))
        p, q = balls.approximate(x), balls.approximate(y)
        if p and q and (not positive or p * q > 0):
            pairs.append((x, y))
        elif p is not None and q is not None and positive:
            return False
    if len(pairs) < 3:
        return False
    (x0, y0), *others = pairs
    return all(same(Mul((x, y0)), Mul((x0, y))) for x, y in others[:3])
