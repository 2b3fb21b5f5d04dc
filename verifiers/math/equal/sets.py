r"""Sets of real numbers: intervals, finite sets, their unions and differences, and the inequalities that describe them.

A set is a sorted list of break points with a flag for each point and for each gap between points: whether it belongs to the
set. One rule then covers union, intersection and difference, and two sets are equal if their reduced lists are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from r1.verifiers.math.tree import (  # fmt: skip
    MINUS_ONE,
    ZERO,
    Add,
    Call,
    Interval,
    Mul,
    NamedSet,
    Node,
    Num,
    Pow,
    Rel,
    Seq,
    SetOp,
    Sym,
    is_expr,
    neg,
    substitute,
    symbols,
)
from r1.verifiers.math.values.balls import approximate
from r1.verifiers.math.values.canonical import canonical

MAX_PIECES = 200
Same = Callable[[Node, Node], bool]
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(slots=True)
class RealSet:
    """A subset of the real line.

    Attributes:
        points: n break points as (float, exact value), ascending.
        at: n flags; ``at[i]``: point i belongs to the set.
        gaps: n + 1 flags; ``gaps[i]``: the open gap before point i belongs to the set; the last flag is the gap after all points.
    """

    points: list[tuple[float, Node]]
    at: list[bool]
    gaps: list[bool]


def to_set(node: Node, same: Same) -> RealSet | None:
    """The set of reals that an answer denotes, or None if it denotes none that can be computed.

    Its ends must be real constants, and its inequalities linear in one variable.

    Args:
        node: an interval, set, union, relation or list of conditions.
        same: whether two expressions are equal.
    """
    if isinstance(node, Interval):
        return _interval(node.low, node.high, node.low_closed, node.high_closed)
    if isinstance(node, NamedSet):
        if node.name == "R":
            return RealSet([], [], [True])
        return RealSet([], [], [False]) if node.name == "empty" else _half_line(node.name)
    if isinstance(node, Seq):
        return _sequence(node, same)
    if isinstance(node, SetOp):
        parts = [to_set(arg, same) for arg in node.args]
        first = parts[0]
        for part in parts[1:]:
            first = _combine(first, part, node.op, same) if first and part else None
        return first
    if isinstance(node, Rel):
        return _relation(node, same)
    return None


def _half_line(name: str) -> RealSet | None:
    spelled = name.replace("_", "").replace("^", "")
    if spelled in ("R+", "R>0"):
        return RealSet([(0.0, ZERO)], [False], [False, True])
    if spelled in ("R-", "R<0"):
        return RealSet([(0.0, ZERO)], [False], [True, False])
    return None


def _interval(low: Node, high: Node, low_closed: bool, high_closed: bool) -> RealSet | None:
    left, right = approximate(low), approximate(high)
    if left is None or right is None:
        return None
    if left > right:
        return None
    points, at, gaps = [], [], [left == float("-inf")]
    if left != float("-inf"):
        points.append((left, low))
        at.append(low_closed)
        gaps.append(True)
    if right != float("inf"):
        points.append((right, high))
        at.append(high_closed)
        gaps.append(False)
    if left == right:  # [1,1] is a point; (1,1) is not read as a set
        return RealSet(points[:1], [True], [False, False]) if low_closed and high_closed else None
    return RealSet(points, at, gaps)


def _sequence(node: Seq, same: Same) -> RealSet | None:
    if len(node.items) > MAX_PIECES:
        return None
    if node.kind == "tuple" and len(node.items) == 2 and all(map(is_expr, node.items)):
        return _interval(*node.items, False, False)
    if node.kind == "bracket" and len(node.items) == 2 and all(map(is_expr, node.items)):
        return _interval(*node.items, True, True)
    if node.kind == "set":
        result: RealSet | None = RealSet([], [], [False])
        for item in node.items:
            value = approximate(item) if is_expr(item) else None
            single = RealSet([(value, item)], [True], [False, False]) if value is not None else None
            result = _combine(result, single, "union", same) if result and single else None
        return result
    if node.kind in ("list", "or", "group") and any(
        isinstance(item, Rel | Interval | SetOp) or _is_closed(item) for item in node.items
    ):
        return _conditions(node, same)
    return None


def _is_closed(node: Node) -> bool:
    return isinstance(node, Seq) and node.kind == "bracket" and len(node.items) == 2


def _conditions(node: Seq, same: Same) -> RealSet | None:
    """A list of conditions: "or" is their union, "and" or a comma their intersection, or their union if that is empty."""
    parts = [to_set(item, same) for item in node.items]
    if any(part is None for part in parts) or any(isinstance(item, SetOp) for item in node.items):
        return None  # a comma between sets is a list, not their intersection
    sets = [part for part in parts if part]
    intervals = all(isinstance(item, Interval) or _is_closed(item) for item in node.items)
    united = common = sets[0]
    for part in sets[1:]:
        overlap = _combine(united, part, "inter", same)
        if intervals and (any(overlap.gaps) or any(overlap.at)):
            return None  # a union has disjoint parts
        united, common = _combine(united, part, "union", same), _combine(common, part, "inter", same)
    if node.kind == "or" or intervals:
        return united
    nothing = not any(common.at) and not any(common.gaps)
    return united if nothing else common


def _combine(a: RealSet, b: RealSet, op: str, same: Same) -> RealSet:
    points: list[tuple[float, Node]] = []
    for value, node in sorted(a.points + b.points, key=lambda point: point[0]):
        if points and _close(points[-1][0], value) and same(points[-1][1], node):
            continue
        points.append((value, node))
    rule = {"union": lambda x, y: x or y, "inter": lambda x, y: x and y, "minus": lambda x, y: x and not y}[op]
    at, gaps = [], []
    for index, (value, _) in enumerate(points):
        before = points[index - 1][0] if index else float("-inf")
        gaps.append(rule(_inside_gap(a, before, value), _inside_gap(b, before, value)))
        at.append(rule(_inside(a, value), _inside(b, value)))
    gaps.append(rule(a.gaps[-1], b.gaps[-1]))
    return _reduce(RealSet(points, at, gaps))


def _close(x: float, y: float) -> bool:
    return abs(x - y) <= 1e-9 * max(1.0, abs(x), abs(y))


def _inside(s: RealSet, value: float) -> bool:
    for index, (x, _) in enumerate(s.points):
        if _close(x, value):
            return s.at[index]
        if x > value:
            return s.gaps[index]
    return s.gaps[-1]


def _inside_gap(s: RealSet, low: float, high: float) -> bool:
    """Whether the open gap between two neighboring break points of the combined set belongs to ``s``."""
    for index, (x, _) in enumerate(s.points):
        if x > high or _close(x, high):
            return s.gaps[index]
    return s.gaps[-1]


def _reduce(s: RealSet) -> RealSet:
    keep = [i for i in range(len(s.points)) if not s.gaps[i] == s.at[i] == s.gaps[i + 1]]
    gaps = [s.gaps[i] for i in keep] + [s.gaps[-1]]
    return RealSet([s.points[i] for i in keep], [s.at[i] for i in keep], gaps)


def equal_sets(a: RealSet, b: RealSet, same: Same) -> bool:
    """Whether two sets have the same elements; ``same`` compares their exact break points."""
    a, b = _reduce(a), _reduce(b)
    if a.at != b.at or a.gaps != b.gaps:
        return False
    return all(_close(x, y) and same(p, q) for (x, p), (y, q) in zip(a.points, b.points, strict=True))


def _relation(rel: Rel, same: Same) -> RealSet | None:
    if rel.ops == ("in",):
        return to_set(rel.sides[1], same)
    result: RealSet | None = RealSet([], [], [True])
    for op, left, right in zip(rel.ops, rel.sides, rel.sides[1:], strict=False):
        if op not in ("<", "<=", ">", ">=", "!=", "="):
            return None
        part = _inequality(op, left, right, same)
        result = _combine(result, part, "inter", same) if result and part else None
    return result


def _inequality(op: str, left: Node, right: Node, same: Same) -> RealSet | None:
    if (_is_unknown(right) or _is_abs(right)) and not (_is_unknown(left) or _is_abs(left)):
        left, right, op = right, left, _FLIPPED[op]
    if isinstance(left, Call) and left.name == "abs" and not symbols(right):
        return _absolute(op, left.args[0], right, same)
    if _is_unknown(left) and not symbols(right):
        return _ray(op, right)
    variables = symbols(left) | symbols(right)
    if len(variables) != 1 or not is_expr(left) or not is_expr(right):
        return None
    solved = _solve_linear(Add((left, neg(right))), variables.pop())
    if solved is None:
        return None
    root, slope = solved
    return _ray(op if slope > 0 else _FLIPPED[op], root)


def _is_unknown(node: Node) -> bool:
    return isinstance(node, Sym) or (isinstance(node, Call) and len(node.name) == 1)


def _is_abs(node: Node) -> bool:
    return isinstance(node, Call) and node.name == "abs" and bool(symbols(node))


def _ray(op: str, bound: Node) -> RealSet | None:
    value = approximate(bound)
    if value is None or value in (float("inf"), float("-inf")):
        return RealSet([], [], [True]) if value is not None and op == ("<" if value > 0 else ">") else None
    below, at, above = {
        "<": (True, False, False),
        "<=": (True, True, False),
        ">": (False, False, True),
        ">=": (False, True, True),
        "=": (False, True, False),
        "!=": (True, False, True),
    }[op]
    return RealSet([(value, bound)], [at], [below, above])


def _absolute(op: str, inner: Node, bound: Node, same: Same) -> RealSet | None:
    value = approximate(bound)
    if value is None or value < 0:
        return None
    if op in ("<", "<="):
        parts = _inequality(op, inner, bound, same), _inequality(_FLIPPED[op], inner, neg(bound), same)
        return _combine(parts[0], parts[1], "inter", same) if parts[0] and parts[1] else None
    if op == "!=":
        parts = _inequality(op, inner, bound, same), _inequality(op, inner, neg(bound), same)
        return _combine(parts[0], parts[1], "inter", same) if parts[0] and parts[1] else None
    parts = _inequality(op, inner, bound, same), _inequality(_FLIPPED[op], inner, neg(bound), same)
    return _combine(parts[0], parts[1], "union", same) if parts[0] and parts[1] else None


def _solve_linear(node: Node, name: str) -> tuple[Node, float] | None:
    """The root of a linear function and its slope, or None."""
    form = canonical(node)
    if form is None or form.bottom is not None or not form.complete:
        return None
    degrees = {power for monomial in form.top for atom, power in monomial if atom == ("sym", name)}
    if degrees != {1}:
        return None
    at_zero = substitute(node, name, ZERO)
    slope = Add((substitute(node, name, Num(1)), neg(at_zero)))
    steepness = approximate(slope)
    if not steepness:
        return None
    return Mul((MINUS_ONE, at_zero, Pow(slope, MINUS_ONE))), steepness
