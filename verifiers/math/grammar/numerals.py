"""Numerals and letters: the exact value of a literal, the base that a subscript names, runs of letters that are products."""

from __future__ import annotations

import re
from fractions import Fraction

from r1.verifiers.math.tree import E, I, Node, Num, Sym


def numeral(text: str) -> Num:
    """The exact value of a decimal or integer literal, with or without separators (``1,234``, ``1{,}5``, ``2.5e3``)."""
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
    r"""The exact value of a repeating decimal: ``0.1\overline{6}``, ``0.\dot{3}``, ``0.(27)``."""
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
    """The base from 2 to 64 that a subscript names ("2", "two", "hex", "base 5"), or None."""
    subscript = subscript.strip("() ").lower().removeprefix("base").strip()
    if subscript.isascii() and subscript.isdigit() and 2 <= int(subscript[:4]) <= 64:
        return int(subscript)
    return _BASES.get(subscript)


_TEXT_WORDS = frozenset(
    "per yes odd red one two six ten all any not the and for non nan inf sum max min are was but can out end old new top".split()
)
_MONTHS = frozenset("May Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec".split())
_SHORT_WORDS = frozenset("no or if is so to of in we it he by at on as an".split())


def product_of_letters(word: str) -> bool:
    """Whether a run of letters is a product of variables (``xy``, ``abc``): short, ASCII, and not an English word."""
    if not word.isascii() or word.lower() in _TEXT_WORDS or word in _MONTHS:
        return False
    if len(word) <= 2:
        return word.isupper() or word.lower() not in _SHORT_WORDS
    if word.isupper():
        return False
    return len(word) == 3 or (len(word) <= 4 and not re.search("[aeiou]", word.lower())) or word in ("abcd",)


def letter(char: str) -> Node:
    """The constant ``e`` or ``i``, or the variable of that letter."""
    return E if char == "e" else I if char == "i" else Sym(char)
