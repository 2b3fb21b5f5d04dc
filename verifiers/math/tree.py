"""The tree of an answer: expressions (numbers and functions), and the collections, relations and labels made of them.

Nodes are hashable and compared by class and content. No node holds text that is evaluated later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from operator import attrgetter
from typing import Any, TypeAlias


class ParseError(ValueError):
    """The text is not a formula that we can read, or it is too long or too deep."""


class Undefined(Exception):
    """An expression has no value at a point: a pole, an unknown function, a value that is too large."""


# ------------------------------------------------------------------------------------------------------- expressions


@dataclass(slots=True, unsafe_hash=True)
class Num:
    """An exact number.

    Attributes:
        digits: significant digits of a decimal literal, 0 for other numbers; not compared.
        places: digits behind its decimal point; not compared.
    """

    value: Fraction | int
    digits: int = field(default=0, compare=False)
    places: int = field(default=0, compare=False)


@dataclass(slots=True, unsafe_hash=True)
class Sym:
    """A variable with its subscript and primes: ``x``, ``a_1``, ``f'``."""

    name: str


@dataclass(slots=True, unsafe_hash=True)
class Const:
    """``pi``, ``e``, ``i``, ``inf``, ``deg`` (pi/180) or ``nan``."""

    name: str


@dataclass(slots=True, unsafe_hash=True)
class Add:
    """A sum of one or more terms."""

    terms: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Mul:
    """A product of one or more factors; a quotient has factors under the power -1."""

    factors: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Pow:
    """``base ** exponent``."""

    base: Node
    exponent: Node


@dataclass(slots=True, unsafe_hash=True)
class Call:
    """A function of its arguments: ``sin``, ``root`` (of, index), ``log`` (of, base), ``pm``, ``pct``, or an unknown ``f``.

    ``sum``, ``prod`` and ``int`` have (body, variable, low, high), ``lim`` (body, variable, target); ``Sym("")`` for a missing one.
    """

    name: str
    args: tuple[Node, ...]


# ------------------------------------------------------------------------------------------------ answers made of them


@dataclass(slots=True, unsafe_hash=True)
class Seq:
    r"""Several values.

    Attributes:
        kind: ``list`` (bare commas, "and"), ``or``, ``tuple`` (1,3), ``bracket`` [1,3], ``set`` \{1,3\}, ``group`` {1,3}, or
            ``piece`` (value, condition) of a piecewise function.
    """

    kind: str
    items: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Interval:
    """The real numbers between two ends; ``low_closed`` and ``high_closed`` say whether the ends belong to it."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(slots=True, unsafe_hash=True)
class SetOp:
    """``op`` is ``union``, ``inter`` or ``minus``."""

    op: str
    args: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class NamedSet:
    """A set with a letter (``R``, ``Z``, ``Z+``, ``N``, ``Q``, ``C``), or ``empty``."""

    name: str


@dataclass(slots=True, unsafe_hash=True)
class Rel:
    """A chain of relations: ``sides[0] ops[0] sides[1] ops[1] ...``.

    Attributes:
        ops: ``= != < <= > >= ~ in notin equiv subset parallel perp divides propto``.
    """

    ops: tuple[str, ...]
    sides: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Matrix:
    """Rows of equal length; vectors have one row or one column."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(slots=True, unsafe_hash=True)
class Ratio:
    """``a : b : c``."""

    parts: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Time:
    """A time of day, in seconds; ``half`` is "am", "pm" or ""."""

    seconds: int
    half: str


TRUTH_BASE = 0
"""The base of a numeral without subscript in a task whose truth names the base."""


@dataclass(slots=True, unsafe_hash=True)
class BaseNum:
    """A numeral in another base, its digits as written, in capitals."""

    digits: str
    base: int


@dataclass(slots=True, unsafe_hash=True)
class Quantity:
    """A value with a unit in the spelling of `units.canonical_unit`: a unit, a currency or plain words."""

    value: Node
    unit: str


@dataclass(slots=True, unsafe_hash=True)
class Text:
    """Words in the spelling of `spelling.words`, so that capitals, articles and punctuation do not count."""

    words: str


Node: TypeAlias = (
    Num
    | Sym
    | Const
    | Add
    | Mul
    | Pow
    | Call
    | Seq
    | Interval
    | SetOp
    | NamedSet
    | Rel
    | Matrix
    | Ratio
    | Time
    | BaseNum
    | Quantity
    | Text
)


def is_expr(node: Node) -> bool:
    """Whether a node is a number or function, with no collection or relation anywhere inside."""
    match node:
        case Num() | Sym() | Const():
            return True
        case Add(parts) | Mul(parts) | Call(_, parts):
            return all(map(is_expr, parts))
        case Pow(base, exponent):
            return is_expr(base) and is_expr(exponent)
    return False


_PARTS: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    Add: attrgetter("terms"), Mul: attrgetter("factors"), Pow: attrgetter("base", "exponent"), Call: attrgetter("args"),
    Seq: attrgetter("items"), SetOp: attrgetter("args"), Rel: attrgetter("sides"), Ratio: attrgetter("parts"),
    Interval: attrgetter("low", "high"),
    Matrix: lambda node: tuple(entry for row in node.rows for entry in row), Quantity: lambda node: (node.value,),
}  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node."""
    parts = _PARTS.get(type(node))
    return parts(node) if parts else ()


def rebuild(node: Node, parts: tuple[Node, ...]) -> Node:
    """The node with other children, in the order of `children`."""
    match node:
        case Add():
            return Add(parts)
        case Mul():
            return Mul(parts)
        case Pow():
            return Pow(*parts)
        case Call(name):
            return Call(name, parts)
        case Seq(kind):
            return Seq(kind, parts)
        case Interval(_, _, low_closed, high_closed):
            return Interval(parts[0], parts[1], low_closed, high_closed)
        case SetOp(op):
            return SetOp(op, parts)
        case Rel(ops):
            return Rel(ops, parts)
        case Matrix(rows):
            width, entries = len(rows[0]), iter(parts)
            return Matrix(tuple(tuple(next(entries) for _ in range(width)) for _ in rows)) if width else node
        case Ratio():
            return Ratio(parts)
        case Quantity(_, unit):
            return Quantity(parts[0], unit)
    return node


def replaced(node: Node, old: Node, new: Node) -> Node:
    """The tree with ``new`` in place of every ``old``."""
    if node == old:
        return new
    parts = children(node)
    return rebuild(node, tuple(replaced(part, old, new) for part in parts)) if parts else node


def substitute(node: Node, name: str, value: Node) -> Node:
    """The tree with a value in place of a variable."""
    return replaced(node, Sym(name), value)


def symbols(node: Node) -> set[str]:
    """The names of the variables in a tree."""
    if isinstance(node, Sym):
        return {node.name}
    parts = children(node)
    return set().union(*map(symbols, parts)) if parts else set()


def contains(node: Node, wanted: Node) -> bool:
    """Whether ``wanted`` occurs in the tree."""
    return node == wanted or any(contains(child, wanted) for child in children(node))


ANY = Sym("")
"""The bound variable of a set, whose name does not matter."""
ZERO, MINUS_ONE = Num(0), Num(-1)
INTEGER, NATURAL = Sym("∈Z"), Sym("∈N")
"""Parameters that an answer declares with ``k \\in Z`` or ``k \\in N``; no variable has such a name."""
PI, E, I, INF, DEG, NAN = map(Const, ("pi", "e", "i", "inf", "deg", "nan"))  # noqa: E741


def neg(node: Node) -> Node:
    """``-node``; a plain numeral stays one numeral."""
    if isinstance(node, Num):
        return Num(-node.value, node.digits, node.places)
    return Mul((MINUS_ONE, node))


def times(left: Node, right: Node) -> Node:
    """``left * right``, where a product on the left takes one more factor."""
    return Mul((*left.factors, right) if isinstance(left, Mul) else (left, right))


def div(top: Node, bottom: Node) -> Node:
    """``top / bottom``."""
    return Mul((top, Pow(bottom, MINUS_ONE)))


def is_name(node: Node) -> bool:
    """Whether a left side only names a value: a variable, ``f(x)``, ``S_n``, ``AB``, ``|AB|``, ``A:B``, ``NO/BO``, ``(x, y)``."""
    if isinstance(node, Sym):
        return True
    if isinstance(node, Call):
        return (
            node.name not in ("root", "factorial", "pct", "sum", "prod", "int")
            and (len(node.name) == 1 or node.name == "abs" or not {"_", "'", "^"}.isdisjoint(node.name))
            and (node.name != "abs" or _is_segment(node.args[0]))
        )
    if isinstance(node, Text):
        return True
    match node:
        case Mul((Mul((Sym("d"), Sym())), Pow(Mul((Sym("d"), Sym())), Num(-1)))):
            return True  # dy/dx
        case Mul((Sym("m"), Sym(name))) if name.startswith("angle"):
            return True
    if isinstance(node, Seq) and node.kind == "tuple":
        return all(isinstance(item, Sym) for item in node.items)
    return _is_segment(node)


def _is_segment(node: Node) -> bool:
    """Whether a tree consists of capital letters that name points: ``AB``, ``AB:CD``, ``NO/BO``."""
    if isinstance(node, Sym):
        return node.name[:1].isupper() or node.name.startswith(("angle", "triangle", "bar ", "hat "))
    if isinstance(node, Mul):
        return all(_is_segment(f) for f in node.factors)
    if isinstance(node, Pow):
        return _is_segment(node.base) and node.exponent == Num(-1)
    return isinstance(node, Ratio) and all(map(_is_segment, node.parts))
