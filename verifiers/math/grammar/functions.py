r"""Functions and their arguments (``\sin^2 x``, ``\log_2 8``), sums, products, integrals and limits."""

from __future__ import annotations

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.cursor import PRODUCT, SUM, Cursor, parse_argument
from r1.verifiers.math.grammar.lists import parse_group, parse_nested
from r1.verifiers.math.grammar.lookahead import starts_factor
from r1.verifiers.math.grammar.scripts import parse_postfix
from r1.verifiers.math.tree import Call, I, Mul, Node, Num, ParseError, Pow, Rel, Seq, Sym, contains, replaced, times

BIG_OPERATORS = {"sum": "sum", "prod": "prod", "int": "int", "oint": "int", "iint": "int"}
_ARROWS = ("to", "rightarrow", "longrightarrow")
_NOTHING = Sym("")


def parse_function(p: Cursor, name: str) -> Node:
    r"""A function whose name has been taken: ``\log_2 8``, ``\sin^2 x``, ``\sin^{-1}(x)``, ``\gcd(6, 4)``."""
    base: Node | None = None
    power: Node | None = None
    p.deeper()
    while p.peek.kind == "op" and p.peek.text in ("_", "^"):
        if p.take().text == "^":
            power = parse_argument(p)
        elif name == "log":
            base = parse_argument(p)
        else:
            parse_argument(p)  # a subscript that changes nothing
    if power == Num(-1) and name in names.INVERSE:
        name, power = names.INVERSE[name], None
    argument = _parse_function_argument(p)
    node = _apply(name, argument, base)
    p.depth -= 1
    return Pow(node, power) if power is not None else node


def _parse_function_argument(p: Cursor) -> Node:
    """A bracketed argument, or the factors that follow up to the next operator or function."""
    opener = p.peek.bracket
    if opener in ("\\{", "{", "|"):
        return p.operand()
    if opener in ("(", "["):
        p.take()
        inner = parse_nested(p, "tuple")
        p.expect(")" if opener == "(" else "]")
        return inner
    signed = p.peek.kind == "op" and p.peek.text in ("-", "+")
    node = p.expression(PRODUCT)
    while not signed and _continues(p, node):
        node = times(node, parse_postfix(p, p.operand()))
    return node


def _continues(p: Cursor, node: Node) -> bool:
    r"""Whether the next factor still belongs to the argument, as the ``x`` of ``\sin 2x``."""
    token = p.peek
    if token.kind == "num" or token.bracket in ("(", "[", "\\{", "|", "||"):
        return False
    spelled = token.text.strip()
    if spelled == "sqrt" and isinstance(node, Num) and not token.spaced:
        return True  # \arctan 2\sqrt2
    if spelled in names.FUNCTIONS or (token.kind == "cmd" and (spelled in BIG_OPERATORS or spelled == "begin")):
        return False
    return starts_factor(p, node)


def _apply(name: str, argument: Node, base: Node | None) -> Node:
    """The call of a function, in the few canonical functions of the tree: ``exp(x)`` is a power, ``lg`` a ``log``.

    Raises:
        ParseError: several arguments of a function that takes one.
    """
    several = isinstance(argument, Seq) and argument.kind in ("tuple", "list", "group", "set")
    args = argument.items if isinstance(argument, Seq) and several else (argument,)
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
    if name not in names.MANY_ARGUMENTS and len(args) != 1:
        raise ParseError(f"{name} takes one argument, not {len(args)}")
    return Call(name, args)


def parse_big_operator(p: Cursor, name: str) -> Node:
    """``sum``, ``prod`` or ``int`` of (body, variable, low, high), the name taken; a part that is missing is an empty symbol.

    Raises:
        ParseError: sums nested three deep.
    """
    p.deeper()
    variable: Node = _NOTHING
    low: Node = _NOTHING
    high: Node = _NOTHING
    while p.peek.kind == "op" and p.peek.text in ("_", "^"):
        if p.take().text == "_":
            low = parse_group(p) if p.peek.bracket == "{" else parse_argument(p)
            if isinstance(low, Rel) and low.ops == ("=",):
                variable, low = low.sides
                variable = Sym("i") if variable == I else variable
        else:
            high = parse_argument(p)
    body = p.expression(SUM)
    if variable == Sym("i"):
        body = replaced(body, I, variable)
    if name == "int":
        body, variable = _without_differential(body)
    p.depth -= 1
    if name != "int" and variable != _NOTHING:  # one name for every bound variable, so that k and n compare equal
        bound = Sym("∑∑" if contains(body, Sym("∑")) else "∑")
        if contains(body, Sym("∑∑")):
            raise p.fail("a sum in a sum in a sum")
        body, variable = replaced(body, variable, bound), bound
    return Call(name, (body, variable, low, high))


def _without_differential(body: Node) -> tuple[Node, Node]:
    """``x^2 dx`` as ``x^2`` and ``x``."""
    if isinstance(body, Mul) and len(body.factors) > 2 and body.factors[-2] == Sym("d"):
        *integrand, _, variable = body.factors
        if isinstance(variable, Sym):
            return Mul(tuple(integrand)), variable
    return body, _NOTHING


def parse_limit(p: Cursor) -> Node:
    r"""``\lim_{x \to a} f``, its name taken: ``lim`` of (body, variable, a).

    Raises:
        ParseError: no variable or no arrow in its subscript.
    """
    p.deeper()
    if p.peek.text != "_":
        raise p.fail("a limit without its variable")
    p.take()
    p.expect("{")
    variable = p.operand()
    if p.peek.text not in _ARROWS:
        raise p.fail("a limit without its arrow")
    p.take()
    target = parse_nested(p, "group")
    p.expect("}")
    body = p.expression(SUM)
    p.depth -= 1
    return Call("lim", (body, variable, target))
