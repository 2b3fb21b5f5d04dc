"""The gold answer, read once and kept: a bare answer, a text with a box, a labelled option, or prose with a final answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from r1.verifiers.answer import Found, find_answer, last_number, last_value, negated, value_in_sentence
from r1.verifiers.choice import labels
from r1.verifiers.math_read import read
from r1.verifiers.math_text import key, words
from r1.verifiers.math_tree import Node, ParseError, Text
from r1.verifiers.verdict import TruthError


@dataclass(frozen=True, slots=True)
class Gold:
    """An accepted answer.

    Attributes:
        text: the answer as written.
        key: what the string stage compares.
        readings: its trees, the most natural one first.
        choice: the option letters, where it is a choice.
        opaque: a formula that we cannot read: only the same text is equal, and nothing else can be called wrong.
    """

    text: str
    key: str
    readings: tuple[Node, ...]
    choice: str
    opaque: bool

    @property
    def is_text(self) -> bool:
        """Whether the answer consists of words."""
        return isinstance(self.readings[0], Text)


_LISTED_LETTERS = re.compile(r"[,、;，]|\band\b|和")
_LABELLED = re.compile(r"(?:.*\n)?\s*(?:\(([A-Z])\)|([A-Z])[.:)])\s*\S.*|(?:.*\n)?([A-Z])\s+[A-Z][a-z].*", re.S)
_FORMULA = re.compile(r"\\(?:frac|sqrt|sum|prod|int|lim|begin|binom|left|overline|cdot|times|pi|log|ln|sin|cos|tan)\b|[\^=]|_\{")


def golds(truth: Mapping[str, Any]) -> list[Gold]:
    """Every accepted answer of a truth ``{"answer": str | number | list of them}``.

    Raises:
        TruthError: there is none, or one of them cannot be read.
    """
    answer = truth.get("answer")
    answers = answer if isinstance(answer, list | tuple) else [answer]
    if not answers or any(not isinstance(item, str | int | float) or isinstance(item, bool) for item in answers):
        raise TruthError(f"a math task needs 'answer': a string or a list of strings, not {answer!r}")
    return [read_gold(str(item)) for item in answers]


@lru_cache(maxsize=8192)
def read_gold(text: str) -> Gold:
    """A gold answer, read.

    Raises:
        TruthError: it is empty, its braces do not match, or it is too long to be an answer.
    """
    answer = boxed_gold(text)
    try:
        if not answer.strip():
            raise ParseError("it is empty")
        readings = tuple(read(answer))
        if isinstance(readings[0], Text) and len(answer) > 60:
            found = find_answer(answer)
            inner = stated_value(found, answer) if found else None
            if inner:
                answer, readings = inner[0], tuple(inner[1])
    except ParseError as error:
        raise TruthError(f"the gold answer {text[:200]!r} cannot be read: {error}") from None
    opaque = isinstance(readings[0], Text) and _FORMULA.search(answer) is not None
    if opaque and answer.replace("\\{", "").replace("\\}", "").count("{") != answer.replace("\\{", "").replace("\\}", "").count("}"):
        raise TruthError(f"the gold answer {text[:200]!r} cannot be read: its braces do not match")
    return Gold(answer, key(answer), readings, _choice(answer, readings), opaque)


def _choice(answer: str, readings: tuple[Node, ...]) -> str:
    choice = labels(answer)
    if len(choice) > 1:  # "AC" may be a segment; "A, C" are two options
        return choice if _LISTED_LETTERS.search(answer) else ""
    if not choice and isinstance(readings[0], Text):
        labelled = _LABELLED.fullmatch(answer)
        choice = next(filter(None, labelled.groups()), "") if labelled else ""
    return choice


def boxed_gold(text: str) -> str:
    """The content of a gold's last box (also of one that was cut off), or the text."""
    if "boxed" not in text and "fbox" not in text:
        return text
    text = text.replace("\\\\boxed", "\\boxed")
    found = find_answer(text, strict=True)
    if found and found.text:
        return found.text
    opened = text.rfind("boxed{")
    return text[opened + 6 :] if opened >= 0 and not text[opened + 6 :].strip().startswith("}") else "" if found else text


# -------------------------------------------------------------------------------------------------- values in sentences

_HEDGE_AFTER = re.compile(
    r"\s*[$\\)\]]*\s*(?:\w+\s+)?(?:or|and|或者?|和|还是|、|,)\s*(?:\w+\s*=?\s*)?[$\\(\[]*\s*-?[\d\\√π]", re.I
)
_HEDGE_BEFORE = re.compile(r"[\d})$\]]\s*(?:\w+\s+)?(?:\bor|\band|或者?|和|还是|、|,)\s*[$\\(\[]*\s*$", re.I)
_PROSE = re.compile(r"[^\W\d_]{2,}|[\u4e00-\u9fff]")


def stated_value(found: Found, completion: str) -> tuple[str, list[Node]] | None:
    """The one value that prose states, with its readings; None where there is none, it is denied, or there are several.

    Raises:
        ParseError: it is too long to be an answer.
    """
    whole = found.kind == "whole"
    text = completion if whole else found.text
    value = last_value(completion) if whole else value_in_sentence(found.text)
    if value is None or negated(text, value.start) or (whole and not _PROSE.search(text)):
        return None
    if _HEDGE_AFTER.match(text, value.end) or _HEDGE_BEFORE.search(text[max(0, value.start - 40) : value.start]):
        return None
    readings = read(value.text)
    if isinstance(readings[0], Text) and value.kind == "maths":
        number = last_number(value.text)
        if number is None or negated(value.text, number.start):
            return value.text, readings
        return number.text, read(number.text)
    return value.text, readings


_LEADING_WORDS = {"therefore", "thus", "so", "hence", "it", "is", "was", "that", "then", "finally", "overall", "in", "conclusion"}
_DOUBT = re.compile(r"\b(?:not|or|nor|neither|and)\b|n't")


def concludes(text: str, gold: Gold) -> bool:
    """Whether the last sentence has the gold's words for its subject ("Therefore, Marc Bulger had more yards.")."""
    wanted = words(gold.text).replace(" ,", "")
    sentence = words(text.rstrip(" .\n").rpartition("\n")[2].rpartition(". ")[2]).replace(" ,", "").split()
    while sentence and sentence[0] in _LEADING_WORDS:
        sentence = sentence[1:]
    said = " ".join(sentence)
    return bool(wanted) and said.startswith(wanted + " ") and not _DOUBT.search(said[: len(wanted) + 20])
