"""Math."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from r1.verifiers.answer import Found, find_answer, last_value, negated, value_in_sentence
from r1.verifiers.math_equal import Equality
from r1.verifiers.math_read import read
from r1.verifiers.math_text import clean, key
from r1.verifiers.math_tree import Node, ParseError, Text
from r1.verifiers.verdict import Status, TruthError, Verdict, unscored


@dataclass(frozen=True)
class Gold:
    """An accepted answer, read once."""

    text: str
    readings: tuple[Node, ...]
    choice: str = ""

    @property
    def is_text(self) -> bool:
        return isinstance(self.readings[0], Text)


_CHOICE = re.compile(r"\(?([A-Z])\)?[.:]?")
_LABELLED = re.compile(r"(?:.*\n)?\s*(?:\(([A-Z])\)|([A-Z])[.:]?)\s+[^\W\d_].*", re.S)


@lru_cache(maxsize=4096)
def read_gold(text: str) -> Gold:
    if not isinstance(text, str) or not text.strip():
        raise TruthError(f"the gold answer {text!r} is empty")
    answer = _gold_answer(text)
    try:
        readings = tuple(read(answer))
    except ParseError as error:
        raise TruthError(f"the gold answer {text!r} cannot be read: {error}") from None
    choice = _CHOICE.fullmatch(re.sub(r"\\(?:text|textbf|mathrm|mathbf)\s*\{([^{}]*)\}", r"\1", clean(answer)).strip(" *"))
    return Gold(answer, readings, choice[1] if choice else "")


def _gold_answer(text: str) -> str:
    if "boxed" in text or "fbox" in text:
        found = find_answer(text.replace("\\\\boxed", "\\boxed"), strict=True)
        if found and found.text:
            return found.text
        at = max(text.rfind("boxed{") + 6, 6)
        return text[at:]
    return text


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
        if key(found.text) == key(gold.text):
            return "string"
        try:
            readings = read(found.text)
        except ParseError:
            return ""
        if isinstance(readings[0], Text) and not gold.is_text and found.kind in ("anchor", "whole", "tag"):
            value = None
            if not negated(found.text):
                value = value_in_sentence(found.text) if found.kind != "whole" else last_value(completion)
            if value:
                try:
                    readings = read(value.text)
                except ParseError:
                    return ""
        equality = Equality(self.tolerance)
        for g in gold.readings:
            for p in readings:
                if equality.answers(g, p):
                    return equality.stage
        return ""

    def many(self, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        return [self(c, t) for c, t in zip(completions, truths, strict=True)]
