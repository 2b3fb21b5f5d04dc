"""What begins at the cursor: a separator, a relation, a sign, a unit or another factor. Nothing here moves the cursor."""

from __future__ import annotations

import re

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.cursor import Cursor
from r1.verifiers.math.grammar.lexer import Token
from r1.verifiers.math.grammar.numerals import product_of_letters
from r1.verifiers.math.tree import Call, Mul, Node, Num, symbols
from r1.verifiers.math.units import GLUED, is_unit

CLOSERS = frozenset((")", "]", "}", "\\}", ")>", "rfloor", "rceil", "end", "&", "\\\\", "[", "|", "||"))
"""Brackets before which no factor begins."""
_OPENERS = frozenset(("(", "{", "lfloor", "lceil", "<(", "\\{"))
_NO_FACTOR = frozenset("end hline choose over atop not pmod to rightarrow".split())
_UNIT_JOINTS = frozenset(("/", "cdot", "*", "per"))
_NEGATED = {"=": "!=", "in": "notin", "equiv": "!="}
_DIGITS = re.compile(r"[\d.,]+")


def separator(p: Cursor) -> str:
    """The separator of list items: "," ";" "and" "or", "inter" for an intersection, "then" for an implication, or ""."""
    token = p.peek
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
            return "inter" if token.text == "cap" else "and"
        if token.text in names.OR_COMMANDS:
            return "or"
    if token.text in names.IMPLIES and token.kind in ("cmd", "op"):
        return "then"
    return ""


def relation_sign(p: Cursor) -> str:
    r"""The relation, spelled as in `tree.Rel`, or "". ``\mid`` does not count: it mostly means "such that"."""
    token = p.peek
    if token.kind == "op":
        return names.RELATIONS.get(token.text, "")
    if token.kind == "cmd":
        if token.text == "not" and p.ahead(1).text in _NEGATED:
            return _NEGATED[p.ahead(1).text]
        return names.RELATIONS.get(token.text, "") if token.text != "mid" else ""
    return ""


def additive_sign(p: Cursor) -> str:
    """ "+", "-", "pm", "mp" or ""."""
    token = p.peek
    if token.kind == "op":
        return token.text if token.text in ("+", "-") else ""
    return names.PLUS_MINUS.get(token.text, "") if token.kind == "cmd" else ""


def at_item_end(p: Cursor) -> bool:
    """Whether the next token is the last of its list item, but for a power and the units that it is multiplied or divided by."""
    offset = _behind_power(p, 1)
    inside = 0  # a bracket below the slash: J/(kg*K)
    while p.ahead(offset).text in _UNIT_JOINTS:
        opens = not inside and p.ahead(offset + 1).text == "("
        if p.ahead(offset + 1 + opens).kind not in ("word", "text"):
            break
        inside += opens
        offset = _behind_power(p, offset + 2 + opens)
    offset += bool(inside) and p.ahead(offset).text == ")"
    following = p.ahead(offset)
    return following.kind == "end" or following.text in (",", ";") or following.bracket in (")", "]", "}")


def _behind_power(p: Cursor, offset: int) -> int:
    """The offset behind the power that stands at an offset (``^2``, ``^{-1}``); the same offset if there is none."""
    if p.ahead(offset).text not in ("^", "**"):
        return offset
    braced = p.ahead(offset + 1).text == "{"
    signed = p.ahead(offset + 1 + braced).text == "-"
    number = offset + 1 + braced + signed
    return number + 1 + braced if p.ahead(number).kind == "num" else offset


def unit_slash(p: Cursor) -> bool:
    """Whether a slash and a written-out unit follow: the ``/hour`` of ``5/hour``."""
    if p.peek.text != "/":
        return False
    token = p.ahead(1)
    word = token.text.strip() if token.kind in ("word", "text") else ""
    return len(word) > 1 and is_unit(word, exact=True) and p.ahead(2).bracket != "("


def unit_command(p: Cursor, left: Node) -> bool:
    r"""Whether a Greek letter is a unit or its prefix, as in ``50\,\Omega`` and ``3\,\mu\mathrm{m}``."""
    token = p.peek
    if token.kind != "cmd" or token.text not in ("Omega", "mu") or symbols(left):
        return False
    if token.text == "Omega":
        return (token.spaced or isinstance(left, Num)) and at_item_end(p)
    following = p.ahead(1)
    return following.kind in ("word", "text") and is_unit("mu" + following.text.strip())


def starts_factor(p: Cursor, left: Node, *, whole: bool = False) -> bool:
    """Whether the next token begins a factor that is multiplied with ``left``.

    Args:
        p: the cursor, behind ``left``.
        left: the factors parsed so far.
        whole: nothing precedes ``left`` in its list item, so that a single letter behind it may be its unit.
    """
    token = p.peek
    kind = token.kind
    if kind in ("num", "rep"):
        # "2^6 3^5" is a product, "2 3" is not, and "1 1/2" is a mixed number.
        if isinstance(left, Num) or (isinstance(left, Mul) and isinstance(left.factors[-1], Num)):
            return token.spaced and p.ahead(1).text == "/" and p.ahead(2).kind == "num"
        return True
    if kind == "word":
        return not separator(p) and _is_math_word(p, token, left, whole)
    if kind == "text":
        return not separator(p) and _is_math_text(token)
    if kind == "vec":
        return True
    bracket = token.bracket
    if bracket in ("|", "||"):
        return not p.bars
    if bracket == "[":
        following = p.ahead(1)
        return following.bracket not in CLOSERS and following.text not in names.SET_OPERATORS and following.text != ","
    if bracket:
        return bracket in _OPENERS
    if kind == "cmd":
        text = token.text
        return not (text in names.RELATIONS or separator(p) or unit_command(p, left) or text in _NO_FACTOR)
    return False


def _is_math_word(p: Cursor, token: Token, left: Node, whole: bool) -> bool:
    """Whether letters behind ``left`` are variables or a function, not a word or a unit."""
    word = token.text
    if word in names.FUNCTIONS or word in names.CONSTANTS:
        return not (isinstance(left, Num) and is_unit(word, exact=True) and at_item_end(p))  # 5 min, 5 sec
    if word in names.SPELLED_GREEK:
        return True
    if word in ("k", "M") and p.ahead(1).text == "Omega":
        return False
    if len(word) == 1 and word.isascii():
        return not (whole and token.spaced and is_unit(word) and not symbols(left) and at_item_end(p))
    if word in GLUED and isinstance(left, Call | Mul) and not symbols(left):
        return False
    if len(word) > 1 and (isinstance(left, Num) or token.spaced):
        if is_unit(word, exact=word.isupper() and not token.spaced):  # 2GM is a product, not a weight in grams
            return False
    return product_of_letters(word)


def _is_math_text(token: Token) -> bool:
    r"""Whether the content of a ``\text{...}`` is a function, a constant, a numeral, or a letter other than a unit."""
    word = token.text.strip()
    if word in names.FUNCTIONS or word in names.CONSTANTS or word in ("e", "i", "j", "k") or _DIGITS.fullmatch(word):
        return True
    return len(word) == 1 and word.isalpha() and not is_unit(word) and not token.spaced
