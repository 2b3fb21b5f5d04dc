"""Visible text: a completion as a reader sees it, without invisible characters and look-alike encodings."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

ASCII_SPACE = " \t\n\r\f\v"

# Default-ignorable code points, and fillers that fonts draw as nothing. `str.isalnum` takes the Hangul fillers for letters,
# so remove them before any test for letters.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE_RUN = re.compile(f"[{_INVISIBLE}]+")
_LETTER_OR_DIGIT = re.compile(f"[^\\W_{_INVISIBLE}]")

# Scripts written without spaces (Thai to Khmer, kana, Han): each of their characters counts as one word.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(f"[{UNSPACED}]|[^\\s{UNSPACED}]+")


# CPython's NFKC sorts a run of combining marks in quadratic time (32,000 of them take a second). No writing system stacks
# more than a few, so a run of characters that are neither letter, digit, space nor ASCII is cut after 64.
_MOST_SPELLED = 1000  # occurrences of U+FDFA, which NFKC spells out as 18 characters; no real text has more
_STACKED = re.compile(r"([^\w\s\x00-\x7f]{64})[^\w\s\x00-\x7f]++")


def visible(text: str) -> str:
    """``text`` without invisible characters, in NFKC: full-width and mathematical letters become plain."""
    return text if text.isascii() else nfkc(_INVISIBLE_RUN.sub("", text))


def nfkc(text: str) -> str:
    """``text`` in NFKC, in linear time: of a longer stack of combining marks only the lowest 64 stay."""
    if text.count("\ufdfa") > _MOST_SPELLED:
        text = text.replace("\ufdfa", " ")
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", _STACKED.sub(r"\1", text))


def drop_invisible(text: str) -> str:
    """``text`` without invisible characters, otherwise unchanged."""
    return text if text.isascii() else _INVISIBLE_RUN.sub("", text)


find_content = _LETTER_OR_DIGIT.search
"""The first letter or digit that a reader sees, in any script, or None."""


def has_content(text: str) -> bool:
    """Whether a reader sees at least one letter or digit, in any script."""
    return find_content(text) is not None


def is_unspaced(text: str) -> bool:
    """Whether ``text`` holds a character of a script written without spaces."""
    return not text.isascii() and _UNSPACED_LETTER.search(text) is not None


def has_words(text: str, least: int) -> bool:
    """Whether at least ``least`` words of the visible text hold a letter or digit."""
    seen = drop_invisible(text)
    found = (word for word in _WORD.finditer(seen) if has_content(word.group()))
    return sum(1 for _ in islice(found, least)) == least
