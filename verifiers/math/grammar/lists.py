"""Lists, relations, and list items with the unit behind them."""

from __future__ import annotations

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.cursor import INTERSECTION, Cursor, parse_argument
from r1.verifiers.math.grammar.lexer import Token
from r1.verifiers.math.grammar.lookahead import CLOSERS, relation_sign, separator, unit_command, unit_slash
from r1.verifiers.math.tree import (  # fmt: skip
    DEG,
    Call,
    Mul,
    NamedSet,
    Node,
    Num,
    ParseError,
    Quantity,
    Ratio,
    Rel,
    Seq,
    SetOp,
    Sym,
    symbols,
)
from r1.verifiers.math.units import canonical_unit, known_unit

EXPRESSION_ENDS = frozenset((")", "]", "}", "\\}", ")>", "end", "&", "\\\\"))
"""Brackets that end an expression and its unit."""
_LIST_ENDS = CLOSERS - {"[", "|", "||"}
_ROW_ENDS = frozenset(("end", "&", "\\\\"))
_UNIT_ENDS = frozenset((")", "]", "}", "\\}", "&", "\\\\"))
_CURRENCIES = frozenset(("\\$", "€", "£", "¢", "₽", "₹"))
_CURRENCY_COMMANDS = frozenset(("yen", "euro", "pounds"))


def parse_list(p: Cursor, kind: str = "list") -> Node:
    """Items up to a bracket or the end; a single item is returned bare. Behind an implication only its conclusion counts."""
    items = [parse_relation(p)]
    seen = set()
    while found := separator(p):
        seen.add(found)
        p.take()
        while another := separator(p):
            seen.add(another)
            p.take()
        if p.peek.bracket in _LIST_ENDS:
            if p.peek.bracket not in _ROW_ENDS:
                raise p.fail(f"no item behind {found!r}, but")
            break
        if found == "then":
            items = []
            seen = set()
        items.append(parse_relation(p))
    if len(items) == 1:
        return items[0]
    if seen == {"inter"}:  # x < 1 \\cap x > 2
        return SetOp("inter", tuple(items))
    return Seq("or" if kind == "list" and "or" in seen else kind, tuple(items))


def parse_nested(p: Cursor, kind: str) -> Node:
    """A list inside a bracket: one level deeper, and no outer bar or set is open."""
    p.deeper()
    bars, in_set = p.bars, p.in_set
    p.bars = p.in_set = 0
    node = parse_list(p, kind)
    p.bars, p.in_set = bars, in_set
    p.depth -= 1
    return node


def parse_group(p: Cursor) -> Node:
    """A ``{...}`` whose content may be a relation (``_{k=1}``)."""
    p.expect("{")
    node = parse_nested(p, "group")
    p.expect("}")
    return node


# ---------------------------------------------------------------------------------------------------------------- relations


def parse_relation(p: Cursor) -> Node:
    r"""Items joined by relations, or one item; with a modulus behind it (``x \equiv 3 \pmod 7``) the last is a residue."""
    sides, ops = [_parse_item(p)], []
    letter_units = p.letter_units
    while op := relation_sign(p):
        p.letter_units = False  # a letter in an equation is a variable
        if p.peek.text == "not":
            p.take()
        p.take()
        ops.append(op)
        if op == "in" and p.peek.text in names.BLACKBOARD and p.peek.kind in ("word", "text"):
            sides.append(NamedSet(p.take().text))
            continue
        # Behind an inequality a union joins statements, not sets: x < 1 \cup x > 2.
        sides.append(_parse_item(p, INTERSECTION if op in ("<", ">", "<=", ">=") else 0))
    p.letter_units = letter_units
    if not ops and p.peek.bracket in EXPRESSION_ENDS:
        return sides[0]
    if p.peek.text == "pmod" or (p.peek.bracket == "(" and p.ahead(1).text in ("mod", "bmod")):
        if not ops:
            ops, sides = ["equiv"], [Sym("residue"), sides[0]]  # 3 (mod 7)
        sides[-1] = Call("residue", (sides[-1], _parse_modulus(p)))
    if not ops:
        return sides[0]
    if ops[0] == "equiv" and isinstance(sides[-1], Call) and sides[-1].name == "mod":
        sides[-1] = Call("residue", sides[-1].args)
    return Rel(tuple(ops), tuple(sides))


def _parse_modulus(p: Cursor) -> Node:
    r"""The 7 of ``\pmod 7`` and of ``(mod 7)``, ``(\bmod 7)``."""
    p.take()
    if p.peek.text not in ("mod", "bmod"):
        return parse_argument(p)
    p.take()
    modulus = parse_nested(p, "list")
    p.expect(")")
    return modulus


# -------------------------------------------------------------------------------------------------------------------- items


def _parse_item(p: Cursor, bp: int = 0) -> Node:
    """An expression or a ratio, with a currency before it or a unit behind it."""
    currency = ""
    if p.peek.text in _CURRENCIES or p.peek.text in _CURRENCY_COMMANDS:
        currency = canonical_unit(p.take().text)
    node = p.expression(bp)
    if p.peek.text == ":" and p.peek.kind == "op" and not p.in_set:
        parts = [node]
        while p.peek.text == ":":
            p.take()
            parts.append(p.expression(0))
        node = Ratio(tuple(parts))
    if currency:
        node = Quantity(node, currency)
    return node if p.peek.bracket in EXPRESSION_ENDS else _parse_unit(p, node)


def _parse_unit(p: Cursor, node: Node) -> Node:
    """The node with the unit at the cursor, or the node alone."""
    token = p.peek
    symbol = token.text in _CURRENCIES or (token.kind == "cmd" and token.text in _CURRENCY_COMMANDS)
    named = token.kind in ("word", "text") or symbol or unit_command(p, node) or unit_slash(p)
    if not named or separator(p):
        return node
    written = "".join(
        (" " if t.spaced else "") + ("\\" if t.kind == "cmd" and not symbol else "") + t.text for t in _take_unit(p)
    ).strip()
    unit = canonical_unit(written)
    if symbols(node) and not known_unit(unit):
        raise ParseError(f"words behind a formula: {written!r}")
    return with_unit(node, unit)


def _take_unit(p: Cursor) -> list[Token]:
    """The tokens up to the end of the item."""
    begin, depth = p.at, 0
    while p.peek.kind != "end" and not separator(p) and not relation_sign(p):
        bracket = p.peek.bracket
        if bracket in _UNIT_ENDS:
            if not depth or bracket in ("&", "\\\\"):
                break
            depth -= 1
        depth += bracket in ("(", "[", "{")
        p.take()
    return p.tokens[begin : p.at]


def with_unit(node: Node, unit: str) -> Node:
    """A value with a unit in the spelling of `canonical_unit`; percent signs, degrees and factors become part of the value."""
    if unit == "%":
        return Call("pct", (node,))
    if unit == "°":
        return Mul((node, DEG))
    value, before = (node.value, node.unit) if isinstance(node, Quantity) else (node, "")
    if unit.startswith("*"):  # a factor such as million
        factor, _, rest = unit[1:].partition(" ")
        value = Mul((value, Num(int(factor))))
        rest = before or rest  # \$5 million
        return Quantity(value, rest) if rest else value
    if before and unit.startswith("/"):  # \$5 per hour
        return Quantity(value, before + unit)
    if not unit:
        return node
    return Quantity(value if before == unit else node, unit)
