"""Predicates and accessors for answer trees: long decimals, definitions, percentages, phrases, lists of conditions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from r1.verifiers.math.tree import (
    ANY,
    DEG,
    Add,
    Call,
    Interval,
    Matrix,
    Mul,
    Node,
    Num,
    Pow,
    Rel,
    Seq,
    SetOp,
    Sym,
    Text,
    children,
    is_expr,
    is_name,
    symbols,
)
from r1.verifiers.math.values.rational import Rational, rational

MIN_DIGITS = 15
"""A decimal with at least this many significant digits matches the exact value that it rounds."""
_COORDINATES = [Sym("x"), Sym("y"), Sym("z")]
_JOINTS = re.compile(r" (?:and|or|,) |(?<=[\u4e00-\u9fff]) , (?=[\u4e00-\u9fff])")


def long_decimal(node: Node) -> tuple[Num | None, Rational]:
    """``(literal, scale)`` of a long decimal, perhaps times a rational such as a power of ten; ``(None, 1)`` for other trees."""
    if isinstance(node, Num):
        return (node, 1) if node.digits >= MIN_DIGITS else (None, 1)
    if isinstance(node, Mul) and len(node.factors) == 2:
        for literal, scale in (node.factors, node.factors[::-1]):
            factor = rational(scale)
            if isinstance(literal, Num) and literal.digits >= 13 and factor:
                return literal, factor
    return None, 1


def never_terminates(value: Rational) -> bool:
    """Whether a rational has no finite decimal."""
    bottom = value.denominator
    for prime in (2, 5):
        while bottom % prime == 0:
            bottom //= prime
    return bottom != 1


def percent_of(node: Node) -> Node | None:
    """The number before the percent sign; None for other trees."""
    return node.args[0] if isinstance(node, Call) and node.name == "pct" else None


def degrees_of(node: Node) -> Node | None:
    """The number of degrees of an angle; None for other trees."""
    if not isinstance(node, Mul):
        return None
    *head, last = node.factors
    if last != DEG:
        angle = degrees_of(last)  # -(41.4 deg)
        return Mul((*head, angle)) if angle is not None else None
    return Mul(tuple(head)) if len(head) > 1 else head[0]


def is_name_equation(node: Node) -> bool:
    """Whether a node is ``name = value`` or ``number = name``. The z of ``3x + y = z`` is a variable like the others."""
    if not isinstance(node, Rel) or node.ops != ("=",):
        return False
    left, right = node.sides
    return is_name(left) or (is_name(right) and not symbols(left))


def definition(node: Rel) -> tuple[Node, Node]:
    """``(name, value)`` of a name equation."""
    left, right = node.sides
    return (left, right) if is_name(left) else (right, left)


def label(name: Node) -> str:
    """The letters of a name, without its arguments and accents: "f" for ``f(x)``, "AB" for ``|AB|``, "y'" for ``dy/dx``."""
    match name:
        case Sym(written):
            return written.rpartition(" ")[2]
        case Call("abs", (segment,)):
            return label(segment)
        case Call(function):
            return function
        case Mul((Mul((Sym("d"), Sym(variable))), Pow())):
            return f"{variable}'"
        case Mul(factors):
            return "".join(map(label, factors))
        case Seq(_, items):
            return ",".join(map(label, items))
        case Text(written):
            return written
    return str(name)


def same_label(name: Node, other: Node) -> bool:
    """Whether two names may stand for the same value: they have the same letters, or are y and a function ``f(x)``."""
    if isinstance(name, Call) and isinstance(other, Call) and name != other and not (symbols(name) and symbols(other)):
        return False  # f(3) is not f(4)
    a, b = label(name), label(other)
    if (
        a == b
        or a.partition("_")[::2] == (b, label_argument(other))
        or b.partition("_")[::2] == (a, label_argument(name))
    ):
        return True
    return any(x == "y" and y == "f" and isinstance(function, Call) for x, y, function in ((a, b, other), (b, a, name)))


def label_argument(name: Node) -> str:
    """The variable n of ``a(n)``, or ""."""
    return label(name.args[0]) if isinstance(name, Call) and len(name.args) == 1 else ""


def chain_end(node: Node) -> Node | None:
    """The last member of a chain whose numbers differ, such as x = 5 = 6; None for other trees."""
    if (
        isinstance(node, Rel)
        and len(node.ops) > 1
        and set(node.ops) == {"="}
        and not all(isinstance(side, Sym) for side in node.sides)
    ):
        return node.sides[-1]
    return None


def value_of(node: Node) -> Node:
    """The value of a name equation; other trees unchanged."""
    return definition(node)[1] if isinstance(node, Rel) and is_name_equation(node) else node


def names_of(seq: Seq) -> list[Node] | None:
    """The names in a list of definitions, or None if an item is not a definition."""
    if all(is_name_equation(item) for item in seq.items):
        return [definition(item)[0] for item in seq.items if isinstance(item, Rel)]
    return None


def by_coordinate(seq: Seq, names: list[Node] | None, other: list[Node] | None) -> Sequence[Node]:
    """The items in the order x, y, z if they have these names and the other answer has none."""
    if names and not other and sorted(names, key=str) == _COORDINATES[: len(names)]:
        return [item for _, item in sorted(zip(names, seq.items, strict=True), key=lambda pair: str(pair[0]))]
    return seq.items


def grouped(seq: Seq) -> Seq:
    """A list such as ``p=5, q=2, p=7, q=2`` as a list of points; other lists unchanged."""
    names = names_of(seq)
    if seq.kind not in ("list", "or") or not names:
        return seq
    width = len(set(names))
    if (
        width < 2
        or width == len(names)
        or len(names) % width
        or any(names[i] != names[i % width] for i in range(len(names)))
    ):
        return seq
    values = [value_of(item) for item in seq.items]
    return Seq("list", tuple(Seq("tuple", tuple(values[i : i + width])) for i in range(0, len(values), width)))


def holds_conditions(seq: Seq) -> bool:
    """Whether a list holds inequalities or sets rather than values."""
    return any(
        isinstance(item, Interval | SetOp) or (isinstance(item, Rel) and not is_name_equation(item))
        for item in seq.items
    )


def is_evaluated(left: Node, right: Node) -> bool:
    """Whether ``left = right`` gives the value of a formula such as (x+y)^2, m+n or cos^2 x: with a scalar gold it is that number.

    A sum must consist of names alone: 2x+3y = 12 is a line. A formula that is set to zero is an equation to solve.
    """
    if len(symbols(left)) == 1 and not isinstance(left, Pow | Call):
        return False  # 2x = 10 is an equation to solve
    return (
        not isinstance(left, Num)
        and (not isinstance(left, Add) or all(isinstance(term, Sym) or is_name(term) for term in left.terms))
        and bool(symbols(left))
        and not symbols(right)
        and is_expr(left)
        and rational(right) != 0
    )


def is_value_of_function(left: Node) -> bool:
    """Whether a left side is a function of one variable, such as sin A or log x."""
    return (
        isinstance(left, Call)
        and len(left.args) == 1
        and isinstance(left.args[0], Sym)
        and left.name not in ("factorial", "pct", "pm", "mp")
    )


def flat(node: Node) -> list[Node]:
    """The members of nested unions, or of nested intersections, as one list."""
    if isinstance(node, SetOp) and node.op in ("union", "inter"):
        return [
            piece
            for arg in node.args
            for piece in (flat(arg) if isinstance(arg, SetOp) and arg.op == node.op else [arg])
        ]
    return [node]


def phrases_of(node: Node) -> Counter[str] | None:
    """The phrases of a text, or of a list of words and letters, split at "and", "or" and commas; None for other trees."""
    if isinstance(node, Text):
        return Counter(part.strip() for part in _JOINTS.split(node.words) if part.strip())
    if isinstance(node, Sym) or (isinstance(node, Seq) and node.kind in ("list", "or")):
        items = node.items if isinstance(node, Seq) else (node,)
        phrases: Counter[str] = Counter()
        for item in items:
            if isinstance(item, Text):
                phrases.update([item.words.casefold()])
            elif isinstance(item, Sym):
                phrases.update([item.name.casefold()])
            else:
                return None
        return phrases
    return None


def other_variables(gold: Node, pred: Node) -> bool:
    """Whether two conditions are on different variables, as x < 3 and y < 3 are. f(x) < 3 may match y < 3."""
    values, others = _applications(gold), _applications(pred)
    if values and others:
        return values != others
    named, other = symbols(gold), symbols(pred)
    if not named or not other or named == other or ANY.name in named | other:
        return False
    return not _applies_function(gold) and not _applies_function(pred)


def members_differ(node: Node, other: Node) -> bool:
    r"""Whether a node states ``x \in A`` and the other a condition that does not have this x."""
    match node, other:
        case Rel(("in",), (Sym(name), _)), Rel():
            return name not in symbols(other) and not _applies_function(other)
    return False


def on_a_line(node: Node) -> bool:
    """Whether the conditions of an answer are on a single variable."""
    return len(symbols(node)) < 2 or _applies_function(node)


def _applications(node: Node) -> set[Node]:
    """The values of unknown functions in a tree, such as f(12)."""
    parts = set().union(*map(_applications, children(node))) if children(node) else set()
    return parts | {node} if isinstance(node, Call) and len(node.name) == 1 else parts


def _applies_function(node: Node) -> bool:
    return (isinstance(node, Call) and len(node.name) == 1) or any(map(_applies_function, children(node)))


def has_coordinates(node: Node) -> bool:
    """Whether a tree holds a point or a matrix, whose entries belong together."""
    if isinstance(node, Matrix) or (isinstance(node, Seq) and node.kind in ("tuple", "bracket")):
        return True
    return any(map(has_coordinates, children(node)))


def lists_sets(node: Node) -> bool:
    """Whether a node is a list of two or more sets."""
    return (
        isinstance(node, Seq)
        and node.kind in ("list", "or")
        and len(node.items) > 1
        and all(
            isinstance(item, Interval | SetOp) or (isinstance(item, Seq) and item.kind == "bracket")
            for item in node.items
        )
    )


def described(node: Node) -> Node:
    r"""The condition of a set such as ``\{x | x > 2\}``; other trees unchanged."""
    return node.args[0] if isinstance(node, SetOp) and len(node.args) == 1 else node


def intervals_beside(node: Node, other: Node) -> Node:
    """A list of pairs such as "(0,1) and (2,3)" as intervals, if the other answer is a union of sets; else unchanged."""
    if not isinstance(other, SetOp) or not isinstance(node, Seq) or node.kind not in ("list", "or"):
        return node
    if not all(isinstance(item, Seq) and item.kind == "tuple" and len(item.items) == 2 for item in node.items):
        return node
    ends = [children(item) for item in node.items]
    return Seq(node.kind, tuple(Interval(low, high, False, False) for low, high in ends))


def roots_of_one(names: list[Node] | None) -> bool:
    """Whether the values of a list have no names, or the names of one unknown: x, x or x_1, x_2."""
    return names is None or len({name.name.split("_")[0] if isinstance(name, Sym) else name for name in names}) == 1


def labeled_value(relation: Rel) -> Node | None:
    r"""The value in a relation such as x \in {5, 6}, N = 5 (mod 7) or \lim f(x) = 5; None for other relations."""
    match relation:
        case Rel(("in",), (Sym(), Seq("set", items) as listed)):
            return items[0] if len(items) == 1 else listed
        case Rel(("equiv",), (_, Call("residue", (value, _)))):
            return value
        case Rel(("=",), (Call("lim" | "int" | "sum" | "prod" | "max" | "min"), value)) if not symbols(value):
            return value
    return None
