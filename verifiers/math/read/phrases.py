"""Set phrases: answers outside the grammar, such as times of day, numerals in a base, numbers in words and "no solution"."""

from __future__ import annotations

import re
from fractions import Fraction

from r1.verifiers.math.grammar.numerals import canonical_base
from r1.verifiers.math.read.number_words import QUANTITY, number_in_words
from r1.verifiers.math.spelling import words
from r1.verifiers.math.tree import INF, BaseNum, Call, NamedSet, Node, Num, Quantity, Text, Time, neg
from r1.verifiers.math.units import canonical_unit, is_unit

_TIME = re.compile(
    r"(\d{1,2})(?:\s*[:时時点點]\s*(\d{2})分?(?::(\d{2}))?)?\s*(?:\\(?:text|mathrm|textrm)\s*\{\s*)?(?:([aApP])\s?\.?\s?[mM]\.?)?\s*\}?\.?"
)
_BASED = re.compile(
    r"(?:\\(?:text|mathrm)\s*\{\s*)?\(?([0-9A-Za-z]+)\)?\s*\}?\s*(?:_\s*\{?\s*\(?(?:\\text\s*\{)?\s*(?:base\s*)?([0-9]{1,2}|[a-z]+)\s*\)?\s*\}{0,2}"
    r"|[,]?\s*\(?\s*(?:\\text\s*\{)?\s*\(?\s*(?:in\s+)?base[\s-]*([0-9]{1,2}|[a-z]+)\s*\)?\s*\}?\s*\)?)"
)
_CODE_NUMERAL = re.compile(r"0([xXoObB])([0-9A-Fa-f]+)")
_STATEMENTS = re.compile(
    r"(?:\\(?:text|textbf|mathrm)\s*\{\s*)?[IVX]{1,4}(?:(?:\s*[,;]|\s+and\b)+\s*[IVX]{1,4})*(?:\s+only)?\s*\}?"
)  # I and III
_WRAPPED = re.compile(r"\\(?:text|textbf|textrm|mathrm|mbox)\s*\{\s*([^{}]*[^{}\s])\s*\}")
_BRACKETED_NUMBER = re.compile(r"^\(\s*(-?\d[\d.,/]*)\s*\)$")
_EVERYTHING = "all real numbers|all reals|the real numbers|real numbers|实数集|所有实数|全体实数|任意实数"
_NOTHING = "empty set|the empty set|空集"
_UNSOLVABLE = (
    "no solution|no solutions|no real roots|no real root|no roots|no real solution|no real solutions"
    "|there is no solution|there are no solutions|there are no real solutions"
    "|无解|方程无解|原方程无解|此方程无解|该方程无解|方程组无解|不等式组无解|没有解|无实数解|方程无实数解|无实数根"
)
_NOWHERE = "does not exist|dne|d.n.e|不存在|极限不存在"
_ENDLESS = (
    "infinitely many|infinitely many solutions|infinite solutions|infinite number of solutions|an infinite number of solutions"
    "|there are infinitely many|there are infinitely many solutions|无穷多|无穷多个|无数个|无穷多解|有无穷多个|有无数个"
)
_PHRASES: dict[str, tuple[Node, ...]] = {
    "n/a": (Text("n/a"),),
    **dict.fromkeys(_ENDLESS.split("|"), (Text("infinitely many"),)),
    **dict.fromkeys(("无穷大", "正无穷", "正无穷大"), (INF,)),
    **dict.fromkeys(("负无穷", "负无穷大"), (neg(INF),)),
    **dict.fromkeys(_EVERYTHING.split("|"), (NamedSet("R"),)),
    **dict.fromkeys(_NOTHING.split("|"), (NamedSet("empty"),)),
    **dict.fromkeys(_UNSOLVABLE.split("|"), (Text("no solution"), NamedSet("empty"))),
    **dict.fromkeys(_NOWHERE.split("|"), (Text("does not exist"),)),
}
_ANNOUNCED = re.compile(  # "There are 12 apples", "Answer: 5"
    r"(?:(?:there|it|the\s+[\w\s]{1,40}?)\s+(?:is|are|equals)\s|(?:final\s+)?answer\s*:|共有?)\s*(?=[-+$]?\d)", re.I
)
_ALL_BUT = re.compile(
    r"(?:x\s*\\in\s*)?(?:all\s+)?(?:reals?|real\s+numbers|real\s+values(?:\s+of)?)(?:\s+\$?[a-z]\$?)?\s*,?\s*"
    r"(?:except|excluding|other\s+than|but\s+not)(?:\s+for)?\s+(.+)",
    re.I,
)
_IN_TEXT = re.compile(r"\\(?:text|textbf|mathrm|mbox)\s*\{([^{}]*)\}")
_PARTS = {("h", "min"): 60, ("min", "s"): 60, ("day", "h"): 24, ("week", "day"): 7, ("year", "month"): 12, ("ft", "in"): 12,
          ("lb", "oz"): 16, ("¥", "角"): 10}  # fmt: skip
_COMPOUND = re.compile(
    r"(\d+)\s*(?:\\(?:text|mathrm)\s*\{)?\s*([A-Za-z]+|[\u4e00-\u9fff]+)\.?\s*\}?\s*(?:,|and|\\text\s*\{\s*and\s*\})?\s*"
    r"(\d+(?:\.\d+)?)\s*(?:\\(?:text|mathrm)\s*\{)?\s*([A-Za-z]+|[\u4e00-\u9fff]+)\.?\s*\}?"
)


def unwrapped(text: str) -> str:
    """The content of a LaTeX text command around the whole answer, if it is a number or a set phrase; else the text unchanged."""
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is None:
        return text
    inner = _BRACKETED_NUMBER.sub(r"\1", wrapped[1])
    if announced := _ANNOUNCED.match(inner):
        return inner[announced.end() :]
    plain = inner.removeprefix("-")[:1].isdigit() or inner.lower() in _PHRASES or number_in_words(inner) is not None
    return inner if plain else text


def all_but(text: str) -> str:
    """The text "all real numbers except x = 0" as the reals minus a set, in LaTeX; any other text unchanged."""
    match = _ALL_BUT.fullmatch(_IN_TEXT.sub(r" \1 ", text).strip())
    if match is None:
        return text
    values = re.sub(r"\b[a-z]\s*=|\band\b|\bor\b", lambda m: "," if m[0] in ("and", "or") else "", match[1])
    return f"\\mathbb{{R}}\\setminus\\{{{values}\\}}"


def phrase(text: str) -> list[Node]:
    """The readings of a time of day, numeral in a base, number in words, compound quantity or set phrase; [] for other texts."""
    if ":" in text or (text[-1:] in "mM.}分" and text[:1].isdigit()):
        match = _TIME.fullmatch(text)
        if match and int(match[1]) < 25 and int(match[2] or 0) < 60 and (match[2] or match[4]):
            hours, half = int(match[1]), (match[4] or "").lower()
            if half and hours <= 12:
                hours = hours % 12 + (12 if half == "p" else 0)
            return [Time(hours * 3600 + int(match[2] or 0) * 60 + int(match[3] or 0), half)]
    if text[:1] == "0" and (code := _CODE_NUMERAL.fullmatch(text)):
        named = {"x": 16, "o": 8, "b": 2}[code[1].lower()]
        return [BaseNum(code[2].upper().lstrip("0") or "0", named)] if _digits_fit(code[2], named, marked=True) else []
    if "_" in text or "base" in text:
        match = _BASED.fullmatch(text)
        base = canonical_base(match[2] or match[3]) if match else None
        if match and base and _digits_fit(match[1], base, marked="_" not in text):
            return [BaseNum(match[1].upper().lstrip("0") or "0", base)]
    if ("II" in text or "IV" in text) and _STATEMENTS.fullmatch(text):
        return [Text(words(text))]
    if text.lower() in _PHRASES:
        return list(_PHRASES[text.lower()])
    if text[:1].isdigit() and (quantity := _compound(text)):
        return [quantity]
    if text[:1].isalpha() or not text.isascii():
        plain = re.sub(r"\\(?:text|mathrm|textbf)\s*\{([^{}]*)\}", r"\1", text)
        value = number_in_words(plain)
        if value is not None:
            return [Num(value) if "百分之" not in plain else Call("pct", (Num(value * 100),))]
        if not plain.isascii():
            return _quantity_in_words(plain)
    return []


def _compound(text: str) -> Quantity | None:
    """The quantity "5 hours 20 minutes" in its larger unit, or None for other texts."""
    match = _COMPOUND.fullmatch(text)
    if match is None or not is_unit(match[2]) or not is_unit(match[4]):
        return None
    unit = canonical_unit(match[2])
    parts = _PARTS.get((unit, canonical_unit(match[4])))
    return Quantity(Num(int(match[1]) + Fraction(match[3]) / parts), unit) if parts else None


def _quantity_in_words(text: str) -> list[Node]:
    """The quantity "五元", a number in Chinese words with a known unit; [] for other texts."""
    match = QUANTITY.fullmatch(text)
    value = number_in_words(match[1]) if match else None
    if match is None or value is None or not is_unit(match[2]):
        return []
    return [Quantity(Num(value), canonical_unit(match[2]))]


def _digits_fit(digits: str, base: int, marked: bool) -> bool:
    if not digits[0].isdigit() and not (base > 10 and len(digits) > 1) and not marked:
        return False
    return all(int(c, 36) < base for c in digits if c.isascii()) if base <= 36 else digits.isdigit()
