"""Powers and postfixes: what stands behind an operand (``^2``, ``!``, ``%``, a degree sign, the base of a numeral)."""

from __future__ import annotations

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.lexer import CLOSERS, MAX_TOKENS, Token
from r1.verifiers.math.grammar.numerals import canonical_base
from r1.verifiers.math.grammar.operands import Operands
from r1.verifiers.math.tree import DEG, BaseNum, Call, Mul, Node, Num, ParseError, Pow, Quantity, Sym, neg

_POSTFIXES = frozenset(("^", "**", "!", "%", "\\%", "degree", "circ", "_"))


_TRANSPOSED = ("top", "intercal", "mathsf")


class Powers(Operands):
    """Operands with their powers; the parser above it brings lists and operators."""

    def parse_postfix(self, node: Node) -> Node:
        first = self.at
        while True:
            token = self.peek
            if token.text not in _POSTFIXES:
                return node
            if self.at - first > MAX_TOKENS // 10:
                raise ParseError("too many powers and postfixes")
            if token.kind == "op" and token.text in ("^", "**"):
                node = self.power(node)
            elif token.kind == "op" and token.text == "!" and (not token.spaced or self.behind_space()):
                self.take()
                double = self.peek.text == "!" and not self.peek.spaced
                if double:
                    self.take()
                node = Call("factorial2" if double else "factorial", (node,))
            elif token.kind == "op" and token.text in ("%", "\\%"):
                self.take()
                node = Call("pct", (node,))
            elif token.kind == "cmd" and token.text in ("degree", "circ") and not isinstance(node, Sym):
                self.take()
                node = Mul((node, DEG))
            elif token.kind == "op" and token.text == "_" and isinstance(node, Sym):  # {x}_1
                node = self.named(node)
            elif token.kind == "op" and token.text == "_" and isinstance(node, Num):
                self.take()
                node = self.based(node)
            else:
                return node

    def behind_space(self) -> bool:
        """Whether the spaced "!" at the cursor belongs to what stands before it, as in ``(2 n) !``, not behind it (``!n``)."""
        following = self.ahead(1)
        return following.spaced or following.kind == "end" or following.bracket in CLOSERS or following.text in "+-*/^,"

    def power(self, base: Node) -> Node:
        self.take()
        self.deeper()
        token = self.peek
        if token.kind == "cmd" and token.text in ("circ", "degree"):
            self.take()
            exponent: Node = DEG
        elif token.kind == "cmd" and token.text in _TRANSPOSED:
            self.take()
            exponent = Sym("T")
        elif token.text == "{" and self.ahead(1).text in _TRANSPOSED and self.ahead(2).text == "}":
            self.skip(3)
            exponent = Sym("T")
        elif token.text == "{" and self.ahead(1).text in ("circ", "prime") and self.ahead(2).text == "}":
            self.skip(3)
            exponent = DEG
        elif token.text in ("st", "nd", "rd", "th") or (
            token.text == "{" and self.ahead(1).text.strip() in ("st", "nd", "rd", "th")
        ):
            self.skip(3 if token.text == "{" else 1)
            self.depth -= 1
            return base
        else:
            sign = 1
            while self.peek.kind == "op" and self.peek.text in ("-", "+"):
                sign = -sign if self.take().text == "-" else sign
            exponent = self.script()
            if self.peek.kind == "op" and self.peek.text in ("^", "**"):
                exponent = self.power(exponent)
            while self.peek.text == "!" and not self.peek.spaced and token.text != "{":
                self.take()
                exponent = Call("factorial", (exponent,))
            exponent = neg(exponent) if sign < 0 else exponent
        self.depth -= 1
        if exponent == DEG:
            if self.peek.kind in ("word", "text") and self.peek.text.strip() in ("C", "F"):
                return Quantity(base, "°" + self.take().text.strip())
            return Mul((base, DEG))
        return Pow(base, exponent)

    def script(self) -> Node:
        """What stands in a power: a group, a whole numeral, one letter or one command."""
        token = self.peek
        if (
            token.kind == "word"
            and token.text not in names.CONSTANTS
            and len(token.text) > 1
            and token.text not in names.FUNCTIONS
        ):
            first, rest = token.text[0], token.text[1:]
            self.put(Token("word", rest, False))
            return self.symbol(first)
        return self.parse_atom()

    def based(self, node: Num) -> Node:
        subscript = self.subscript()
        base = canonical_base(subscript)
        if base is None or node.value != int(node.value):
            raise ParseError(f"a numeral with the subscript {subscript!r}")
        return BaseNum(str(node.value), base)
