r"""What each LaTeX command and function means: ``\frac``, ``\sqrt``, ``\sin^2 x``, ``\sum``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.environments import parse_environment
from r1.verifiers.math.tree import (
    Call,
    Const,
    I,
    Mul,
    NamedSet,
    Node,
    Num,
    ParseError,
    Pow,
    Rel,
    Seq,
    Sym,
    contains,
    div,
    replaced,
)

if TYPE_CHECKING:
    from r1.verifiers.math.grammar.parser import Parser

_BIG = {"sum": "sum", "prod": "prod", "int": "int", "oint": "int", "iint": "int"}


def parse_command(p: Parser) -> Node:
    """The operand that begins with the command at the cursor."""
    token = p.peek
    name = token.text
    if name in names.FUNCTIONS and name not in ("sqrt",):
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
        if name == "Delta" and p.peek.kind == "word" and p.peek.text[0].isascii():
            letter = p.script()  # the change of a quantity is one quantity
            return p.applied(p.named(Sym(f"Delta {letter.name}" if isinstance(letter, Sym | Const) else "Delta")))
        return p.applied(p.named(Sym(name.removeprefix("var"))))
    if name in _BIG:
        p.take()
        return _big_operator(p, _BIG[name])
    for prefix in names.SPACING_PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix):
            return _split_command(p, prefix)
    if name in names.RELATIONS or name in names.IMPLIES or name in ("end", "hline"):
        raise p.fail("no operand")
    p.take()
    return p.applied(p.named(Sym("dots" if "dots" in name else name)))


def _split_command(p: Parser, prefix: str) -> Node:
    token = p.peek
    rest = replace(token, kind="word", text=token.text[len(prefix) :])
    p.put(*([rest] if "quad" in prefix else [replace(token, text=prefix), rest]))
    return p.parse_atom()


# ------------------------------------------------------------------------------------------------------------ functions


def parse_function(p: Parser, name: str) -> Node:
    r"""A function whose name has been taken: ``\log_2 8``, ``\sin^2 x``, ``\sin^{-1}(x)``, ``\gcd(6, 4)``."""
    base: Node | None = None
    power: Node | None = None
    p.deeper()
    while p.peek.kind == "op" and p.peek.text in ("_", "^"):
        if p.take().text == "^":
            power = p.argument()
        elif name == "log":
            base = p.argument()
        else:
            p.argument()  # a subscript that changes nothing
    if power == Num(-1) and name in names.INVERSE:
        name, power = names.INVERSE[name], None
    argument = _function_argument(p)
    node = _apply(name, argument, base)
    p.depth -= 1
    return Pow(node, power) if power is not None else node


def _function_argument(p: Parser) -> Node:
    """A bracketed argument, or the factors that follow up to the next operator or function."""
    opener = p.peek.bracket
    if opener == "\\{":
        return p.parse_set()
    if opener in ("(", "{", "[", "|"):
        if opener != "(" and opener != "[":
            return p.parse_bracket(opener)
        p.take()
        inner = p.nested("tuple")
        p.expect(")" if opener == "(" else "]")
        return inner
    if p.peek.kind == "op" and p.peek.text in ("-", "+"):
        return p.parse_prefix()
    node = p.parse_prefix()
    while _continues(p, node):
        node = p.product(node, p.parse_postfix(p.parse_atom()))
    return node


def _continues(p: Parser, node: Node) -> bool:
    token = p.peek
    if token.kind == "num" or token.bracket in ("(", "[", "\\{", "|", "||"):
        return False
    spelled = token.text.strip()
    if spelled == "sqrt" and isinstance(node, Num) and not token.spaced:
        return True  # arctan 2\\sqrt2
    if spelled in names.FUNCTIONS or (token.kind == "cmd" and (spelled in _BIG or spelled == "begin")):
        return False
    return p.starts_factor(node)


def _apply(name: str, argument: Node, base: Node | None) -> Node:
    args = (
        argument.items
        if isinstance(argument, Seq) and argument.kind in ("tuple", "list", "group", "set")
        else (argument,)
    )
    if name == "sqrt":
        return Call("root", (args[0], Num(2)))
    if name == "cbrt":
        return Call("root", (args[0], Num(3)))
    if name in ("exp", "cis"):
        return Pow(names.CONSTANTS["exponentialE"], args[0] if name == "exp" else Mul((I, args[0])))
    if name in ("lg", "log2"):
        return Call("log", (args[0], Num(10 if name == "lg" else 2)))
    if name == "log":
        if len(args) == 2 and base is None:
            return Call("log", args)
        return Call("log", (args[0], base)) if base is not None else Call("log", (args[0],))
    if name in names.MANY_ARGUMENTS:
        return Call(name, args)
    if len(args) != 1:
        raise ParseError(f"{name} takes one argument, not {len(args)}")
    return Call(name, args)


# ------------------------------------------------------------------------------------------------------------- commands


def _frac(p: Parser) -> Node:
    top, bottom = p.argument(), p.argument()
    if top == Sym("d") and isinstance(bottom, Mul) and bottom.factors[0] == top:
        raise p.fail("the derivative of something")  # d/dx is no factor
    return div(top, bottom)


def _sqrt(p: Parser) -> Node:
    index: Node = Num(2)
    if p.peek.bracket == "[":
        p.take()
        index = p.nested("list")
        p.expect("]")
    p.deeper()
    token = p.peek
    # Nobody writes \sqrt10 for the root of one: a numeral is taken whole, a word by its first letter.
    radicand = p.parse_atom() if token.kind == "num" else p.script()
    p.depth -= 1
    return Call("root", (radicand, index))


def _binom(p: Parser) -> Node:
    top = p.argument()
    return Call("binom", (top, p.argument()))


def _overline(p: Parser) -> Node:
    inner = p.argument()
    match inner:
        case Sym(name):
            return Sym(f"bar {name}")
        case Mul(factors) if all(isinstance(f, Sym) and f.name.isupper() for f in factors):
            return Sym("bar " + "".join(f.name for f in factors if isinstance(f, Sym)))
    if isinstance(inner, Num):
        raise p.fail("a bar over a numeral")
    return Call("conj", (inner,))


def _mathbb(p: Parser) -> Node:
    token = p.take() if p.peek.kind == "word" else None
    if token is None:
        p.expect("{")
        token = p.take()
        p.expect("}")
    name = names.BLACKBOARD.get(token.text, token.text)
    while p.peek.text in ("^", "_"):  # R^+, R_{>0}
        p.take()
        pieces = "".join(p.subscript().split())
        name += pieces
    return NamedSet("Z+" if name in ("Z+", "Z>0", "N*", "N+", "N>0") else name)


def _accent(p: Parser) -> Node:
    inner = p.argument()
    return Sym(f"hat {inner.name}") if isinstance(inner, Sym) and inner.name not in ("j", "k") else inner


def _transparent(p: Parser) -> Node:
    return p.argument()


def _struck(p: Parser) -> Node:
    raise p.fail("something struck out")


def _boxed(p: Parser) -> Node:
    return p.argument()


def _big_operator(p: Parser, name: str) -> Node:
    """``sum``/``prod``/``int`` (body, variable, low, high); what is not written is an empty symbol."""
    p.deeper()
    variable: Node = Sym("")
    low: Node = Sym("")
    high: Node = Sym("")
    while p.peek.kind == "op" and p.peek.text in ("_", "^"):
        if p.take().text == "_":
            low = p.nested_group() if p.peek.bracket == "{" else p.argument()
            if isinstance(low, Rel) and low.ops == ("=",):
                variable, low = low.sides
                variable = Sym("i") if variable == I else variable
        else:
            high = p.argument()
    body = p.parse_expr(30)
    if variable == Sym("i"):
        body = replaced(body, I, variable)
    if name == "int":
        body, variable = _without_differential(body)
    p.depth -= 1
    if name != "int" and variable != Sym(""):  # its name says nothing
        bound = Sym("∑∑" if contains(body, Sym("∑")) else "∑")
        if contains(body, Sym("∑∑")):
            raise p.fail("a sum in a sum in a sum")
        body, variable = replaced(body, variable, bound), bound
    return Call(name, (body, variable, low, high))


def _without_differential(body: Node) -> tuple[Node, Node]:
    """``x^2 dx`` as ``x^2`` and ``x``."""
    if (
        isinstance(body, Mul)
        and len(body.factors) > 2
        and body.factors[-2] == Sym("d")
        and isinstance(body.factors[-1], Sym)
    ):
        return Mul(body.factors[:-2]), body.factors[-1]
    return body, Sym("")


def _limit(p: Parser) -> Node:
    r"""``\lim_{x \to a} f``: ``lim`` (body, variable, a)."""
    p.deeper()
    if p.peek.text != "_":
        raise p.fail("a limit without its variable")
    p.take()
    p.expect("{")
    variable = p.parse_atom()
    if p.peek.text not in ("to", "rightarrow", "longrightarrow"):
        raise p.fail("a limit without its arrow")
    p.take()
    target = p.nested("group")
    p.expect("}")
    body = p.parse_expr(30)
    p.depth -= 1
    return Call("lim", (body, variable, target))


def _angle(p: Parser) -> Node:
    return Sym("angle " + "".join(_letters(p)))


def _letters(p: Parser) -> list[str]:
    if p.peek.kind == "word":
        return [p.take().text]
    if p.peek.kind == "num":
        return [p.take().text]
    return []


_FONTS = "mathbf mathrm mathit mathsf mathtt mathord textbf textit textrm bm pmb underline emph mbox hbox"
_HANDLERS = {
    "frac": _frac, "cfrac": _frac, "sqrt": _sqrt, "binom": _binom, "dbinom": _binom, "tbinom": _binom,
    "overline": _overline, "bar": _overline,
    "mathbb": _mathbb, "Bbb": _mathbb, "hat": _accent, "tilde": _accent, "widehat": _accent, "widetilde": _accent, "dot": _accent,
    "boxed": _boxed, "fbox": _boxed, "begin": parse_environment, "lim": _limit, "angle": _angle, "triangle": _angle, "cancel": _struck,
    **dict.fromkeys(_FONTS.split(), _transparent),
    "text": _transparent, "mathring": _transparent, "ensuremath": _transparent, "tfrac": _frac, "dfrac": _frac,
}  # fmt: skip
