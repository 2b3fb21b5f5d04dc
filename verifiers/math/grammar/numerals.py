r"""Numerals and runs of letters: the exact value of a literal, the base that a subscript names, what can be a product."""

from __future__ import annotations

import re
from fractions import Fraction

from r1.verifiers.math.tree import Num


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


_TEXT_WORDS = frozenset(
    "per yes odd red one two six ten all any not the and for non nan inf sum max min are was but can out end old new top".split()
)


def product_of_letters(word: str) -> bool:
    """Whether a run of letters can be a product of variables: short, and no English word."""
    if not word.isascii() or word.lower() in _TEXT_WORDS:
        return False
    if len(word) <= 2:
        return word.isupper() or word.lower() not in (
            "no",
            "or",
            "if",
            "is",
            "so",
            "to",
            "of",
            "in",
            "we",
            "it",
            "he",
            "by",
            "at",
            "on",
            "as",
            "an",
        )
    if word.isupper():
        return False
    return len(word) == 3 or (len(word) <= 4 and not re.search("[aeiou]", word.lower())) or word in ("abcd",)
