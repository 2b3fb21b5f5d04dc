r"""The parser: tokens to a tree, by precedence climbing (Pratt), for LaTeX and plain text alike.

The grammar, loosest first: list (`,` `;` and or) > relation chain > a : b > union, minus > intersection > sum > product
(explicit or by standing side by side) > sign > power > postfix (! % degrees). Juxtaposition is a product, except for a
mixed number (``3\frac12``) and a function and its argument. Depth and number of tokens are capped, so the work is bounded
by the length of the text.
"""

from __future__ import annotations

import re
from fractions import Fraction

from r1.verifiers import math_names as names
from r1.verifiers.math_lex import Token, tokenise
from r1.verifiers.math_text import words
from r1.verifiers.math_tree import (
    DEG, HALF, MINUS_ONE, Add, BaseNum, Call, Const, E, I, Interval, Matrix, Mul, NamedSet, Node, Num, ParseError, Pow, Quantity, Ratio,
    Rel, Seq, SetOp, Sym, Text, div, is_expr, neg, symbols,
)  # fmt: skip
from r1.verifiers.math_units import canonical_unit, is_unit, known_unit

MAX_DEPTH = 40

_SUM, _PRODUCT, _SIGN, _POWER = 30, 40, 45, 60
_SET_BP = {"cup": (20, "union"), "setminus": (20, "minus"), "backslash": (20, "minus"), "cap": (22, "inter"), "bigcup": (20, "union")}
_CLOSERS = {")", "]", "}", "\\}", ")>", "rfloor", "rceil", "end", "&", "\\\\", "[", "|", "||"}
_SPLIT_START = re.compile(r"(arc(?:sin|cos|tan)|sinh?|cosh?|tanh?|cot|sec|csc|ln|log|lg|sqrt|pi|exp)")


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


class Parser:
    """One pass over the tokens. ``peek`` is the next one."""

    def __init__(self, tokens: list[Token], *, letter_units: bool = False) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars = 0  # open |...|: a bar inside closes before it opens
        self.letter_units = letter_units
        self.in_set = 0  # inside {...}: a colon says "such that"

    # -- tokens

    @property
    def peek(self) -> Token:
        return self.tokens[self.at]

    def ahead(self, offset: int) -> Token:
        return self.tokens[min(self.at + offset, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def bracket(self, token: Token) -> str:
        r"""The bracket that a token is, in one spelling: ``(``, ``\{``, ``lfloor`` ...; "" for none."""
        if token.kind == "op":
            return token.text if token.text in "()[]{}|&" or token.text in ("\\{", "\\}", "||", "\\\\") else ("||" if token.text == "\\|" else "")
        if token.kind == "cmd":
            return names.BRACKET_COMMANDS.get(token.text, "").replace("{", "\\{").replace("}", "\\}")
        return "end" if token.kind == "end" else ""

    def expect(self, *closers: str) -> str:
        found = self.bracket(self.peek)
        if found not in closers:
            raise ParseError(f"expected {closers[0]!r}, not {self.peek.text!r}")
        self.take()
        return found

    def fail(self, why: str) -> ParseError:
        return ParseError(f"{why} at {self.peek.text!r}")

    # -- lists

    def separator(self) -> str:
        """The list separator at the cursor: "," ";" "and" "or" or ""; a command like quad has been blanked before."""
        token = self.peek
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
            if self.bracket(self.peek) in _CLOSERS - {"[", "|", "||"}:
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
            sides.append(self.parse_item())
        if not ops:
            return sides[0]
        if self.peek.kind == "cmd" and self.peek.text == "pmod" or (self.bracket(self.peek) == "(" and self.ahead(1).text in ("mod", "bmod")):
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

    def parse_item(self) -> Node:
        """A ratio or expression and the unit behind it."""
        currency = ""
        if self.peek.text in ("\\$", "€", "£", "yen", "₽", "₹", "¢", "euro", "pounds"):
            currency = canonical_unit(self.take().text)
        node = self.parse_expr(0)
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
        symbol = token.kind == "op" and token.text in ("\\$", "€", "£", "¢", "₽", "₹") or (token.kind == "cmd" and token.text in ("euro", "yen", "pounds"))
        if token.kind not in ("word", "text") and not symbol or self.separator():
            return node
        begin, depth = self.at, 0
        while self.peek.kind != "end" and not self.separator() and not self.relation():
            bracket = self.bracket(self.peek)
            if bracket in (")", "]", "}", "\\}", "&", "\\\\"):
                if not depth or bracket in ("&", "\\\\"):
                    break
                depth -= 1
            depth += bracket in ("(", "[", "{")
            self.take()
        written = "".join((" " if t.spaced else "") + t.text for t in self.tokens[begin : self.at]).strip()
        unit = canonical_unit(written)
        if symbols(node) and not known_unit(unit):
            raise ParseError(f"words behind a formula: {written!r}")
        if unit == "%":
            return Call("pct", (node,))
        if unit == "°":
            return Mul((node, DEG))
        if unit.startswith("*"):  # a factor such as million
            return self.parse_unit_rest(Mul((node, Num(int(unit[1:].split()[0])))), unit)
        return Quantity(node.value if isinstance(node, Quantity) and node.unit == unit else node, unit) if unit else node

    @staticmethod
    def parse_unit_rest(node: Node, unit: str) -> Node:
        rest = unit.partition(" ")[2]
        return Quantity(node, rest) if rest else node

    # -- expressions

    def parse_expr(self, bp: int) -> Node:
        """An expression whose operators all bind more tightly than ``bp``."""
        left = self.parse_prefix()
        while True:
            token = self.peek
            if token.kind == "end":
                return left
            text = token.text
            if token.kind == "cmd" and text in _SET_BP:
                level, op = _SET_BP[text]
                if level <= bp:
                    return left
                self.take()
                left = SetOp(op, (left, self.parse_expr(level)))
            elif text in ("+", "-") and token.kind == "op" or (token.kind == "cmd" and text in names.PLUS_MINUS):
                if bp >= _SUM:
                    return left
                left = self.sum_of(left)
            elif (text == "/" and token.kind == "op") or (token.kind == "cmd" and text == "div"):
                if bp >= _PRODUCT:
                    return left
                self.take()
                left = div(left, self.parse_expr(_PRODUCT))
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

    def sum_of(self, first: Node) -> Node:
        terms = [first]
        while True:
            token = self.peek
            sign = token.text if token.kind == "op" and token.text in ("+", "-") else names.PLUS_MINUS.get(token.text, "") if token.kind == "cmd" else ""
            if not sign:
                return Add(tuple(terms))
            self.take()
            term = self.parse_expr(_SUM)
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
        return None

    def starts_factor(self, left: Node) -> bool:
        """Whether the next token begins a factor that stands beside ``left``."""
        token = self.peek
        if token.kind in ("num", "rep"):
            # "2 3" is no product; "2^6 3^5" is; "1 1/2" is a mixed number.
            if isinstance(left, Num) or (isinstance(left, Mul) and isinstance(left.factors[-1], Num)):
                return token.spaced and self.ahead(1).text == "/" and self.ahead(2).kind == "num" and isinstance(left, Num | Mul)
            return True
        if token.kind == "word":
            return not self.separator() and self.maths_word(token, left)
        if token.kind == "text":
            return not self.separator() and self.maths_text(token, left)
        if token.kind == "vec":
            return True
        bracket = self.bracket(token)
        if bracket in ("|", "||"):
            return not self.bars and not self.absolute_closes()
        if bracket == "[":
            return self.bracket(self.ahead(1)) not in _CLOSERS and self.ahead(1).text not in _SET_BP and not self.ahead(1).text == ","
        if bracket:
            return bracket in ("(", "{", "lfloor", "lceil", "<(", "\\{")
        if token.kind == "cmd":
            text = token.text
            return not (text in names.RELATIONS or self.separator() or text in ("end", "hline", "choose", "over", "atop", "not", "pmod", "to", "rightarrow"))
        return False

    def absolute_closes(self) -> bool:
        return False

    def parse_prefix(self) -> Node:
        """A sign, or a factor with its powers and postfixes."""
        token = self.peek
        if token.kind == "op" and token.text in ("+", "-"):
            self.take()
            self.deeper()
            inner = self.parse_expr(_SIGN if self.peek.text not in ("+", "-") else _SIGN)
            self.depth -= 1
            if token.text == "+":
                return inner
            return neg(inner)
        if token.kind == "cmd" and token.text in names.PLUS_MINUS:
            self.take()
            return Call(token.text, (self.parse_expr(_PRODUCT - 1),))
        return self.parse_postfix(self.parse_atom())

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ParseError(f"more than {MAX_DEPTH} levels")

    def parse_postfix(self, node: Node) -> Node:
        while True:
            token = self.peek
            if token.kind == "op" and token.text in ("^", "**"):
                node = self.power(node)
            elif token.kind == "op" and token.text == "!" and not token.spaced:
                self.take()
                node = Call("factorial", (node,))
            elif token.kind == "op" and token.text in ("%", "\\%"):
                self.take()
                node = Call("pct", (node,))
            elif token.kind == "cmd" and token.text in ("degree", "circ") and not isinstance(node, Sym):
                self.take()
                node = Mul((node, DEG))
            elif token.kind == "op" and token.text == "_" and isinstance(node, Num):
                self.take()
                node = self.based(node)
            else:
                return node

    def power(self, base: Node) -> Node:
        self.take()
        self.deeper()
        token = self.peek
        if token.kind == "cmd" and token.text in ("circ", "degree"):
            self.take()
            exponent: Node = DEG
        elif token.kind == "cmd" and token.text in ("top", "intercal", "mathsf"):
            self.take()
            exponent = Sym("T")
        elif token.text == "{" and self.ahead(1).text in ("circ", "prime") and self.ahead(2).text == "}":
            self.at += 3
            exponent = DEG
        elif token.text in ("st", "nd", "rd", "th") or (token.text == "{" and self.ahead(1).text.strip() in ("st", "nd", "rd", "th")):
            self.at += 3 if token.text == "{" else 1
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
        if token.kind == "word" and token.text not in names.CONSTANTS and len(token.text) > 1 and token.text not in names.FUNCTIONS:
            first, rest = token.text[0], token.text[1:]
            self.tokens[self.at] = Token("word", rest, False)
            return self.symbol(first)
        return self.parse_atom()

    def based(self, node: Num) -> Node:
        self.take() if False else None
        subscript = self.subscript()
        digits = self.tokens[self.at - 1]  # only for the message
        base = canonical_base(subscript)
        if base is None or node.value != int(node.value):
            raise ParseError(f"a numeral with the subscript {subscript!r} before {digits.text!r}")
        return BaseNum(str(node.value), base)

    # -- atoms

    def argument(self) -> Node:
        r"""A LaTeX argument: a group, or one token (one digit of a numeral)."""
        token = self.peek
        if token.kind == "num" and len(token.text) > 1:
            self.tokens[self.at] = Token("num", token.text[1:], False)
            return Num(int(token.text[0])) if token.text[0].isdigit() else self.parse_atom()
        if token.kind == "word" and len(token.text) > 1 and token.text not in names.CONSTANTS:
            self.tokens[self.at] = Token("word", token.text[1:], False)
            return self.symbol(token.text[0])
        self.deeper()
        node = self.parse_atom()
        self.depth -= 1
        return node

    def parse_atom(self) -> Node:
        token = self.peek
        if token.kind == "num":
            self.take()
            return numeral(token.text)
        if token.kind == "rep":
            self.take()
            return repeating(token.text)
        if token.kind == "mix":
            self.take()
            whole, top, bottom = map(int, re.findall(r"\d+", token.text))
            return Num(whole + Fraction(top, bottom)) if bottom else self.parse_atom()
        bracket = self.bracket(token)
        if bracket:
            return self.parse_bracket(bracket)
        if token.kind == "word":
            return self.parse_word()
        if token.kind in ("text", "vec"):
            return self.parse_text()
        if token.kind == "cmd":
            from r1.verifiers.math_commands import parse_command

            return parse_command(self)
        if token.kind == "op" and token.text in ("∂", "∇"):
            self.take()
            return Sym(token.text)
        raise self.fail("no operand")

    def parse_bracket(self, bracket: str) -> Node:
        if bracket == "{":
            self.take()
            if self.bracket(self.peek) == "}":
                self.take()
                return self.parse_atom()
            node = self.nested("group")
            if self.peek.kind == "cmd" and self.peek.text in ("choose", "over", "atop"):
                command = self.take().text
                lower = self.nested("group")
                node = Call("binom", (node, lower)) if command == "choose" else div(node, lower)
            self.expect("}")
            return node
        if bracket == "\\{":
            return self.parse_set()
        if bracket in ("(", "[", "]", "<("):
            return self.parse_paren(bracket)
        if bracket in ("|", "||"):
            self.take()
            self.deeper()
            self.bars += 1
            inner = self.parse_list()
            self.bars -= 1
            self.depth -= 1
            self.expect(bracket)
            return Call("det" if isinstance(inner, Matrix) else "abs", (inner,))
        if bracket in ("lfloor", "lceil"):
            self.take()
            inner = self.nested("group")
            self.expect("r" + bracket[1:])
            return Call(bracket[1:], (inner,))
        raise self.fail("no operand")

    def parse_paren(self, opened: str) -> Node:
        self.take()
        if opened == "(" and self.bracket(self.peek) == ")":
            raise self.fail("empty brackets")
        node = self.nested("tuple")
        items = node.items if isinstance(node, Seq) and node.kind == "tuple" else (node,)
        closed = self.expect(")", "]", "[", ")>") if len(items) == 2 else self.expect({"[": "]", "<(": ")>"}.get(opened, ")"), "]", ")")
        if len(items) == 2 and (opened, closed) in (("[", ")"), ("(", "]"), ("]", "["), ("]", "]"), ("[", "[")):
            return Interval(items[0], items[1], opened == "[", closed == "]")
        if opened == "[" and closed == "]" and len(items) > 1:
            return Seq("bracket", items)
        if len(items) > 1:
            return Seq("tuple", items)
        return node

    def parse_set(self) -> Node:
        self.take()
        if self.bracket(self.peek) == "\\}":
            self.take()
            return NamedSet("empty")
        self.bars += 1  # a bar in here is "such that", unless it opens the first operand
        self.in_set += 1
        self.deeper()
        inner = self.parse_list("set")
        self.in_set -= 1
        if self.peek.text in ("|", "mid", ":") or (self.peek.text == "\\|"):
            self.take()
            self.bars -= 1
            condition = self.parse_list()
            self.bars += 1
            if isinstance(inner, Rel) and inner.ops == ("in",) and inner.sides[1] == NamedSet("R"):
                inner = inner.sides[0]
            inner = condition if isinstance(inner, Sym) else Call("setof", (inner, condition))
            result: Node = inner
        else:
            result = inner if isinstance(inner, Seq) and inner.kind == "set" else Seq("set", (inner,))
        self.depth -= 1
        self.bars -= 1
        self.expect("\\}", "}")
        return result

    # -- letters

    def symbol(self, letter: str) -> Node:
        if letter == "e":
            return E
        if letter == "i":
            return I
        return Sym(letter)

    def subscript(self) -> str:
        """The subscript behind a taken ``_``, as text without braces and spaces."""
        if self.bracket(self.peek) != "{":
            return self.take().text.strip()
        depth, pieces = 0, []
        while True:
            token = self.take()
            if token.kind == "end":
                raise self.fail("open subscript")
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return "".join(pieces)
            if token.text not in "{}":
                pieces.append(token.text.strip())

    def named(self, node: Node) -> Node:
        """A variable with the primes and subscripts behind it."""
        name = node.name if isinstance(node, Sym | Const) else ""
        plain = True
        while True:
            token = self.peek
            if token.kind == "op" and token.text == "_":
                self.take()
                name += "_" + self.subscript()
            elif token.kind == "op" and token.text.startswith("'"):
                name += self.take().text
            elif token.text == "^" and self.ahead(1).text == "prime":
                self.at += 2
                name += "'"
            elif token.text == "^" and self.ahead(1).text == "{" and self.ahead(2).text == "prime":
                self.at += 4
                name += "'"
            else:
                break
            plain = False
        if plain:
            return node
        return self.applied(Sym(name))

    def applied(self, node: Node) -> Node:
        """``f(x)`` for a letter that usually is a function, or before ``=``; else the letter."""
        if not isinstance(node, Sym) or self.bracket(self.peek) != "(" or self.peek.spaced:
            return node
        if node.name.rstrip("'").split("_")[0] not in ("f", "g", "h", "F", "G", "H") and not self.defines():
            return node
        self.take()
        inner = self.nested("tuple")
        self.expect(")")
        args = inner.items if isinstance(inner, Seq) and inner.kind == "tuple" else (inner,)
        return Call(node.name, args)

    def defines(self) -> bool:
        """Whether ``(...)`` here is followed by ``=``: the left side of a definition such as P(x) = ..."""
        offset, depth = 0, 0
        while offset < 16:
            text = self.ahead(offset).text
            depth += (text == "(") - (text == ")")
            offset += 1
            if depth == 0:
                follows = self.ahead(offset)
                return follows.kind == "op" and follows.text == "="
        return False

    def maths_word(self, token: Token, left: Node | None) -> bool:
        """Whether a run of letters is read as variables and functions (else it is a word or a unit)."""
        word = token.text
        if word in names.FUNCTIONS or word in names.CONSTANTS:
            return True
        after_number = isinstance(left, Num) or (isinstance(left, Mul | Add) and left is not None and not token.spaced and False)
        if after_number and word in ("st", "nd", "rd", "th") and not token.spaced:
            return False
        if len(word) == 1 and word.isascii():
            return not (self.letter_units and token.spaced and left is not None and is_unit(word) and self.at_item_end())
        if left is not None and is_unit(word) and (after_number or token.spaced) and len(word) > 1:
            return False
        return product_of_letters(word)

    def at_item_end(self) -> bool:
        following = self.ahead(1)
        return following.kind == "end" or following.text in (",", ";", "^", "/") or self.bracket(following) in (")", "]", "}")

    def maths_text(self, token: Token, left: Node | None) -> bool:
        word = token.text.strip()
        if word in names.FUNCTIONS or word in names.CONSTANTS or word in ("e", "i") or re.fullmatch(r"[\d.,]+", word):
            return True
        return left is None or (len(word) == 1 and word.isalpha() and not is_unit(word) and not token.spaced)

    def parse_word(self) -> Node:
        token = self.peek
        word = token.text
        if word in names.FUNCTIONS:
            from r1.verifiers.math_commands import parse_function

            self.take()
            return parse_function(self, names.FUNCTIONS[word])
        if word in names.CONSTANTS:
            self.take()
            return names.CONSTANTS[word]
        if len(word) == 1:
            self.take()
            node = self.symbol(word)
            return self.applied(self.named(node))
        start = _SPLIT_START.match(word)
        if start and len(word) - start.end() <= 1:
            self.tokens[self.at : self.at + 1] = [Token("word", start[1], token.spaced), Token("word", word[start.end() :], False)]
            return self.parse_word()
        if not product_of_letters(word):
            raise self.fail("a word")
        self.tokens[self.at : self.at + 1] = [Token("word", letter, False) for letter in word]
        return self.parse_word()

    def parse_text(self) -> Node:
        r"""``\text{...}`` as an operand: a numeral, a function, one letter, else words."""
        token = self.take()
        word = token.text.strip()
        if word in names.FUNCTIONS:
            from r1.verifiers.math_commands import parse_function

            return parse_function(self, names.FUNCTIONS[word])
        if word in names.CONSTANTS:
            return names.CONSTANTS[word]
        if len(word) == 1 and word.isalpha():
            return self.applied(self.named(self.symbol(word)))
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?", word):
            return numeral(word)
        if token.kind == "vec" or (word.isalpha() and word.isascii() and self.peek.text in ("(", "_") and not self.peek.spaced):
            return self.named(Sym(word))
        if not word:
            return self.parse_atom()
        return Text(words(word))


# ------------------------------------------------------------------------------------------------------------ numerals


def numeral(text: str) -> Num:
    """The exact value of a numeral; a decimal remembers its significant digits."""
    text = text.replace(" ", "")
    if "{,}" in text:
        groups = text.split("{,}")
        thousands = all(len(group.split(".")[0]) == 3 for group in groups[1:]) and len(groups[0]) <= 3
        text = "".join(groups) if thousands or len(groups) > 2 else ".".join(groups)
    text = text.replace(",", "")
    if text.isdigit():
        return Num(int(text))
    value = Fraction(text if not text.startswith(".") else "0" + text)
    mantissa = re.split("[eE]", text)[0].replace(".", "").lstrip("0")
    digits = len(mantissa) if "." in text else 0
    places = len(text.partition(".")[2]) if text.replace(".", "").isdigit() else 0
    return Num(value if value.denominator != 1 else value.numerator, digits, places)


_REPEAT = re.compile(r"(\d*)\.(\d*)(.*)", re.S)


def repeating(text: str) -> Num:
    r"""``0.1\overline{6}``, ``0.\dot{3}``, ``0.(27)`` as exact fractions."""
    match = _REPEAT.fullmatch(text)
    assert match is not None
    whole, fixed, rest = match[1] or "0", match[2], re.sub(r"\D", "", match[3])
    shift = 10 ** len(fixed)
    value = Fraction(int(whole + fixed), shift) + Fraction(int(rest), shift * (10 ** len(rest) - 1))
    return Num(value if value.denominator != 1 else value.numerator)


_BASES = {
    name: base
    for base, name in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split(), start=2
    )
} | {"twenty": 20, "bin": 2, "oct": 8, "dec": 10, "hex": 16}


def canonical_base(subscript: str) -> int | None:
    """The base that a subscript names, or None."""
    subscript = subscript.strip("() ").lower().removeprefix("base").strip()
    if subscript.isascii() and subscript.isdigit() and 2 <= int(subscript[:4]) <= 64:
        return int(subscript)
    return _BASES.get(subscript)


_TEXT_WORDS = frozenset("yes odd red one two six ten all any not the and for non nan inf sum max min are was but can out end old new top".split())


def product_of_letters(word: str) -> bool:
    """Whether a run of letters can be a product of variables: short, and no English word."""
    if not word.isascii() or word.lower() in _TEXT_WORDS:
        return False
    if len(word) <= 2:
        return word.isupper() or word.lower() not in ("no", "or", "if", "is", "so", "to", "of", "in", "we", "it", "he", "by", "at", "on", "as", "an")
    if word.isupper():
        return False
    return len(word) == 3 or (len(word) <= 4 and not re.search("[aeiou]", word.lower())) or word in ("abcd",)


def exact_value(node: Node) -> Fraction | int | None:
    """The value of a plain numeral node, for readers of small constants."""
    return node.value if isinstance(node, Num) else None


__all__ = ["HALF", "Add", "Parser", "Rel", "SetOp", "is_expr", "numeral", "parse"]
