"""The exact values of numbers in English and Chinese words: "twenty-five", "one half", "三分之二", "1.5亿"."""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS = {
    name: value
    for value, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
        " nineteen".split()
    )
}
_TENS = {
    name: 10 * value
    for value, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES = {"dozen": 12, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4, "fifth": 5, "fifths": 5,
          "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8, "ninth": 9, "ninths": 9,
          "tenth": 10, "tenths": 10}  # fmt: skip
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2, "俩": 2}
_TEN = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
QUANTITY = re.compile("(负?[零一二两三四五六七八九十百千万亿分之点]+)([^零一二两三四五六七八九十百千万亿分之点]+)")
"""A number in Chinese words (group 1) and the text behind it, perhaps a unit (group 2)."""
_NUMERAL = re.compile(r"\d+(?:\.\d+)?")


def number_in_words(text: str) -> Fraction | int | None:
    """The number that the whole text spells, or None. Texts of more than 120 characters are not read.

    >>> number_in_words("One thousand six hundred twenty-five"), number_in_words("three quarters"), number_in_words("三百零五")
    (1625, Fraction(3, 4), 305)
    """
    if len(text) > 120:
        return None
    if not text.isascii():
        return _chinese(text.strip())
    words = re.split(r"[\s-]+", text.lower().strip())
    if not words[0].isalpha():
        return None
    negative = words[0] in ("minus", "negative")
    value = _english(words[1:] if negative else words)
    return -value if negative and value is not None else value


def _english(words: list[str]) -> Fraction | int | None:
    if "and" in words[1:-1] and words[-1] in _PARTS:  # one and a half, two and three quarters
        joint = len(words) - 1 - words[::-1].index("and")
        whole, part = _english(words[:joint]), _english(words[joint + 1 :])
        if isinstance(whole, int) and isinstance(part, Fraction) and 0 < part < 1:
            return whole + part
    if words and words[-1] in _PARTS and len(words) >= 2:
        top = 1 if words[:-1] in (["a"], ["one"]) else _english(words[:-1])
        return Fraction(top) / _PARTS[words[-1]] if isinstance(top, int) and top else None
    total = current = 0
    seen = False
    for index, word in enumerate(words):
        if word in _UNITS:
            if seen and current % 10 and current % 100 < 20:
                return None
            current += _UNITS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "hundred" and (seen or words[index - 1 : index] == ["a"]):
            current = max(current, 1) * 100
        elif word in _SCALES and (seen or words[index - 1 : index] == ["a"]):
            total += max(current, 1) * _SCALES[word]
            current = 0
        elif (word == "and" and seen and index + 1 < len(words)) or (word == "a" and index == 0 and len(words) > 1):
            continue
        else:
            return None
        seen = True
    return total + current if seen else None


def _chinese(text: str) -> Fraction | int | None:
    if text[:1] in ("负", "負"):
        value = _chinese(text[1:])
        return None if value is None else -value
    if "又" in text:
        whole_text, _, part_text = text.partition("又")
        whole = int(whole_text) if whole_text.isdigit() else _chinese(whole_text)
        part = _chinese(part_text)
        return whole + part if isinstance(whole, int) and isinstance(part, Fraction) and 0 < part < 1 else None
    if "分之" in text:
        bottom_text, _, top_text = text.partition("分之")
        bottom = {"百": 100, "千": 1000}.get(bottom_text) or (
            int(bottom_text) if _NUMERAL.fullmatch(bottom_text) and bottom_text.isdigit() else _chinese(bottom_text)
        )
        top = Fraction(top_text) if _NUMERAL.fullmatch(top_text) else _chinese(top_text)
        return Fraction(top) / bottom if bottom and top is not None else None
    if "点" in text or "點" in text:
        whole_text, _, rest = re.sub("點", "点", text).partition("点")
        whole = _chinese(whole_text)
        if whole is None or not rest or any(c not in _DIGITS for c in rest):
            return None
        return whole + Fraction(int("".join(str(_DIGITS[c]) for c in rest)), 10 ** len(rest))
    mixed = _NUMERAL.match(text)
    if mixed and text[mixed.end() :] in _MYRIAD:
        value = Fraction(mixed[0]) * _MYRIAD[text[mixed.end() :]]
        return value.numerator if value.denominator == 1 else value
    if not text or any(c not in _DIGITS and c not in _TEN and c not in _MYRIAD for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TEN:
            section += (digit or 1) * _TEN[c]
            digit = 0
        else:
            total = (total + section + digit) * _MYRIAD[c] if c in "亿億" else total + (section + digit) * _MYRIAD[c]
            section = digit = 0
    return total + section + digit
