"""Attachments of an operand: primes, subscripts, arguments, powers and postfixes (``!``, ``%``, a degree sign, a base)."""

from __future__ import annotations

from r1.verifiers.math.grammar.cursor import Cursor, parse_script
from r1.verifiers.math.grammar.lexer import MAX_TOKENS
from r1.verifiers.math.grammar.lists import parse_nested
from r1.verifiers.math.grammar.lookahead import CLOSERS
from r1.verifiers.math.grammar.names import FUNCTION_LETTERS, GREEK
from r1.verifiers.math.grammar.numerals import canonical_base
from r1.verifiers.math.tree import DEG, BaseNum, Call, Const, Mul, Node, Num, ParseError, Pow, Quantity, Seq, Sym, neg

_POSTFIXES = frozenset(("^", "**", "!", "%", "\\%", "degree", "circ", "_"))
_MAX_POSTFIXES = MAX_TOKENS // 10
_TRANSPOSED = ("top", "intercal", "mathsf")
_ORDINALS = ("st", "nd", "rd", "th")
_MAX_PARAMETERS = 16  # tokens of the (...) that `_defines` looks over

# ---------------------------------------------------------------------------------------------------------------- variables


def parse_subscript(p: Cursor) -> str:
    """The subscript behind a taken ``_``, as text without braces and spaces."""
    if p.peek.bracket != "{":
        return p.take().text.strip()
    depth = 0
    pieces: list[str] = []
    while True:
        token = p.take()
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return "".join(pieces)
        if token.text not in "{}":
            pieces.append(token.text.strip())


def parse_named(p: Cursor, node: Node) -> Node:
    """A variable with the primes and subscripts behind it, if any; then also with its arguments."""
    name = node.name if isinstance(node, Sym | Const) else ""
    plain = True
    while True:
        token = p.peek
        if token.kind == "op" and token.text == "_":
            p.take()
            name += "_" + parse_subscript(p)
        elif token.kind == "op" and token.text.startswith("'"):
            name += p.take().text
        elif token.text == "^" and p.ahead(1).text == "prime":
            p.skip(2)
            name += "'"
        elif token.text == "^" and p.ahead(1).text == "{" and p.ahead(2).text == "prime":
            p.skip(4)
            name += "'"
        elif token.text == "^" and name in FUNCTION_LETTERS and _inverts(p):
            p.skip(5)
            name += "^-1"
        else:
            break
        plain = False
    return node if plain else _parse_applied(p, Sym(name))


def parse_variable(p: Cursor, node: Node) -> Node:
    """A variable with the primes, subscripts and arguments behind it."""
    return _parse_applied(p, parse_named(p, node))


def _parse_applied(p: Cursor, node: Node) -> Node:
    """The function ``f(x)``, ``v(0)``, or the letter alone if its bracket is a factor.

    Letters such as f apply to anything, others to one number or variable; any letter before ``(...) =`` is a function.
    """
    if not isinstance(node, Sym) or p.peek.bracket != "(":
        return node
    if not _defines(p):
        applies = node.name.rstrip("'").split("_")[0].split("^")[0] in FUNCTION_LETTERS or _holds_argument(p)
        if not applies or node.name in p.factors:
            return node
    p.take()
    inner = parse_nested(p, "tuple")
    p.expect(")")
    args = inner.items if isinstance(inner, Seq) and inner.kind == "tuple" else (inner,)
    return Call(node.name, args)


def _holds_argument(p: Cursor) -> bool:
    """Whether the bracket at the cursor holds one number or one variable."""
    at = 1 + (p.ahead(1).text in ("-", "+"))
    token = p.ahead(at)
    single = token.kind == "num" or (token.kind == "word" and len(token.text) == 1) or token.text in GREEK
    return single and p.ahead(at + 1).bracket == ")"


def _inverts(p: Cursor) -> bool:
    """Whether ``^{-1}(`` follows: the inverse of a function."""
    return [p.ahead(offset).text for offset in range(1, 6)] == ["{", "-", "1", "}", "("]


def _defines(p: Cursor) -> bool:
    """Whether the ``(...)`` at the cursor is followed by ``=``: the left side of a definition such as P(x) = ..."""
    depth = 0
    for offset in range(_MAX_PARAMETERS):
        text = p.ahead(offset).text
        depth += (text == "(") - (text == ")")
        if depth == 0:
            follows = p.ahead(offset + 1)
            return follows.kind == "op" and follows.text == "="
    return False


# ---------------------------------------------------------------------------------------------------- powers and postfixes


def parse_postfix(p: Cursor, node: Node) -> Node:
    """The operand with all powers and postfixes behind it."""
    first = p.at
    while True:
        token = p.peek
        text = token.text
        if text not in _POSTFIXES:
            return node
        if p.at - first > _MAX_POSTFIXES:
            raise ParseError("too many powers and postfixes")
        if token.kind == "op" and text in ("^", "**"):
            node = _parse_power(p, node)
        elif token.kind == "op" and text == "!" and (not token.spaced or _belongs_before(p)):
            p.take()
            double = p.peek.text == "!" and not p.peek.spaced
            if double:
                p.take()
            node = Call("factorial2" if double else "factorial", (node,))
        elif token.kind == "op" and text in ("%", "\\%"):
            p.take()
            node = Call("pct", (node,))
        elif token.kind == "cmd" and text in ("degree", "circ") and not isinstance(node, Sym):
            p.take()
            node = Mul((node, DEG))
        elif token.kind == "op" and text == "_" and isinstance(node, Sym):  # {x}_1
            node = parse_named(p, node)
        elif token.kind == "op" and text == "_" and isinstance(node, Num):
            p.take()
            node = _parse_base(p, node)
        else:
            return node


def _belongs_before(p: Cursor) -> bool:
    """Whether the spaced "!" at the cursor is a factorial, as in ``(2 n) !``, not a subfactorial (``!n``)."""
    following = p.ahead(1)
    return following.spaced or following.kind == "end" or following.bracket in CLOSERS or following.text in "+-*/^,"


def _parse_power(p: Cursor, base: Node) -> Node:
    r"""The base with the power at the cursor; ``^\circ`` is a degree, ``^{th}`` is dropped."""
    p.take()
    p.deeper()
    token = p.peek
    braced = token.text == "{"
    if token.text in _ORDINALS or (braced and p.ahead(1).text.strip() in _ORDINALS):
        p.skip(3 if braced else 1)
        p.depth -= 1
        return base
    if token.kind == "cmd" and token.text in ("circ", "degree"):
        p.take()
        exponent: Node = DEG
    elif token.kind == "cmd" and token.text in _TRANSPOSED:
        p.take()
        exponent = Sym("T")
    elif braced and p.ahead(1).text in _TRANSPOSED and p.ahead(2).text == "}":
        p.skip(3)
        exponent = Sym("T")
    elif braced and p.ahead(1).text in ("circ", "prime") and p.ahead(2).text == "}":
        p.skip(3)
        exponent = DEG
    else:
        exponent = _parse_exponent(p)
    p.depth -= 1
    if exponent != DEG:
        return Pow(base, exponent)
    if p.peek.kind in ("word", "text") and p.peek.text.strip() in ("C", "F"):
        return Quantity(base, "°" + p.take().text.strip())
    return Mul((base, DEG))


def _parse_exponent(p: Cursor) -> Node:
    """Signs, a script, and the power and factorials of a script without braces (``2^n!``)."""
    braced = p.peek.text == "{"
    negative = False
    while p.peek.kind == "op" and p.peek.text in ("-", "+"):
        negative ^= p.take().text == "-"
    exponent = parse_script(p)
    if p.peek.kind == "op" and p.peek.text in ("^", "**"):
        exponent = _parse_power(p, exponent)
    while p.peek.text == "!" and not p.peek.spaced and not braced:
        p.take()
        exponent = Call("factorial", (exponent,))
    return neg(exponent) if negative else exponent


def _parse_base(p: Cursor, node: Num) -> Node:
    """A numeral with the base that its subscript names: ``1011_2``."""
    subscript = parse_subscript(p)
    base = canonical_base(subscript)
    if base is None or node.value != int(node.value):
        raise ParseError(f"a numeral with the subscript {subscript!r}")
    return BaseNum(str(node.value), base)
