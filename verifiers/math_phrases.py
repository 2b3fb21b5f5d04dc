"""Set phrases: answers that the grammar does not hold, such as times of day, numerals in a base, numbers in words, "no solution"."""

from __future__ import annotations

import re

from r1.verifiers.math_numerals import canonical_base
from r1.verifiers.math_tree import BaseNum, Call, NamedSet, Node, Num, Text, Time
from r1.verifiers.math_words import number_in_words

_TIME = re.compile(
    r"(\d{1,2})(?:\s*:\s*(\d{2})(?::(\d{2}))?)?\s*(?:\\(?:text|mathrm|textrm)\s*\{\s*)?(?:([aApP])\s?\.?\s?[mM]\.?)?\s*\}?\.?"
)
_BASED = re.compile(
    r"(?:\\(?:text|mathrm)\s*\{\s*)?\(?([0-9A-Za-z]+)\)?\s*\}?\s*(?:_\s*\{?\s*\(?(?:\\text\s*\{)?\s*(?:base\s*)?([0-9]{1,2}|[a-z]+)\s*\)?\s*\}{0,2}"
    r"|[,]?\s*\(?\s*(?:\\text\s*\{)?\s*(?:in\s+)?base[\s-]*([0-9]{1,2}|[a-z]+)\s*\}?\s*\)?)"
)
_WRAPPED = re.compile(r"\\(?:text|textbf|textrm|mathrm|mbox)\s*\{\s*([^{}]*[^{}\s])\s*\}")
_EVERYTHING = "all real numbers|all reals|the real numbers|real numbers|所有实数|全体实数|任意实数"
_NOTHING = "empty set|the empty set|空集"
_UNSOLVABLE = (
    "no solution|no solutions|no real solution|no real solutions|there is no solution|there are no solutions|there are no real solutions"
    "|无解|方程无解|原方程无解|此方程无解|该方程无解|方程组无解|不等式组无解|没有解|无实数解|方程无实数解|无实数根"
)
_NOWHERE = "does not exist|dne|d.n.e|不存在|极限不存在"
_PHRASES: dict[str, tuple[Node, ...]] = {
    **dict.fromkeys(_EVERYTHING.split("|"), (NamedSet("R"),)),
    **dict.fromkeys(_NOTHING.split("|"), (NamedSet("empty"),)),
    **dict.fromkeys(_UNSOLVABLE.split("|"), (Text("no solution"), NamedSet("empty"))),
    **dict.fromkeys(_NOWHERE.split("|"), (Text("does not exist"),)),
}


def unwrapped(text: str) -> str:
    """What a LaTeX text command holds, where it is a numeral, a number in words or one of the phrases; else the text."""
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is None:
        return text
    inner = wrapped[1]
    plain = inner[:1].isdigit() or inner.lower() in _PHRASES or number_in_words(inner) is not None
    return inner if plain else text


def phrase(text: str) -> list[Node]:
    """The readings of a time of day, a numeral in a base, a number in words or a set phrase; none for anything else."""
    if ":" in text or (text[-1:] in "mM.}" and text[:1].isdigit()):
        match = _TIME.fullmatch(text)
        if match and int(match[1]) < 25 and int(match[2] or 0) < 60 and (match[2] or match[4]):
            hours, half = int(match[1]), (match[4] or "").lower()
            if half and hours <= 12:
                hours = hours % 12 + (12 if half == "p" else 0)
            return [Time(hours * 3600 + int(match[2] or 0) * 60 + int(match[3] or 0), half)]
    if "_" in text or "base" in text:
        match = _BASED.fullmatch(text)
        base = canonical_base(match[2] or match[3]) if match else None
        if match and base and _digits_fit(match[1], base, marked="_" not in text):
            return [BaseNum(match[1].upper().lstrip("0") or "0", base)]
    if text.lower() in _PHRASES:
        return list(_PHRASES[text.lower()])
    if text[:1].isalpha() or not text.isascii():
        plain = re.sub(r"\\(?:text|mathrm|textbf)\s*\{([^{}]*)\}", r"\1", text)
        value = number_in_words(plain)
        if value is not None:
            return [Num(value) if "百分之" not in plain else Call("pct", (Num(value * 100),))]
    return []


def _digits_fit(digits: str, base: int, marked: bool) -> bool:
    if not digits[0].isdigit() and not (base > 10 and len(digits) > 1) and not marked:
        return False
    return all(int(c, 36) < base for c in digits if c.isascii()) if base <= 36 else digits.isdigit()
