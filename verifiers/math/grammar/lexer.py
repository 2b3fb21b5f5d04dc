"""The lexer: cleaned text to tokens in one pass of one regular expression."""

from __future__ import annotations

import re
from dataclasses import dataclass

from r1.verifiers.math.grammar.names import BRACKET_COMMANDS
from r1.verifiers.math.tree import ParseError

MAX_TOKENS = 1500
MAX_DIGITS = 1000


@dataclass(slots=True)
class Token:
    r"""One token.

    Attributes:
        kind: ``num`` a numeral, ``rep`` a repeating decimal, ``mix`` a mixed number (``1 1/2``), ``word`` a run of letters,
            ``cmd`` a LaTeX command without its backslash, ``text`` the content of ``\text{}`` and similar commands, ``vec``
            that of ``\vec{}``, ``op`` an operator or bracket, ``end`` behind the last one.
        text: the token as written.
        spaced: whether white space precedes it.
        bracket: the canonical spelling of a bracket (``(``, ``\{``, ``lfloor``), "" for other tokens, "end" for the last.
    """

    kind: str
    text: str
    spaced: bool
    bracket: str = ""


_SPACE_GROUPS = r"\d{1,3}(?:[ ]\d{3})+(?![\d])(?:\.\d+)?"
_COMMA_GROUPS = r"[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d+)?"
_BRACE_GROUPS = r"\d+(?:\{,\}\d+)+(?:\.\d+)?"
_DECIMAL = r"(?:\d+(?:\.\d+)?|\.\d+)"
_REPEATING = r"\d*\.\d*(?:\\overline\s*\{?\s*\d+\s*\}?|\\dot\s*\{?\d\}?(?:\d*\\dot\s*\{?\d\}?)?|\(\d+\)(?!\s*[\w(]))"
_TEXT_COMMANDS = frozenset(
    "text textbf textit textrm textnormal textsf texttt textup mbox hbox operatorname mathrm mathbf mathit mathsf mathtt"
    " mathcal mathscr mathfrak mathnormal boldsymbol bm emph underline mathop mathopen mathclose pmb vec overrightarrow".split()
)
_BOLD = ("mathbf", "bm", "pmb", "boldsymbol")  # around a formula they change only its looks: \bm{\frac12}
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


def tokenize(text: str, *, thousands: bool = True) -> list[Token]:
    """The tokens of a cleaned answer, an ``end`` token last.

    Args:
        text: output of `spelling.clean`.
        thousands: read ``1,234`` and ``1 234`` as one number.

    Raises:
        ParseError: an unknown character, more than `MAX_TOKENS` tokens, or a numeral of more than `MAX_DIGITS` characters.
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
