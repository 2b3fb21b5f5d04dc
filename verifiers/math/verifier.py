r"""Math: whether a completion's final answer equals the gold answer. Rules only, microseconds, no signals, any thread.

How an answer is judged, cheapest stage first (`Verdict.note` names the one that decided):

``string`` the same text but for white space and LaTeX dress · ``exact`` rationals · ``algebra`` a canonical form of
polynomials, surds, logarithms · ``numeric`` balls of proved width at fixed points (`values/balls.py`) · ``symbolic`` sympy, in a
process that is killed at its budget (only with ``symbolic=True``) · and for other answers the rule that compares them:
``set``, ``relation``, ``unit``, ``base``, ``time``, ``text``, ``choice``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from r1.verifiers.answer.find import find_answer
from r1.verifiers.answer.options import find_choice
from r1.verifiers.answer.region import Found
from r1.verifiers.answer.values import value_of_clause
from r1.verifiers.math.equal.answers import Equality
from r1.verifiers.math.gold import Gold, golds, plain_number, read_gold
from r1.verifiers.math.prose import candidate, concludes, is_prose, stated
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.spelling import key
from r1.verifiers.math.tree import Node, ParseError, Text
from r1.verifiers.verdict import Status, TruthError, Verdict, unscored

_PROSE_KINDS = ("anchor", "whole", "tag")
_SAME_TEXT = Verdict(Status.PASS, 1.0, {}, "string")


class Math:
    """Verifier of mathematical answers. Truth: ``{"answer": str | number | list of accepted answers}``.

    Args:
        strict: only a box (or a box inside ``<answer>``) counts as an answer.
        tolerance: relative tolerance between two real numbers; 0, the default, for none.
        symbolic: ask sympy where the other stages could not decide, in a process of its own (evaluation, not training).
    """

    def __init__(self, *, strict: bool = False, tolerance: float = 0.0, symbolic: bool = False) -> None:
        if not 0 <= tolerance < 1:
            raise ValueError(f"tolerance is relative, from 0 up to 1, not {tolerance}")
        self.strict, self.tolerance, self.symbolic = strict, tolerance, symbolic

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raises `TruthError` for a truth that cannot be judged; called when tasks are loaded."""
        for gold in golds(truth):
            if gold.opaque:
                raise TruthError(f"the gold answer {gold.text[:200]!r} is a formula that cannot be read")

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """The verdict on one completion: reward 1.0 or 0.0, or None where the truth cannot be judged."""
        try:
            accepted = golds(truth)
        except TruthError as error:
            return unscored(str(error))
        try:
            return self._verdict(completion, accepted)
        except TruthError as error:
            return unscored(str(error))
        except Exception as error:  # a bug of ours is not the policy's fault
            return unscored(f"the verifier failed: {type(error).__name__}: {str(error)[:200]}")

    def many(self, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """One verdict for each completion; a gold is read once, however many completions it has."""
        return [self(completion, truth) for completion, truth in zip(completions, truths, strict=True)]

    def equal(self, gold: str, answer: str) -> bool:
        """Whether two bare answers are the same.

        Raises:
            TruthError: the gold cannot be read.
        """
        accepted = read_gold(gold)
        try:
            return key(answer) == accepted.key or self._compare(accepted, read(answer))[0]
        except ParseError:
            return False

    # -- one completion

    def _verdict(self, completion: str, accepted: Sequence[Gold]) -> Verdict:
        found = find_answer(completion, strict=self.strict)
        if found is None or not found.text.strip(" .,:;*$"):
            return Verdict(
                Status.MALFORMED, 0.0, {}, "no answer found" if found is None else f"an empty answer ({found.kind})"
            )
        # The key of a long text is as good as never that of a short gold, and costs a tenth of a millisecond.
        long = len(found.text) > 400 and all(len(gold.key) < 50 for gold in accepted)
        written = found.text if long else key(found.text)
        for gold in accepted:
            if written == gold.key:
                return _SAME_TEXT
        stage = "unread"
        for gold in accepted:
            right, stage = self._judge(found, written, gold, completion)
            if right:
                return Verdict(Status.PASS, 1.0, {}, stage)
        if any(gold.opaque for gold in accepted):
            return unscored(f"the gold answer {accepted[0].text[:100]!r} is a formula that cannot be read")
        return Verdict(Status.FAIL, 0.0, {}, f"{stage}: {found.text[:60]!r} is not {accepted[0].text[:60]!r}")

    def _judge(self, found: Found, written: str, gold: Gold, completion: str) -> tuple[bool, str]:
        number = plain_number(written) if gold.number is not None else None
        if number is not None and self.tolerance == 0:
            return number == gold.number, "exact"
        if gold.choice:
            chosen = find_choice(completion, strict=self.strict)
            if chosen and (len(chosen) == 1 or gold.lists_options or written != chosen):
                as_written = gold.lists_options or not written.isalpha()
                return chosen == gold.choice and (len(chosen) == 1 or as_written), "choice"
        try:
            if found.kind not in _PROSE_KINDS:
                if gold.is_text and concludes(found.text, gold.text, boxed=True):
                    return True, "text"
                return (
                    self._compare(gold, read(found.text))
                    if self.symbolic
                    else _compared(gold, found.text, self.tolerance)
                )
            readings = [] if is_prose(found.text) else read(found.text)
            if not readings or isinstance(readings[0], Text) or value_of_clause(found.text):
                if gold.is_text:
                    return concludes(found.text, gold.text) or self._compare(gold, readings)[0], "text"
                said = candidate(found, units=gold.has_unit)
                if said and not gold.lists_values:
                    right, stage = self._compare(gold, said.readings)
                    if not right:  # whatever the words around it say
                        return right, stage
                readings = stated(found, said) or readings
            return self._compare(gold, readings)
        except (ParseError, RecursionError):
            return False, "unread"

    def _compare(self, gold: Gold, readings: Sequence[Node]) -> tuple[bool, str]:
        equality = Equality(self.tolerance)
        for wanted in gold.readings:
            for said in readings:
                if equality.whole_answers(wanted, said):
                    return True, equality.stage
        if self.symbolic and equality.undecided:
            from r1.verifiers.math.values.symbolic import decide

            # Every pair that was left open is granted if sympy proves it; the answers are then compared once more.
            proved = [pair for pair in equality.undecided[:4] if decide(*pair)]
            if proved:
                again = Equality(self.tolerance, granted=proved)
                if any(again.whole_answers(wanted, said) for wanted in gold.readings for said in readings):
                    return True, "symbolic"
        return False, equality.stage


@lru_cache(maxsize=8192)
def _compared(gold: Gold, answer: str, tolerance: float) -> tuple[bool, str]:
    """Whether a boxed answer is right, and the stage that said so; remembered, since a group's completions often agree."""
    return Math(tolerance=tolerance)._compare(gold, read(answer))
