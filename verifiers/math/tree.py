"""The tree that an answer becomes: expressions, and around them the collections, relations and labels of answers.

Nodes are compared by class and content, and hashable. ``Expr`` nodes denote one number or function; the others are
answers that consist of expressions. A node never holds text to be evaluated later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from operator import attrgetter
from typing import Any, TypeAlias


class ParseError(ValueError):
    """The text is not an answer that we can read (or is longer or deeper than we are willing to read)."""


class Undefined(Exception):
    """No value at this point: a pole, an unknown function, a value beyond all bounds."""


# ------------------------------------------------------------------------------------------------------- expressions


@dataclass(slots=True, unsafe_hash=True)
class Num:
    """An exact number; a decimal literal remembers its significant digits and its places behind the point."""

    value: Fraction | int
    digits: int = field(default=0, compare=False)
    places: int = field(default=0, compare=False)


@dataclass(slots=True, unsafe_hash=True)
class Sym:
    """A variable, with its primes and subscript: ``x``, ``a_1``, ``f'``."""

    name: str


@dataclass(slots=True, unsafe_hash=True)
class Const:
    """``pi``, ``e``, ``i``, ``inf``, ``deg`` (pi/180) or ``nan``."""

    name: str


@dataclass(slots=True, unsafe_hash=True)
class Add:
    terms: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Mul:
    factors: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Pow:
    base: Node
    exponent: Node


@dataclass(slots=True, unsafe_hash=True)
class Call:
    """A function of its arguments: ``sin``, ``sqrt``, ``log`` (argument, base), ``pm``, ``pct``, ``sum``, or an unknown ``f``."""

    name: str
    args: tuple[Node, ...]


# ------------------------------------------------------------------------------------------------ answers made of them


@dataclass(slots=True, unsafe_hash=True)
class Seq:
    """Several values. kind: ``list`` (bare commas, "and"), ``or``, ``tuple`` (...), ``bracket`` [...], ``set`` {...}, ``group`` {1,3}."""

    kind: str
    items: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Interval:
    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(slots=True, unsafe_hash=True)
class SetOp:
    """``union``, ``inter`` or ``minus`` of sets."""

    op: str
    args: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class NamedSet:
    """A set that has a letter: ``R``, ``Z``, ``N``, ``Q``, ``C``; or ``empty``."""

    name: str


@dataclass(slots=True, unsafe_hash=True)
class Rel:
    """A chain of relations: ``sides[0] ops[0] sides[1] ops[1] ...``; ops out of = != < <= > >= ~ in notin equiv."""

    ops: tuple[str, ...]
    sides: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Matrix:
    rows: tuple[tuple[Node, ...], ...]


@dataclass(slots=True, unsafe_hash=True)
class Ratio:
    """``a : b : c``."""

    parts: tuple[Node, ...]


@dataclass(slots=True, unsafe_hash=True)
class Time:
    """A time of day; half is "am", "pm" or ""."""

    seconds: int
    half: str


@dataclass(slots=True, unsafe_hash=True)
class BaseNum:
    """A numeral in a base: digits as written, in capitals."""

    digits: str
    base: int


@dataclass(slots=True, unsafe_hash=True)
class Quantity:
    """A value with what stands behind it: a unit in canonical spelling, a currency or plain words."""

    value: Node
    unit: str


@dataclass(slots=True, unsafe_hash=True)
class Text:
    """Words, compared without case, articles and punctuation."""

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
    """Whether a node is an expression all the way down (a collection inside makes it none)."""
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
    """The nodes directly below."""
    parts = _PARTS.get(type(node))
    return parts(node) if parts else ()


def rebuild(node: Node, parts: tuple[Node, ...]) -> Node:
    """The same node with other children, in the order of `children`."""
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
    """The tree with another node in the place of ``old``."""
    if node == old:
        return new
    parts = children(node)
    return rebuild(node, tuple(replaced(part, old, new) for part in parts)) if parts else node


def substitute(node: Node, name: str, value: Node) -> Node:
    """The tree with a value in the place of a variable."""
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
"""The bound variable of a set, whose name says nothing."""
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
    """Whether a left side only names the value: a variable, ``f(x)``, ``S_n``, ``AB``, ``|AB|``, ``A:B``, ``NO/BO``, ``(x, y)``."""
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
    """Capital letters that name points: ``AB``, ``AB:CD``, ``NO/BO``."""
    if isinstance(node, Sym):
        return node.name[:1].isupper() or node.name.startswith(("angle", "triangle", "bar ", "hat "))
    if isinstance(node, Mul):
        return all(_is_segment(f) for f in node.factors)
    if isinstance(node, Pow):
        return _is_segment(node.base) and node.exponent == Num(-1)
    return isinstance(node, Ratio) and all(map(_is_segment, node.parts))
