"""Math."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from r1.verifiers.answer import Found, find_answer, last_number, last_value, negated, value_in_sentence
from r1.verifiers.choice import find_choice, labels
from r1.verifiers.math_equal import Equality
from r1.verifiers.math_read import read
from r1.verifiers.math_text import key, words
from r1.verifiers.math_tree import Node, ParseError, Text
from r1.verifiers.verdict import Status, TruthError, Verdict, unscored


@dataclass(frozen=True)
class Gold:
    """An accepted answer, read once.

    Attributes:
        key: what the string stage compares.
        readings: the trees, the most natural one first.
        choice: the letter, where the answer is one of A-Z (or a labelled option).
    """

    text: str
    key: str
    readings: tuple[Node, ...]
    choice: str

    @property
    def is_text(self) -> bool:
        return isinstance(self.readings[0], Text)


_HEDGE_AFTER = re.compile(r"(?:\s*[$\\)\]]*\s*)(?:\w+\s+)?(?:or|and|或者?|和|还是|、|,)\s*(?:\w+\s*=?\s*)?[$\\(\[]*\s*-?[\d\\√π]", re.I)
_HEDGE_BEFORE = re.compile(r"[\d})$\]]\s*(?:\w+\s+)?(?:\bor|\band|或者?|和|还是|、|,)\s*[$\\(\[]*\s*$", re.I)
_LISTED_LETTERS = re.compile(r"[,、;，]|\band\b|和")
_PROSE = re.compile(r"[^\W\d_]{2,}|[\u4e00-\u9fff]")
_LABELLED = re.compile(r"(?:.*\n)?\s*(?:\(([A-Z])\)|([A-Z])[.:)])\s*\S.*|(?:.*\n)?([A-Z])\s+[A-Z][a-z].*", re.S)


@lru_cache(maxsize=8192)
def read_gold(text: str) -> Gold:
    """A gold answer, read: a bare answer, or a text with a box, or prose with a final answer.

    Raises:
        TruthError: it cannot be read.
    """
    if not text.strip():
        raise TruthError(f"the gold answer {text!r} is empty")
    answer = _boxed_gold(text)
    try:
        readings = tuple(read(answer))
        if isinstance(readings[0], Text) and len(answer) > 60:
            found = find_answer(answer)
            inner = _value_of(found, answer) if found else None
            if inner:
                answer, readings = inner[0], tuple(inner[1])
    except ParseError as error:
        raise TruthError(f"the gold answer {text[:200]!r} cannot be read: {error}") from None
    choice = labels(answer)
    if not choice and isinstance(readings[0], Text):
        labelled = _LABELLED.fullmatch(answer)
        choice = next(filter(None, labelled.groups()), "") if labelled else ""
    several = len(choice) > 1 and not _LISTED_LETTERS.search(answer)  # "AC" may be a segment; "A, C" are two options
    return Gold(answer, key(answer), readings, "" if several else choice)


def _boxed_gold(text: str) -> str:
    """The content of a gold's last box (also of one that was cut off), or the text."""
    if "boxed" not in text and "fbox" not in text:
        return text
    text = text.replace("\\\\boxed", "\\boxed")
    found = find_answer(text, strict=True)
    if found and found.text:
        return found.text
    opened = text.rfind("boxed{")
    return text[opened + 6 :] if opened >= 0 else text


def _value_of(found: Found, completion: str) -> tuple[str, list[Node]] | None:
    """The value that a sentence states, with its readings."""
    whole = found.kind == "whole"
    text = completion if whole else found.text
    value = last_value(completion) if whole else value_in_sentence(found.text)
    if value is None or negated(text, value.start) or (whole and not _PROSE.search(text)):
        return None
    if _HEDGE_AFTER.match(text, value.end) or _HEDGE_BEFORE.search(text[max(0, value.start - 40) : value.start]):
        return None  # "5 or 6" is no answer
    readings = read(value.text)
    if isinstance(readings[0], Text) and value.kind == "maths":
        number = last_number(value.text)
        if number is None or negated(value.text, number.start):
            return value.text, readings
        return number.text, read(number.text)
    return value.text, readings


class Math:
    def __init__(self, *, strict: bool = False, tolerance: float = 0.0, symbolic: bool = False) -> None:
        self.strict, self.tolerance, self.symbolic = strict, tolerance, symbolic

    def validate(self, truth: Mapping[str, Any]) -> None:
        self._golds(truth)

    def _golds(self, truth: Mapping[str, Any]) -> list[Gold]:
        answer = truth.get("answer")
        answers = [answer] if isinstance(answer, str | int | float) else answer
        if not answers or not isinstance(answers, list | tuple):
            raise TruthError(f"a math task needs 'answer': a string or a list of strings, not {answer!r}")
        return [read_gold(str(item)) for item in answers]

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        try:
            golds = self._golds(truth)
        except TruthError as error:
            return unscored(str(error))
        try:
            return self._verdict(completion, golds)
        except Exception as error:  # a bug of ours is not the policy's fault
            return unscored(f"the verifier failed: {type(error).__name__}: {str(error)[:200]}")

    def _verdict(self, completion: str, golds: list[Gold]) -> Verdict:
        found = find_answer(completion, strict=self.strict)
        if found is None or not found.text:
            return Verdict(Status.MALFORMED, 0.0, {}, "no answer found")
        for gold in golds:
            stage = self._judge(found, gold, completion)
            if stage:
                return Verdict(Status.PASS, 1.0, {}, stage)
        return Verdict(Status.FAIL, 0.0, {}, "different")

    def _judge(self, found: Found, gold: Gold, completion: str) -> str:
        if key(found.text) == gold.key:
            return "string"
        if gold.choice:
            chosen = find_choice(completion)
            if chosen:
                return "choice" if chosen == gold.choice else ""
        try:
            readings = read(found.text)
        except ParseError:
            return ""
        if isinstance(readings[0], Text) and found.kind in ("anchor", "whole", "tag"):
            if gold.is_text:
                return "text" if _concludes(found.text, gold) else self._compare(gold, readings)
            try:
                value = _value_of(found, completion)
            except ParseError:
                return ""
            if value:
                readings = value[1]
        return self._compare(gold, readings)

    def equal(self, gold: str, pred: str) -> bool:
        """Whether two bare answers are the same."""
        try:
            return key(gold) == key(pred) or bool(self._compare(read_gold(gold), read(pred)))
        except (ParseError, TruthError):
            return False

    def _compare(self, gold: Gold, readings: Sequence[Node]) -> str:
        equality = Equality(self.tolerance)
        for g in gold.readings:
            for p in readings:
                if equality.answers(g, p):
                    return equality.stage
        return ""

    def many(self, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        return [self(c, t) for c, t in zip(completions, truths, strict=True)]


_LEADING_WORDS = {"therefore", "thus", "so", "hence", "it", "is", "was", "that", "then", "finally", "overall", "in", "conclusion"}


def _concludes(text: str, gold: Gold) -> bool:
    """Whether the last sentence has the gold's words for its subject ("Therefore, Marc Bulger had more yards.")."""
    wanted = words(gold.text).replace(" ,", "")
    sentence = words(text.rstrip(" .\n").rpartition("\n")[2].rpartition(". ")[2]).replace(" ,", "").split()
    while sentence and sentence[0] in _LEADING_WORDS:
        sentence = sentence[1:]
    said = " ".join(sentence)
    return bool(wanted) and said.startswith(wanted + " ") and not re.search(r"\b(?:not|or|nor|neither|and)\b|n't", said[: len(wanted) + 20])
