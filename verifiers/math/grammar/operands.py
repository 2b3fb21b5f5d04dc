r"""Operands: numerals, brackets, sets, variables with their subscripts, words. The lower half of the parser."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.commands import parse_command, parse_function
from r1.verifiers.math.grammar.lexer import Cursor, Token
from r1.verifiers.math.grammar.numerals import numeral, product_of_letters, repeating
from r1.verifiers.math.spelling import words
from r1.verifiers.math.tree import (  # fmt: skip
    ANY,
    INF,
    Call,
    Const,
    E,
    I,
    Interval,
    Matrix,
    Mul,
    NamedSet,
    Node,
    Num,
    Rel,
    Seq,
    Sym,
    Text,
    div,
    neg,
    replaced,
    symbols,
)
from r1.verifiers.math.units import GLUED, is_unit

if TYPE_CHECKING:
    from r1.verifiers.math.grammar.parser import Parser

_FUNCTION_LETTERS = ("f", "g", "h", "F", "G", "H")
_MINUS_INF = neg(INF)
_INFINITE = (INF, _MINUS_INF)
_SPLIT_START = re.compile(r"(arc(?:sin|cos|tan)|sinh?|cosh?|tanh?|cot|sec|csc|ln|log|lg|sqrt|pi|exp)")


class Operands(Cursor):
    """Parses operands; the parser above it brings lists and operators."""

    def nested(self, kind: str) -> Node:
        """A list one level deeper."""
        raise NotImplementedError

    def parse_list(self, kind: str = "list") -> Node:
        """Items up to a bracket or the end."""
        raise NotImplementedError

    # -- atoms

    def argument(self) -> Node:
        r"""A LaTeX argument: a group, or one token (one digit of a numeral)."""
        token = self.peek
        if token.kind == "num" and len(token.text) > 1:
            self.put(Token("num", token.text[1:], False))
            return Num(int(token.text[0])) if token.text[0].isdigit() else self.parse_atom()
        if token.kind == "word" and len(token.text) > 1 and token.text not in names.CONSTANTS:
            self.put(Token("word", token.text[1:], False))
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
        bracket = token.bracket
        if bracket:
            return self.parse_bracket(bracket)
        if token.kind == "word":
            return self.parse_word()
        if token.kind in ("text", "vec"):
            return self.parse_text()
        if token.kind == "cmd":
            return parse_command(cast("Parser", self))
        if token.kind == "op" and token.text in ("∂", "∇"):
            self.take()
            return Sym(token.text)
        raise self.fail("no operand")

    def parse_bracket(self, bracket: str) -> Node:
        if bracket == "{":
            self.take()
            if self.peek.bracket == "}":
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
            if bracket == "|" and self.peek.text == "||":  # |a||b|
                self.put(Token("op", "|", False, "|"), Token("op", "|", False, "|"))
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
        if opened == "(" and self.peek.bracket == ")":
            raise self.fail("empty brackets")
        node = self.nested("tuple")
        items = node.items if isinstance(node, Seq) and node.kind == "tuple" else (node,)
        closed = (
            self.expect(")", "]", "[", ")>")
            if len(items) == 2
            else self.expect({"[": "]", "<(": ")>"}.get(opened, ")"), "]", ")")
        )
        half_open = (opened, closed) in (("[", ")"), ("(", "]"), ("]", "["), ("]", "]"), ("[", "["))
        # No point has an infinite coordinate, and no interval of reals holds its infinite end.
        if len(items) == 2 and (half_open or (opened in "([" and (items[0] in _INFINITE or items[1] in _INFINITE))):
            low_closed, high_closed = (opened == "[", closed == "]")
            return Interval(items[0], items[1], low_closed and items[0] != _MINUS_INF, high_closed and items[1] != INF)
        if opened == "[" and closed == "]" and len(items) > 1:
            return Seq("bracket", items)
        if len(items) > 1:
            return Seq("tuple", items)
        return node

    def parse_set(self) -> Node:
        self.take()
        if self.peek.bracket == "\\}":
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
            if isinstance(inner, Sym) and inner.name != "x" and symbols(condition) == {inner.name}:
                condition = replaced(condition, inner, ANY)  # {t | t < 3} is {x | x < 3}
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
        if self.peek.bracket != "{":
            return self.take().text.strip()
        depth = 0
        pieces: list[str] = []
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
                self.skip(2)
                name += "'"
            elif token.text == "^" and self.ahead(1).text == "{" and self.ahead(2).text == "prime":
                self.skip(4)
                name += "'"
            elif token.text == "^" and name in _FUNCTION_LETTERS and self.inverts():
                self.skip(5)
                name += "^-1"
            else:
                break
            plain = False
        if plain:
            return node
        return self.applied(Sym(name))

    def applied(self, node: Node) -> Node:
        """``f(x)`` for a letter that usually is a function, or before ``=``; else the letter."""
        if not isinstance(node, Sym) or self.peek.bracket != "(" or self.peek.spaced:
            return node
        if node.name.rstrip("'").split("_")[0].split("^")[0] not in _FUNCTION_LETTERS and not self.defines():
            return node
        self.take()
        inner = self.nested("tuple")
        self.expect(")")
        args = inner.items if isinstance(inner, Seq) and inner.kind == "tuple" else (inner,)
        return Call(node.name, args)

    def inverts(self) -> bool:
        """Whether ``^{-1}(`` follows: the inverse of a function."""
        return [self.ahead(offset).text for offset in range(1, 6)] == ["{", "-", "1", "}", "("]

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
            return not (isinstance(left, Num) and is_unit(word, exact=True) and self.at_item_end())  # 5 min, 5 sec
        after_number = isinstance(left, Num)
        if word in ("k", "M") and left is not None and self.ahead(1).text == "Omega":
            return False
        if len(word) == 1 and word.isascii():
            return not (
                self.letter_units and token.spaced and left is not None and is_unit(word) and self.at_item_end()
            )
        if word in GLUED and isinstance(left, Call | Mul) and not symbols(left):
            return False
        if left is not None and len(word) > 1 and (after_number or token.spaced):
            if is_unit(word, exact=word.isupper() and not token.spaced):  # 2GM is no weight in grams
                return False
        return product_of_letters(word)

    def at_item_end(self) -> bool:
        following = self.ahead(1)
        return following.kind == "end" or following.text in (",", ";", "^", "/") or following.bracket in (")", "]", "}")

    def maths_text(self, token: Token, left: Node | None) -> bool:
        word = token.text.strip()
        if (
            word in names.FUNCTIONS
            or word in names.CONSTANTS
            or word in ("e", "i", "j", "k")
            or re.fullmatch(r"[\d.,]+", word)
        ):
            return True
        return left is None or (len(word) == 1 and word.isalpha() and not is_unit(word) and not token.spaced)

    def parse_word(self) -> Node:
        token = self.peek
        word = token.text
        if word in names.FUNCTIONS:
            self.take()
            return parse_function(cast("Parser", self), names.FUNCTIONS[word])
        if word in names.CONSTANTS:
            self.take()
            return names.CONSTANTS[word]
        if len(word) == 1:
            self.take()
            node = self.symbol(word)
            return self.applied(self.named(node))
        start = _SPLIT_START.match(word)
        if start and len(word) - start.end() <= 1:
            self.put(Token("word", start[1], token.spaced), Token("word", word[start.end() :], False))
            return self.parse_word()
        if not product_of_letters(word):
            raise self.fail("a word")
        self.put(*(Token("word", letter, False) for letter in word))
        return self.parse_word()

    def parse_text(self) -> Node:
        r"""``\text{...}`` as an operand: a numeral, a function, one letter, else words."""
        token = self.take()
        word = token.text.strip()
        if word in names.FUNCTIONS:
            return parse_function(cast("Parser", self), names.FUNCTIONS[word])
        if word in names.CONSTANTS:
            return names.CONSTANTS[word]
        if len(word) == 1 and word.isalpha():
            return self.applied(self.named(self.symbol(word)))
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?", word):
            return numeral(word)
        if token.kind == "vec" or (
            word.isalpha() and word.isascii() and self.peek.text in ("(", "_") and not self.peek.spaced
        ):
            return self.named(Sym(word))
        if not word:
            return self.parse_atom()
        return Text(words(word))
