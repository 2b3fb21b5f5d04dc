r"""The tokeniser: cleaned text to tokens, one pass, one regular expression.

A token is ``(kind, text, spaced)``. Kinds: ``num`` a numeral, ``word`` a run of letters, ``cmd`` a LaTeX command without its
backslash, ``text`` the content of ``\text{}`` and its kin, ``op`` one operator or bracket, ``end``. ``spaced``: white space
stands before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from r1.verifiers.math.grammar.names import BRACKET_COMMANDS
from r1.verifiers.math.tree import ParseError

MAX_DEPTH = 40
MAX_TOKENS = 1500
MAX_DIGITS = 1000
CLOSERS = {")", "]", "}", "\\}", ")>", "rfloor", "rceil", "end", "&", "\\\\", "[", "|", "||"}
"""Brackets before which no factor begins."""


@dataclass(slots=True)
class Token:
    """One token. A class with slots: its fields are read ten times as often as it is made."""

    kind: str
    text: str
    spaced: bool
    bracket: str = ""  # the bracket that it is, in one spelling: ``(``, ``\{``, ``lfloor`` ...; "" for none


_SPACE_GROUPS = r"\d{1,3}(?:[ ]\d{3})+(?![\d])(?:\.\d+)?"
_COMMA_GROUPS = r"[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d+)?"
_BRACE_GROUPS = r"\d+(?:\{,\}\d+)+(?:\.\d+)?"
_DECIMAL = r"(?:\d+(?:\.\d+)?|\.\d+)"
_REPEATING = r"\d*\.\d*(?:\\overline\s*\{?\s*\d+\s*\}?|\\dot\s*\{?\d\}?(?:\d*\\dot\s*\{?\d\}?)?|\(\d+\)(?!\s*[\w(]))"
_TEXT_COMMANDS = frozenset(
    "text textbf textit textrm textnormal textsf texttt textup mbox hbox operatorname mathrm mathbf mathit mathsf mathtt"
    " mathcal mathscr mathfrak mathnormal boldsymbol bm emph underline mathop mathopen mathclose pmb vec overrightarrow".split()
)
_BOLD = ("mathbf", "bm", "pmb", "boldsymbol")  # around a formula they are only looks: \bm{\frac12}
_FORMULA = re.compile(r"[\\\d+=^-]")
_TEXT_ARGUMENT = re.compile(r"\*?\s*(?:\{([^{}]*)\}|([A-Za-z])(?![A-Za-z]))")


def _pattern(thousands: bool) -> re.Pattern[str]:
    groups = f"{_BRACE_GROUPS}|{_COMMA_GROUPS}|{_SPACE_GROUPS}" if thousands else _BRACE_GROUPS
    return re.compile(
        r"(?P<blank>\s+)"
        r"|(?P<word>[A-Za-z]+|[^\W\d_A-Za-z]+)"
        r"|(?P<cmd>\\[A-Za-z]+)"
        rf"|(?=[\d.])(?:(?P<rep>{_REPEATING})"
        r"|(?P<mix>(?<![\d.,])\d+[ ]+\d+\s*/\s*\d+(?![\d.,!^]))"
        rf"|(?P<num>(?:{groups}|{_DECIMAL})(?:[eE][-+]?\d+(?![\w.]))?))"
        r"|(?P<op>\\\\|\\[{}|%$#&_]|\*\*|<=|>=|(?<=\d)!(?==)|!=|==|:=|=>|\|\||''?'?|[^\s\w\\]|_)"
        r"|(?P<other>.)",
        re.S,
    )


_OP_BRACKETS = {char: char for char in ("(", ")", "[", "]", "{", "}", "|", "&", "\\{", "\\}", "||", "\\\\")} | {
    "\\|": "||"
}
_CMD_BRACKETS = {name: spelling.replace("{", "\\{").replace("}", "\\}") for name, spelling in BRACKET_COMMANDS.items()}
_PATTERNS = {True: _pattern(True), False: _pattern(False)}


def tokenise(text: str, *, thousands: bool = True) -> list[Token]:
    """The tokens of a cleaned answer, with an ``end`` token behind them.

    Args:
        text: output of `math_text.clean`.
        thousands: read ``1,234`` and ``1 234`` as one number.

    Raises:
        ParseError: a character that no answer has, or more tokens than `MAX_TOKENS`.
    """
    tokens: list[Token] = []
    pattern = _PATTERNS[thousands]
    at, spaced = 0, False
    while match := pattern.match(text, at):
        kind, piece, at = match.lastgroup or "", match[0], match.end()
        if kind == "blank":
            spaced = True
            continue
        bracket = ""
        if kind == "op":
            bracket = _OP_BRACKETS.get(piece, "")
        elif kind == "cmd":
            piece = piece[1:]
            bracket = _CMD_BRACKETS.get(piece, "")
            argument = _TEXT_ARGUMENT.match(text, at) if piece in _TEXT_COMMANDS else None
            if argument and not (piece in _BOLD and _FORMULA.search(argument[0])):
                inner, at = argument[1] if argument[1] is not None else argument[2], argument.end()
                kind, spaced = "vec" if piece in ("vec", "overrightarrow") else "text", spaced or inner[:1] == " "
                piece, bracket = inner, ""
        elif kind == "other":
            raise ParseError(f"unexpected character {piece!r}")
        elif len(piece) > MAX_DIGITS and kind in ("num", "rep", "mix"):
            raise ParseError(f"a numeral of {len(piece)} characters")
        tokens.append(Token(kind, piece, spaced, bracket))
        spaced = False
        if len(tokens) > MAX_TOKENS:
            raise ParseError(f"more than {MAX_TOKENS} tokens")
    tokens.append(Token("end", "", spaced, "end"))
    return tokens


class Cursor:
    """A place in the tokens, and the state of what is open around it."""

    def __init__(self, tokens: list[Token], *, letter_units: bool = False) -> None:
        self.tokens = tokens
        self.at = 0
        self.peek = tokens[0]  # the next token, always tokens[at]
        self.depth = 0
        self.bars = 0  # open |...|: a bar inside closes before it opens
        self.letter_units = letter_units
        self.in_set = 0  # inside {...}: a colon says "such that"

    def ahead(self, offset: int) -> Token:
        return self.tokens[min(self.at + offset, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.peek
        if token.kind == "end":
            raise ParseError("the answer ends too early")
        self.at += 1
        self.peek = self.tokens[self.at]
        return token

    def skip(self, count: int) -> None:
        """Go on over tokens that `ahead` has seen."""
        self.at += count
        self.peek = self.tokens[self.at]

    def put(self, *tokens: Token) -> None:
        """Others in the place of the next token."""
        self.tokens[self.at : self.at + 1] = tokens
        self.peek = self.tokens[self.at]

    def expect(self, *closers: str) -> str:
        found = self.peek.bracket
        if found not in closers:
            raise ParseError(f"expected {closers[0]!r}, not {self.peek.text!r}")
        self.take()
        return found

    def fail(self, why: str) -> ParseError:
        return ParseError(f"{why} at {self.peek.text!r}")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ParseError(f"more than {MAX_DEPTH} levels")
