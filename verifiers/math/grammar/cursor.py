"""A position in the tokens of an answer: what every production of the grammar takes."""

from __future__ import annotations

from collections.abc import Callable

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.lexer import Token
from r1.verifiers.math.grammar.numerals import letter
from r1.verifiers.math.tree import Node, Num, ParseError

MAX_DEPTH = 40

UNION, INTERSECTION, SUM, PRODUCT = 20, 22, 30, 40
"""Binding powers, loosest first: `Cursor.expression` stops before an operator that binds no tighter than its argument."""


class Cursor:
    """The tokens, the position in them, and the brackets that are open there.

    A production is a function that takes a cursor and returns a node. One whose operand may be a whole formula again (a
    bracket, a power, a sum) calls `expression` or `operand`, which `parser` hands in: so productions import downwards only.

    Attributes:
        tokens: all tokens, an ``end`` token last; `put` replaces some of them.
        at: index of the next token.
        peek: the next token, always ``tokens[at]``.
        depth: number of open brackets, arguments and powers.
        bars: number of open ``|...|``: while one is open, a bar closes.
        in_set: number of open ``{...}``: while one is open, a colon means "such that".
        letter_units: whether a single letter behind a number and a space is a unit.
        factors: names before a bracket that are factors, not functions.
    """

    __slots__ = (
        "_expression",
        "_operand",
        "at",
        "bars",
        "depth",
        "factors",
        "in_set",
        "letter_units",
        "peek",
        "tokens",
    )

    def __init__(
        self,
        tokens: list[Token],
        expression: Callable[[Cursor, int], Node],
        operand: Callable[[Cursor], Node],
        *,
        letter_units: bool = False,
        factors: frozenset[str] = frozenset(),
    ) -> None:
        self.tokens = tokens
        self.at = 0
        self.peek = tokens[0]
        self.depth = 0
        self.bars = 0
        self.in_set = 0
        self.letter_units = letter_units
        self.factors = factors
        self._expression = expression
        self._operand = operand

    def expression(self, bp: int) -> Node:
        """Parse an expression whose operators all bind more tightly than the binding power ``bp``."""
        return self._expression(self, bp)

    def operand(self) -> Node:
        """Parse one operand, without the sign before it and the powers behind it."""
        return self._operand(self)

    def ahead(self, offset: int) -> Token:
        """The token ``offset`` places behind the next one; the ``end`` token beyond the last."""
        return self.tokens[min(self.at + offset, len(self.tokens) - 1)]

    def take(self) -> Token:
        """Return the next token and go on behind it.

        Raises:
            ParseError: at the end.
        """
        token = self.peek
        if token.kind == "end":
            raise ParseError("the answer ends too early")
        self.at += 1
        self.peek = self.tokens[self.at]
        return token

    def skip(self, count: int) -> None:
        """Go on over tokens that `ahead` has seen (back, if negative)."""
        self.at += count
        self.peek = self.tokens[self.at]

    def put(self, *tokens: Token) -> None:
        """Replace the next token."""
        self.tokens[self.at : self.at + 1] = tokens
        self.peek = self.tokens[self.at]

    def expect(self, *closers: str) -> str:
        """Take one of these brackets and return it.

        Raises:
            ParseError: another token is next.
        """
        found = self.peek.bracket
        if found not in closers:
            raise ParseError(f"expected {closers[0]!r}, not {self.peek.text!r}")
        self.take()
        return found

    def fail(self, why: str) -> ParseError:
        """An error that names the next token, for the caller to raise."""
        return ParseError(f"{why} at {self.peek.text!r}")

    def deeper(self) -> None:
        """Open one more level; the caller lowers `depth` when it closes.

        Raises:
            ParseError: more than `MAX_DEPTH` levels.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ParseError(f"more than {MAX_DEPTH} levels")


def parse_argument(p: Cursor) -> Node:
    r"""An argument of a LaTeX command: a group, one command, one letter or one digit (``\frac12``)."""
    token = p.peek
    if token.kind == "num" and len(token.text) > 1:
        p.put(Token("num", token.text[1:], False))
        return Num(int(token.text[0])) if token.text[0].isdigit() else p.operand()
    if token.kind == "word" and len(token.text) > 1 and token.text not in names.CONSTANTS:
        p.put(Token("word", token.text[1:], False))
        return letter(token.text[0])
    p.deeper()
    node = p.operand()
    p.depth -= 1
    return node


def parse_script(p: Cursor) -> Node:
    """A superscript: a group, one command, one letter or a whole numeral (``2^10`` is 1024, as its writer meant)."""
    token = p.peek
    word = token.text
    if token.kind == "word" and len(word) > 1 and word not in names.CONSTANTS and word not in names.FUNCTIONS:
        p.put(Token("word", word[1:], False))
        return letter(word[0])
    return p.operand()
