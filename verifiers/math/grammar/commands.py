r"""LaTeX commands that begin an operand: ``\frac``, ``\sqrt``, ``\mathbb``, Greek letters, fonts."""

from __future__ import annotations

from dataclasses import replace

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.cursor import Cursor, parse_argument, parse_script
from r1.verifiers.math.grammar.environments import parse_environment
from r1.verifiers.math.grammar.functions import BIG_OPERATORS, parse_big_operator, parse_function, parse_limit
from r1.verifiers.math.grammar.lists import parse_nested
from r1.verifiers.math.grammar.scripts import parse_subscript, parse_variable
from r1.verifiers.math.tree import Call, Const, Mul, NamedSet, Node, Num, Sym, div

_POSITIVE_INTEGERS = ("Z+", "Z>0", "N*", "N+", "N>0")


def parse_command(p: Cursor) -> Node:
    """The operand that begins with the command at the cursor; an unknown command is a variable.

    Raises:
        ParseError: a command that begins no operand, such as a relation.
    """
    name = p.peek.text
    if name in names.FUNCTIONS and name != "sqrt":
        p.take()
        return parse_function(p, names.FUNCTIONS[name])
    handler = _HANDLERS.get(name)
    if handler:
        p.take()
        return handler(p)
    if name in names.CONSTANTS:
        p.take()
        return names.CONSTANTS[name]
    if name in names.GREEK:
        p.take()
        return parse_variable(p, _greek(p, name))
    if name in BIG_OPERATORS:
        p.take()
        return parse_big_operator(p, BIG_OPERATORS[name])
    for prefix in names.SPACING_PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix):
            return _split(p, prefix)
    if name in names.RELATIONS or name in names.IMPLIES or name in ("end", "hline"):
        raise p.fail("no operand")
    p.take()
    return parse_variable(p, Sym("dots" if "dots" in name else name))


def _greek(p: Cursor, name: str) -> Sym:
    r"""A Greek letter; ``\Delta x`` is one variable, the change of a quantity."""
    if name == "Delta" and p.peek.kind == "word" and p.peek.text[0].isascii():
        letter = parse_script(p)
        return Sym(f"Delta {letter.name}" if isinstance(letter, Sym | Const) else "Delta")
    return Sym(name.removeprefix("var"))


def _split(p: Cursor, prefix: str) -> Node:
    r"""Reads a command that ran together with the letters behind it: ``\pix`` as ``\pi x``, ``\quadx`` as ``x``."""
    token = p.peek
    rest = replace(token, kind="word", text=token.text[len(prefix) :])
    p.put(*([rest] if "quad" in prefix else [replace(token, text=prefix), rest]))
    return p.operand()


# ----------------------------------------------------------------------------------------------------------------- handlers


def _frac(p: Cursor) -> Node:
    top, bottom = parse_argument(p), parse_argument(p)
    if top == Sym("d") and isinstance(bottom, Mul) and bottom.factors[0] == top:
        raise p.fail("the derivative of something")  # d/dx is an operator, not a factor
    return div(top, bottom)


def _sqrt(p: Cursor) -> Node:
    index: Node = Num(2)
    if p.peek.bracket == "[":
        p.take()
        index = parse_nested(p, "list")
        p.expect("]")
    p.deeper()
    # \sqrt10 means the root of ten, not of one: a numeral is taken whole, of a word the first letter.
    radicand = p.operand() if p.peek.kind == "num" else parse_script(p)
    p.depth -= 1
    return Call("root", (radicand, index))


def _binom(p: Cursor) -> Node:
    top = parse_argument(p)
    return Call("binom", (top, parse_argument(p)))


def _overline(p: Cursor) -> Node:
    """A variable with a bar, a line segment (capital letters), or the conjugate of an expression."""
    inner = parse_argument(p)
    match inner:
        case Sym(name):
            return Sym(f"bar {name}")
        case Mul(factors) if all(isinstance(f, Sym) and f.name.isupper() for f in factors):
            return Sym("bar " + "".join(f.name for f in factors if isinstance(f, Sym)))
        case Num():
            raise p.fail("a bar over a numeral")
    return Call("conj", (inner,))


def _mathbb(p: Cursor) -> Node:
    r"""``\mathbb{Z}`` with what restricts it: ``^+``, ``_{>0}``."""
    if p.peek.kind == "word":
        token = p.take()
    else:
        p.expect("{")
        token = p.take()
        p.expect("}")
    name = names.BLACKBOARD.get(token.text, token.text)
    while p.peek.text in ("^", "_"):
        p.take()
        name += "".join(parse_subscript(p).split())
    return NamedSet("Z+" if name in _POSITIVE_INTEGERS else name)


def _accent(p: Cursor) -> Node:
    """A variable with an accent, read as a hat whichever it is; the unit vectors j and k lose theirs."""
    inner = parse_argument(p)
    return Sym(f"hat {inner.name}") if isinstance(inner, Sym) and inner.name not in ("j", "k") else inner


def _struck(p: Cursor) -> Node:
    raise p.fail("something struck out")


def _angle(p: Cursor) -> Node:
    return Sym("angle " + (p.take().text if p.peek.kind in ("word", "num") else ""))


_FONTS = (
    "mathbf mathrm mathit mathsf mathtt mathord textbf textit textrm bm pmb underline emph mbox hbox"
    " text mathring ensuremath boxed fbox"
)
_HANDLERS = {
    "frac": _frac, "cfrac": _frac, "tfrac": _frac, "dfrac": _frac, "sqrt": _sqrt, "binom": _binom, "dbinom": _binom, "tbinom": _binom,
    "overline": _overline, "bar": _overline, "hat": _accent, "tilde": _accent, "widehat": _accent, "widetilde": _accent, "dot": _accent,
    "mathbb": _mathbb, "Bbb": _mathbb, "begin": parse_environment, "lim": parse_limit, "angle": _angle, "triangle": _angle,
    "cancel": _struck,
    **dict.fromkeys(_FONTS.split(), parse_argument),
}  # fmt: skip
