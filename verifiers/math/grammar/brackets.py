"""Operands in brackets: groups, tuples, intervals, sets, absolute values, floors."""

from __future__ import annotations

from r1.verifiers.math.grammar.cursor import Cursor
from r1.verifiers.math.grammar.lexer import Token
from r1.verifiers.math.grammar.lists import parse_list, parse_nested
from r1.verifiers.math.tree import (  # fmt: skip
    ANY,
    INF,
    Call,
    Interval,
    Matrix,
    NamedSet,
    Node,
    Rel,
    Seq,
    SetOp,
    Sym,
    div,
    is_expr,
    neg,
    replaced,
    symbols,
)

_MINUS_INF = neg(INF)
_INFINITE = (INF, _MINUS_INF)
_HALF_OPEN = frozenset((("[", ")"), ("(", "]"), ("]", "["), ("]", "]"), ("[", "[")))
_CLOSER = {"[": "]", "<(": ")>"}
_DIVISIONS = ("choose", "over", "atop")


def parse_bracket(p: Cursor, bracket: str) -> Node:
    """The operand that begins with the bracket at the cursor."""
    if bracket == "{":
        return _parse_braces(p)
    if bracket == "\\{":
        return _parse_set(p)
    if bracket in ("(", "[", "]", "<("):
        return _parse_paren(p, bracket)
    if bracket in ("|", "||"):
        return _parse_bars(p, bracket)
    if bracket in ("lfloor", "lceil"):
        p.take()
        inner = parse_nested(p, "group")
        p.expect("r" + bracket[1:])
        return Call(bracket[1:], (inner,))
    raise p.fail("no operand")


def _parse_braces(p: Cursor) -> Node:
    r"""A group ``{...}``, or ``{n \choose k}`` and ``{a \over b}``; an empty group is skipped."""
    p.take()
    if p.peek.bracket == "}":
        p.take()
        return p.operand()
    node = parse_nested(p, "group")
    if p.peek.kind == "cmd" and p.peek.text in _DIVISIONS:
        command = p.take().text
        lower = parse_nested(p, "group")
        node = Call("binom", (node, lower)) if command == "choose" else div(node, lower)
    p.expect("}")
    return node


def _parse_bars(p: Cursor, bracket: str) -> Node:
    """An absolute value, or the determinant of a matrix."""
    p.take()
    p.deeper()
    p.bars += 1
    inner = parse_list(p)
    p.bars -= 1
    p.depth -= 1
    if bracket == "|" and p.peek.text == "||":  # |a||b|
        p.put(Token("op", "|", False, "|"), Token("op", "|", False, "|"))
    p.expect(bracket)
    return Call("det" if isinstance(inner, Matrix) else "abs", (inner,))


def _parse_paren(p: Cursor, opened: str) -> Node:
    """A tuple, a list in square brackets, an interval, or a single value, which is returned bare."""
    p.take()
    if opened == "(" and p.peek.bracket == ")":
        raise p.fail("empty brackets")
    node = parse_nested(p, "tuple")
    items = node.items if isinstance(node, Seq) and node.kind == "tuple" else (node,)
    matching = _CLOSER.get(opened, ")")
    closed = p.expect(")", "]", "[", ")>") if len(items) == 2 else p.expect(matching)
    # No point has an infinite coordinate, and no interval of reals holds its infinite end.
    if len(items) == 2 and (
        (opened, closed) in _HALF_OPEN or (opened in "([" and (items[0] in _INFINITE or items[1] in _INFINITE))
    ):
        low, high = items
        return Interval(low, high, opened == "[" and low != _MINUS_INF, closed == "]" and high != INF)
    if closed != matching:
        raise p.fail(f"{opened!r} closed by {closed!r} before")
    if opened == "[" and closed == "]" and len(items) > 1:
        return Seq("bracket", items)
    return Seq("tuple", items) if len(items) > 1 else node


def _parse_set(p: Cursor) -> Node:
    r"""``\{1, 2\}``, or ``\{x : x > 2\}`` as its condition; ``\{\}`` is the empty set; a group beside a factor or power."""
    beside_factor = p.at > 0 and (p.ahead(-1).kind in ("num", "word") or p.ahead(-1).bracket in (")", "}", "\\}"))
    p.take()
    if p.peek.bracket == "\\}":
        p.take()
        return NamedSet("empty")
    p.bars += 1  # a bar in here means "such that", unless it opens the first operand
    p.in_set += 1
    p.deeper()
    inner = parse_list(p, "set")
    p.in_set -= 1
    if p.peek.text in ("|", "mid", ":", "\\|"):
        p.take()
        p.bars -= 1
        inner = SetOp("union", (_described(inner, parse_list(p)),))  # a set even where it stands for a condition
        p.bars += 1
    elif not (isinstance(inner, Seq) and inner.kind == "set"):
        inner = Seq("set", (inner,))
    p.depth -= 1
    p.bars -= 1
    p.expect("\\}", "}")
    match inner:
        case Seq("set", (value,)) if (beside_factor or p.peek.text in ("^", "**")) and is_expr(value):
            return value  # braces as brackets: 3\{(x-2)^2+5\}
    return inner


def _described(member: Node, condition: Node) -> Node:
    """The set of all members for which a condition holds."""
    if isinstance(member, Rel) and member.ops == ("in",) and member.sides[1] == NamedSet("R"):
        member = member.sides[0]
    if not isinstance(member, Sym):
        return Call("setof", (member, condition))
    if member.name != "x" and symbols(condition) == {member.name}:
        return replaced(condition, member, ANY)  # {t | t < 3} is {x | x < 3}
    return condition
