r"""The parser: tokens to a tree, by precedence climbing (Pratt), for LaTeX and plain text alike.

The grammar, loosest first: list (`,` `;` and or) > relation chain > a : b > union, minus > intersection > sum > product
(explicit or by standing side by side) > sign > power > postfix (! % degrees). Juxtaposition is a product, except for a
mixed number (``3\frac12``) and a function and its argument. Depth and number of tokens are capped, so the work is bounded
by the length of the text.
"""

from __future__ import annotations

from fractions import Fraction

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.lexer import CLOSERS, MAX_DEPTH, tokenise
from r1.verifiers.math.grammar.scripts import Powers
from r1.verifiers.math.tree import (  # fmt: skip
    DEG,
    MINUS_ONE,
    Add,
    Call,
    Const,
    Mul,
    NamedSet,
    Node,
    Num,
    ParseError,
    Pow,
    Quantity,
    Ratio,
    Rel,
    Seq,
    SetOp,
    Sym,
    is_expr,
    neg,
    symbols,
)
from r1.verifiers.math.units import canonical_unit, is_unit, known_unit

_INTERSECTION, _SUM, _PRODUCT, _SIGN = 22, 30, 40, 45
_SET_BP = {
    "cup": (20, "union"),
    "setminus": (20, "minus"),
    "backslash": (20, "minus"),
    "cap": (_INTERSECTION, "inter"),
    "bigcup": (20, "union"),
}
_ENDS = frozenset((")", "]", "}", "\\}", ")>", "end", "&", "\\\\"))  # of an expression
_CURRENCIES = ("\\$", "€", "£", "¢", "₽", "₹")
_CURRENCY_COMMANDS = ("yen", "euro", "pounds")


def parse(text: str, *, thousands: bool = True, letter_units: bool = False) -> Node:
    """The tree of a cleaned answer.

    Args:
        text: output of `math_text.clean`.
        thousands: ``1,234`` is one number (else a list).
        letter_units: a single letter behind a number and a space is a unit (``5 m``), not a variable.

    Raises:
        ParseError: where it is no mathematics that we read.
    """
    parser = Parser(tokenise(text, thousands=thousands), letter_units=letter_units)
    node = parser.parse_list()
    if parser.peek.kind != "end":
        raise ParseError(f"unexpected {parser.peek.text!r}")
    return node


class Parser(Powers):
    """Lists, relations and operators over the operands of `operands`."""

    # -- lists

    def separator(self) -> str:
        """The list separator at the cursor: "," ";" "and" "or" or ""; a command like quad has been blanked before."""
        token = self.peek
        if token.bracket:
            return ""
        if token.kind == "op" and token.text in (",", ";"):
            return token.text
        if token.kind in ("word", "text"):
            word = token.text.strip(" ,.").lower()
            if word in names.AND_WORDS:
                return "and"
            if word in names.OR_WORDS:
                return "or"
        if token.kind == "cmd":
            if token.text in names.AND_COMMANDS:
                return "and"
            if token.text in names.OR_COMMANDS:
                return "or"
        if token.text in names.IMPLIES and token.kind in ("cmd", "op"):
            return "then"
        return ""

    def parse_list(self, kind: str = "list") -> Node:
        """Items up to a bracket or the end; one item stands for itself. What is implied replaces what implies it."""
        items = [self.parse_relation()]
        seen = set()
        while separator := self.separator():
            seen.add(separator)
            self.take()
            while self.separator():
                seen.add(self.separator())
                self.take()
            if self.peek.bracket in CLOSERS - {"[", "|", "||"}:
                break
            if separator == "then":
                items = []
                seen = set()
            items.append(self.parse_relation())
        if len(items) == 1:
            return items[0]
        return Seq("or" if kind == "list" and "or" in seen else kind, tuple(items))

    def nested(self, kind: str) -> Node:
        """A list one level deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ParseError(f"more than {MAX_DEPTH} levels of brackets")
        outer, self.bars, self.in_set = (self.bars, self.in_set), 0, 0
        node = self.parse_list(kind)
        self.bars, self.in_set = outer
        self.depth -= 1
        return node

    def nested_group(self) -> Node:
        """A ``{...}`` whose content may be a relation (``_{k=1}``)."""
        self.expect("{")
        node = self.nested("group")
        self.expect("}")
        return node

    # -- relations

    def relation(self) -> str:
        token = self.peek
        if token.kind == "op":
            return names.RELATIONS.get(token.text, "")
        if token.kind == "cmd":
            if token.text == "not" and self.ahead(1).text in ("=", "in", "equiv"):
                return {"=": "!=", "in": "notin", "equiv": "!="}[self.ahead(1).text]
            return names.RELATIONS.get(token.text, "") if token.text != "mid" else ""
        return ""

    def parse_relation(self) -> Node:
        sides, ops = [self.parse_item()], []
        while op := self.relation():
            if self.peek.text == "not":
                self.take()
            self.take()
            ops.append(op)
            if op == "in" and self.peek.text in names.BLACKBOARD and self.peek.kind in ("word", "text"):
                sides.append(NamedSet(self.take().text))
                continue
            # Behind an inequality a union joins statements, not sets: x < 1 \cup x > 2.
            sides.append(self.parse_item(_INTERSECTION if op in ("<", ">", "<=", ">=") else 0))
        if not ops and self.peek.bracket in _ENDS:
            return sides[0]
        residue = self.peek.text == "pmod" or (self.peek.bracket == "(" and self.ahead(1).text in ("mod", "bmod"))
        if not ops and residue:
            ops, sides = ["equiv"], [Sym("residue"), sides[0]]  # 3 (mod 7)
        if not ops:
            return sides[0]
        if residue:
            self.take()
            inner = self.peek.text in ("mod", "bmod")
            if inner:
                self.take()
            modulus = self.nested("list") if inner else self.argument()
            if inner:
                self.expect(")")
            sides[-1] = Call("residue", (sides[-1], modulus))
        if ops[0] == "equiv" and isinstance(sides[-1], Call) and sides[-1].name == "mod":
            sides[-1] = Call("residue", sides[-1].args)
        return Rel(tuple(ops), tuple(sides))

    def parse_item(self, bp: int = 0) -> Node:
        """A ratio or expression and the unit behind it."""
        currency = ""
        if self.peek.text in _CURRENCIES or self.peek.text in _CURRENCY_COMMANDS:
            currency = canonical_unit(self.take().text)
        node = self.parse_expr(bp)
        if self.peek.text == ":" and self.peek.kind == "op" and not self.in_set:
            parts = [node]
            while self.peek.text == ":":
                self.take()
                parts.append(self.parse_expr(0))
            node = Ratio(tuple(parts))
        if currency:
            node = Quantity(node, currency)
        return self.parse_unit(node)

    def parse_unit(self, node: Node) -> Node:
        token = self.peek
        if token.bracket in _ENDS:
            return node
        symbol = token.text in _CURRENCIES or (token.kind == "cmd" and token.text in _CURRENCY_COMMANDS)
        named = token.kind in ("word", "text") or symbol or self.unit_command(node) or self.unit_slash()
        if not named or self.separator():
            return node
        begin, depth = self.at, 0
        while self.peek.kind != "end" and not self.separator() and not self.relation():
            bracket = self.peek.bracket
            if bracket in (")", "]", "}", "\\}", "&", "\\\\"):
                if not depth or bracket in ("&", "\\\\"):
                    break
                depth -= 1
            depth += bracket in ("(", "[", "{")
            self.take()
        written = "".join(
            (" " if t.spaced else "") + ("\\" if t.kind == "cmd" and not symbol else "") + t.text
            for t in self.tokens[begin : self.at]
        ).strip()
        unit = canonical_unit(written)
        if symbols(node) and not known_unit(unit):
            raise ParseError(f"words behind a formula: {written!r}")
        if unit == "%":
            return Call("pct", (node,))
        if unit == "°":
            return Mul((node, DEG))
        if unit.startswith("*"):  # a factor such as million
            factor, _, rest = unit[1:].partition(" ")
            inner, rest = (node.value, node.unit) if isinstance(node, Quantity) else (node, rest)  # \\$5 million
            value = Mul((inner, Num(int(factor))))
            return Quantity(value, rest) if rest else value
        if isinstance(node, Quantity) and unit.startswith("/"):  # \\$5 per hour
            return Quantity(node.value, node.unit + unit)
        return (
            Quantity(node.value if isinstance(node, Quantity) and node.unit == unit else node, unit) if unit else node
        )

    def unit_slash(self) -> bool:
        """Whether a slash and a written-out unit follow: the ``/hour`` of ``5/hour``."""
        if self.peek.text != "/":
            return False
        token = self.ahead(1)
        word = token.text.strip() if token.kind in ("word", "text") else ""
        return len(word) > 1 and is_unit(word, exact=True) and self.ahead(2).bracket != "("

    def unit_command(self, left: Node) -> bool:
        r"""Whether a Greek letter here is a unit or its prefix, as in ``50\,\Omega`` and ``3\,\mu\mathrm{m}``."""
        token = self.peek
        if token.kind != "cmd" or token.text not in ("Omega", "mu") or symbols(left):
            return False
        following = self.ahead(1)
        if token.text == "Omega":
            return (token.spaced or isinstance(left, Num)) and self.at_item_end()
        return following.kind in ("word", "text") and is_unit("mu" + following.text.strip())

    # -- expressions

    def parse_expr(self, bp: int) -> Node:
        """An expression whose operators all bind more tightly than ``bp``."""
        left = self.parse_prefix()
        while True:
            token = self.peek
            if token.bracket in _ENDS:
                return left
            text = token.text
            if token.kind == "cmd" and text in _SET_BP:
                level, op = _SET_BP[text]
                if level <= bp:
                    return left
                self.take()
                left = SetOp(op, (left, self.parse_expr(level)))
            elif self.sign():
                if bp >= _SUM:
                    return left
                left = self.sum_of(left)
            elif text == "/" and self.unit_slash():
                return left
            elif (text == "/" and token.kind == "op") or (token.kind == "cmd" and text == "div"):
                if bp >= _PRODUCT:
                    return left
                self.take()
                left = self.product(left, Pow(self.parse_expr(_PRODUCT), MINUS_ONE))
            elif token.kind in ("cmd", "op") and text in names.TIMES:
                if bp >= _PRODUCT:
                    return left
                self.take()
                left = self.product(left, self.parse_expr(_PRODUCT))
            elif token.kind == "cmd" and text in ("bmod", "mod"):
                if bp >= _PRODUCT:
                    return left
                self.take()
                left = Call("mod", (left, self.parse_expr(_PRODUCT)))
            elif self.starts_factor(left):
                if bp >= _PRODUCT:
                    return left
                right = self.parse_expr(_PRODUCT)
                left = self.mixed(left, right) or self.product(left, right)
            else:
                return left

    def sign(self) -> str:
        """The additive sign at the cursor: "+", "-", "pm", "mp" or ""."""
        token = self.peek
        if token.kind == "op":
            return token.text if token.text in ("+", "-") else ""
        return names.PLUS_MINUS.get(token.text, "") if token.kind == "cmd" else ""

    def sum_of(self, first: Node) -> Node:
        """The sum that begins with a term and goes on with a sign."""
        terms = [first]
        while True:
            sign = self.sign()
            if not sign:
                return Add(tuple(terms)) if len(terms) > 1 else terms[0]
            self.take()
            term = self.parse_expr(_SUM)
            if sign == "-" and isinstance(term, Seq) and term.kind == "set" and not is_expr(first) and len(terms) == 1:
                terms = [SetOp("minus", (first, term))]  # R - {0}
                continue
            terms.append(term if sign == "+" else neg(term) if sign == "-" else Call(sign, (term,)))

    @staticmethod
    def product(left: Node, right: Node) -> Node:
        head = left.factors if isinstance(left, Mul) else (left,)
        return Mul((*head, right))

    @staticmethod
    def mixed(whole: Node, part: Node) -> Node | None:
        r"""``3\frac12`` and ``1 1/2``: a whole number and a proper fraction side by side are added."""
        negative = isinstance(whole, Mul) and len(whole.factors) == 2 and whole.factors[0] == MINUS_ONE
        number = whole.factors[1] if negative and isinstance(whole, Mul) else whole
        match number, part:
            case Num(n), Mul((Num(top), Pow(Num(bottom), Num(-1)))) if (
                isinstance(n, int) and isinstance(top, int) and isinstance(bottom, int) and 0 < top < bottom
            ):
                value = abs(n) + Fraction(top, bottom)
                return Num(-value if negative or n < 0 else value)
            case Num(), Call("pct", (fraction,)):
                inner = Parser.mixed(whole, fraction)
                return Call("pct", (inner,)) if inner else None
            case Num(), Mul((fraction, Const("deg"))):
                inner = Parser.mixed(whole, fraction)
                return Mul((inner, DEG)) if inner else None
        return None

    def starts_factor(self, left: Node) -> bool:
        """Whether the next token begins a factor that stands beside ``left``."""
        token = self.peek
        if token.kind in ("num", "rep"):
            # "2 3" is no product; "2^6 3^5" is; "1 1/2" is a mixed number.
            if isinstance(left, Num) or (isinstance(left, Mul) and isinstance(left.factors[-1], Num)):
                return (
                    token.spaced
                    and self.ahead(1).text == "/"
                    and self.ahead(2).kind == "num"
                    and isinstance(left, Num | Mul)
                )
            return True
        if token.kind == "word":
            return not self.separator() and self.maths_word(token, left)
        if token.kind == "text":
            return not self.separator() and self.maths_text(token, left)
        if token.kind == "vec":
            return True
        bracket = token.bracket
        if bracket in ("|", "||"):
            return not self.bars
        if bracket == "[":
            return (
                self.ahead(1).bracket not in CLOSERS
                and self.ahead(1).text not in _SET_BP
                and not self.ahead(1).text == ","
            )
        if bracket:
            return bracket in ("(", "{", "lfloor", "lceil", "<(", "\\{")
        if token.kind == "cmd":
            text = token.text
            return not (
                text in names.RELATIONS
                or self.separator()
                or self.unit_command(left)
                or text in ("end", "hline", "choose", "over", "atop", "not", "pmod", "to", "rightarrow")
            )
        return False

    def parse_prefix(self) -> Node:
        """A sign, or a factor with its powers and postfixes."""
        token = self.peek
        if token.kind == "op" and token.text in ("+", "-"):
            self.take()
            self.deeper()
            inner = self.parse_expr(_SIGN)
            self.depth -= 1
            if token.text == "+":
                return inner
            return neg(inner)
        if token.kind == "cmd" and token.text in names.PLUS_MINUS:
            self.take()
            return Call(token.text, (self.parse_expr(_PRODUCT - 1),))
        return self.parse_postfix(self.parse_atom())
