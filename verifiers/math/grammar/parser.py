r"""The parser: tokens to a tree, by precedence climbing (Pratt), for LaTeX and plain text alike.

The grammar, loosest first: list (`,` `;` and or) > relation chain > a : b > union, minus > intersection > sum > product
(explicit or by juxtaposition) > sign > power > postfix (! % degrees). Juxtaposition is a product, except for a
mixed number (``3\frac12``) and a function and its argument. Depth and number of tokens are capped, so the work is bounded
by the length of the text.
"""

from __future__ import annotations

from fractions import Fraction

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.cursor import INTERSECTION, PRODUCT, SUM, UNION, Cursor
from r1.verifiers.math.grammar.lexer import tokenize
from r1.verifiers.math.grammar.lists import EXPRESSION_ENDS, parse_list
from r1.verifiers.math.grammar.lookahead import additive_sign, starts_factor, unit_slash
from r1.verifiers.math.grammar.operands import parse_operand
from r1.verifiers.math.grammar.scripts import parse_postfix
from r1.verifiers.math.tree import (  # fmt: skip
    DEG,
    MINUS_ONE,
    Add,
    Call,
    Const,
    Mul,
    Node,
    Num,
    ParseError,
    Pow,
    Seq,
    SetOp,
    is_expr,
    neg,
    times,
)

_SET_OPERATORS = {name: (INTERSECTION if op == "inter" else UNION, op) for name, op in names.SET_OPERATORS.items()}


def parse(
    text: str, *, thousands: bool = True, letter_units: bool = False, factors: frozenset[str] = frozenset()
) -> Node:
    """The tree of a cleaned answer.

    Args:
        text: output of `spelling.clean`.
        thousands: ``1,234`` is one number (else a list).
        letter_units: a single letter behind a number and a space is a unit (``5 m``), not a variable.
        factors: names before a bracket that are factors, not functions.

    Raises:
        ParseError: the text is not a formula of this grammar.
        ValueError: the words behind a value are a remark, not a unit (see `units.canonical_unit`).
    """
    p = Cursor(
        tokenize(text, thousands=thousands), parse_expression, parse_operand, letter_units=letter_units, factors=factors
    )
    node = parse_list(p)
    if p.peek.kind != "end":
        raise ParseError(f"unexpected {p.peek.text!r}")
    return node


def parse_expression(p: Cursor, bp: int) -> Node:
    """An expression whose operators all bind more tightly than the binding power ``bp``."""
    left = _parse_prefix(p)
    while bp < PRODUCT:  # only signs and what `parse_postfix` has taken bind more tightly
        token = p.peek
        if token.bracket in EXPRESSION_ENDS:
            return left
        text = token.text
        if token.kind == "cmd" and text in _SET_OPERATORS:
            level, op = _SET_OPERATORS[text]
            if level <= bp:
                return left
            p.take()
            left = SetOp(op, (left, parse_expression(p, level)))
        elif additive_sign(p):
            if bp >= SUM:
                return left
            left = _parse_sum(p, left)
        elif text == "/" and unit_slash(p):
            return left
        elif (text == "/" and token.kind == "op") or (token.kind == "cmd" and text == "div"):
            p.take()
            left = times(left, Pow(_parse_prefix(p), MINUS_ONE))
        elif token.kind in ("cmd", "op") and text in names.TIMES:
            p.take()
            left = times(left, _parse_prefix(p))
        elif token.kind == "cmd" and text in ("bmod", "mod"):
            p.take()
            left = Call("mod", (left, _parse_prefix(p)))
        elif starts_factor(p, left, whole=p.letter_units and not p.depth and not bp):
            right = _parse_prefix(p)
            left = _mixed(left, right) or times(left, right)
        else:
            return left
    return left


def _parse_sum(p: Cursor, first: Node) -> Node:
    """The sum that begins with a parsed term and goes on with the sign at the cursor."""
    terms = [first]
    while sign := additive_sign(p):
        p.take()
        term = parse_expression(p, SUM)
        if sign == "-" and isinstance(term, Seq) and term.kind == "set" and not is_expr(first) and len(terms) == 1:
            terms = [SetOp("minus", (first, term))]  # R - {0}
            continue
        terms.append(term if sign == "+" else neg(term) if sign == "-" else Call(sign, (term,)))
    return Add(tuple(terms)) if len(terms) > 1 else terms[0]


def _mixed(whole: Node, part: Node) -> Node | None:
    r"""The sum of a whole number and a proper fraction behind it (``3\frac12``, ``1 1/2``), or None if it is not a mixed number."""
    negative = isinstance(whole, Mul) and len(whole.factors) == 2 and whole.factors[0] == MINUS_ONE
    number = whole.factors[1] if negative and isinstance(whole, Mul) else whole
    match number, part:
        case Num(int(n)), Mul((Num(int(top)), Pow(Num(int(bottom)), Num(-1)))) if 0 < top < bottom:
            value = abs(n) + Fraction(top, bottom)
            return Num(-value if negative or n < 0 else value)
        case Num(), Call("pct", (fraction,)):
            inner = _mixed(whole, fraction)
            return Call("pct", (inner,)) if inner else None
        case Num(), Mul((fraction, Const("deg"))):
            inner = _mixed(whole, fraction)
            return Mul((inner, DEG)) if inner else None
    return None


def _parse_prefix(p: Cursor) -> Node:
    """An operand with its signs, powers and postfixes."""
    token = p.peek
    if token.kind == "op" and token.text in ("+", "-"):
        p.take()
        p.deeper()
        inner = _parse_prefix(p)
        p.depth -= 1
        return inner if token.text == "+" else neg(inner)
    if token.kind == "cmd" and token.text in names.PLUS_MINUS:
        p.take()
        return Call(token.text, (parse_expression(p, SUM),))
    return parse_postfix(p, parse_operand(p))
