"""Math: judges the final answer of a completion by rules alone: microseconds, no signals, safe in threads.

The stages of a comparison, cheapest first; `Verdict.note` names the one that decided:

``string`` the same text apart from white space and LaTeX styling · ``exact`` rationals · ``digits`` a long decimal that rounds
the exact value · ``algebra`` a canonical form of polynomials, surds and logarithms · ``numeric`` balls of proved width at
fixed points (`values/balls`) · ``symbolic`` SymPy in a process that is killed at its budget (only with ``symbolic=True``).
Answers that are not expressions have rules of their kind: ``set``, ``relation``, ``unit``, ``base``, ``time``, ``text``, ``choice``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from r1.verifiers.answer.find import find_answer
from r1.verifiers.answer.options import find_choice
from r1.verifiers.answer.region import Found
from r1.verifiers.answer.values import value_of_clause
from r1.verifiers.math.equal.answers import Equality
from r1.verifiers.math.gold import Gold, golds, plain_number, read_gold
from r1.verifiers.math.prose import behind_conclusion, boxed_sentence, candidate, concludes, denied, is_prose, stated
from r1.verifiers.math.read.pair import pairs
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.spelling import key
from r1.verifiers.math.tree import Node, ParseError, Text
from r1.verifiers.math.value_form import is_value
from r1.verifiers.verdict import BaseVerifier, Status, TruthError, Verdict, unscored

_PROSE_KINDS = ("anchor", "whole", "tag", "json")
_FIRST_WORD = re.compile(r"\s*(?:\\(?:text|textbf|mathrm|mbox)\s*\{\s*)?[A-Za-z][a-z]{2,}")


@lru_cache(4096)
def _same_text(answer: str) -> Verdict:
    return Verdict(Status.PASS, 1.0, {}, "string", answer)


def _must_be_value(verdict: Verdict, accepted: Sequence[Gold]) -> Verdict:
    """The verdict, or a failing one on an answer that is right but still to be evaluated."""
    answer = verdict.answer or ""
    numbers = [gold.number for gold in accepted if gold.number is not None]
    if not verdict or not numbers or is_value(answer, numbers):
        return verdict
    return Verdict(Status.FAIL, 0.0, {}, f"{answer[:60]!r} is an expression, not its value", answer)


class Math(BaseVerifier):
    """Verifier of mathematical answers. Truth: ``{"answer": str | number | list of accepted answers}``, for tasks that ask
    to evaluate an expression also ``"form": "value"`` (`value_form`).

    Args:
        strict: only a box (or a box inside ``<answer>``) counts as an answer.
        tolerance: relative tolerance between two real numbers, in [0, 1); 0 means exact.
        symbolic: ask SymPy, in a separate process, what the other stages leave undecided. For evaluation: it can take seconds.

    Raises:
        ValueError: the tolerance is out of range.
    """

    def __init__(self, *, strict: bool = False, tolerance: float = 0.0, symbolic: bool = False) -> None:
        if not 0 <= tolerance < 1:
            raise ValueError(f"tolerance {tolerance} is out of range; expected a relative tolerance in [0, 1)")
        self.strict, self.tolerance, self.symbolic = strict, tolerance, symbolic

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Check a truth when its task is loaded.

        Raises:
            TruthError: the truth cannot be judged.
        """
        for gold in golds(truth):
            if gold.opaque:
                raise TruthError(f"the gold answer {gold.text[:200]!r} is a formula that cannot be read")

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """Judge one completion: reward 1.0 or 0.0, or None (unscored) if the truth cannot be judged."""
        try:
            accepted = golds(truth)
        except TruthError as error:
            return unscored(str(error))
        try:
            verdict = self._verdict(completion, accepted)
            return _must_be_value(verdict, accepted) if truth.get("form") == "value" else verdict
        except TruthError as error:
            return unscored(str(error))
        except Exception as error:  # a bug in the verifier must not cost the policy reward
            return unscored(f"the verifier failed: {type(error).__name__}: {str(error)[:200]}")

    def equal(self, gold: str, answer: str) -> bool:
        """Whether two answers without surrounding text are equal under the policy.

        Raises:
            TruthError: the gold cannot be read.
        """
        accepted = read_gold(gold)
        try:
            return key(answer) == accepted.key or self._compare(accepted, read(answer))[0]
        except ParseError:
            return False

    def _verdict(self, completion: str, accepted: Sequence[Gold]) -> Verdict:
        found = find_answer(completion, strict=self.strict)
        if found is None or not found.text.strip(" .,:;*$"):
            return Verdict(
                Status.MALFORMED, 0.0, {}, "no answer found" if found is None else f"an empty answer ({found.kind})"
            )
        # Skip the key comparison for long texts: it costs 0.1 ms and practically never matches a short gold.
        long = len(found.text) > 400 and all(len(gold.key) < 50 for gold in accepted)
        written = found.text if long else key(found.text)
        for gold in accepted:
            if written == gold.key:
                return _same_text(found.text.strip())
        stage = "unread"
        for gold in accepted:
            right, stage = self._judge(found, written, gold, completion)
            if right:
                return Verdict(Status.PASS, 1.0, {}, stage, found.text.strip())
        if any(gold.opaque for gold in accepted):
            return unscored(f"the gold answer {accepted[0].text[:100]!r} is a formula that cannot be read")
        return Verdict(
            Status.FAIL, 0.0, {}, f"{stage}: {found.text[:60]!r} is not {accepted[0].text[:60]!r}", found.text.strip()
        )

    def _judge(self, found: Found, written: str, gold: Gold, completion: str) -> tuple[bool, str]:
        """Whether the found answer is right, and the stage that decided; ``written`` is its key."""
        number = plain_number(written) if gold.number is not None else None
        if number is not None and self.tolerance == 0:
            return number == gold.number, "exact"
        if gold.choice:
            chosen = find_choice(completion, strict=self.strict)
            if chosen and (len(chosen) == 1 or gold.lists_options or written != chosen):
                as_written = gold.lists_options or not written.isalpha()
                return chosen == gold.choice and (len(chosen) == 1 or as_written), "choice"
        try:
            if found.kind in _PROSE_KINDS:
                return self._judge_prose(found, gold)
            if gold.is_text and concludes(found.text, gold.text, boxed=True):
                return True, "text"
            if self.symbolic:
                return self._compare(gold, read(found.text))
            right, stage, wordy = _compared(gold, found.text, self.tolerance)
            if not right and wordy and not gold.is_text and not gold.lists_values:
                readings = boxed_sentence(found.text, units=gold.has_unit)
                return self._compare(gold, readings) if readings else (False, stage)
            return right, stage
        except (ParseError, RecursionError):
            return False, "unread"

    def _judge_prose(self, found: Found, gold: Gold) -> tuple[bool, str]:
        readings = [] if is_prose(found.text) else read(found.text)
        if not readings or isinstance(readings[0], Text) or value_of_clause(found.text):
            if gold.is_text:
                return concludes(found.text, gold.text) or self._compare(gold, readings)[0], "text"
            if concluded := behind_conclusion(found.text):
                return self._compare(gold, concluded)
            value = candidate(found, units=gold.has_unit)
            if value and not gold.lists_values:
                right, stage = self._compare(gold, value.readings)
                if not right:  # the value is wrong whether or not the text denies it
                    return right, stage
            readings = stated(found, value) or readings
        elif denied(found.text):
            return False, "denied"
        return self._compare(gold, readings)

    def _compare(self, gold: Gold, readings: Sequence[Node]) -> tuple[bool, str]:
        """Whether a reading equals the gold in the reading of the pair, and the stage of the last comparison."""
        equality = Equality(self.tolerance)
        compared = list(pairs(gold.readings, readings))
        for wanted, reading in compared:
            if equality.whole_answers(wanted, reading):
                return True, equality.stage
        if self.symbolic and equality.undecided:
            from r1.verifiers.math.values.symbolic import decide

            # Grant the undecided pairs that SymPy proves equal, then compare the answers again.
            proved = [pair for pair in equality.undecided[:4] if decide(*pair)]
            if proved:
                again = Equality(self.tolerance, granted=proved)
                if any(again.whole_answers(wanted, reading) for wanted, reading in compared):
                    return True, "symbolic"
        return False, equality.stage


@lru_cache(maxsize=8192)
def _compared(gold: Gold, answer: str, tolerance: float) -> tuple[bool, str, bool]:
    """Whether a boxed answer is right, the stage that decided, and whether the box holds a sentence.

    A sentence begins with a word or cannot be read as a value. The result is cached because the completions of a group often
    agree.
    """
    readings = read(answer)
    wordy = len(answer) < 400 and (_FIRST_WORD.match(answer) is not None or isinstance(readings[0], Text))
    return *Math(tolerance=tolerance)._compare(gold, readings), wordy
