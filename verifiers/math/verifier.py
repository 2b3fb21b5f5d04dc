r"""Math: whether a completion's final answer equals the gold answer. Rules only, microseconds, no signals, any thread.

How an answer is judged, cheapest stage first (`Verdict.note` names the one that decided):

``string`` the same text but for white space and LaTeX dress · ``exact`` rationals · ``algebra`` a canonical form of
polynomials, surds, logarithms · ``numeric`` balls of proved width at fixed points (`values/balls.py`) · ``symbolic`` sympy, in a
process that is killed at its budget (only with ``symbolic=True``) · and for other answers the rule that compares them:
``set``, ``relation``, ``unit``, ``base``, ``time``, ``text``, ``choice``.

**The policy: what counts as equal.** It is the same in both directions unless said otherwise.

1. Exactly the value. An exact gold is not matched by a short decimal; a decimal of 15 digits or more stands for the value
   that it rounds. Unsimplified but equal is right.

   >>> same = Math().equal
   >>> same("1/3", "0.333"), same("1/3", "0.3333333333333333"), same("2.50", "5/2"), same("10", r"\binom{5}{2}")
   (False, True, True, True)
   >>> same(r"\frac{1}{2^{99}}", r"\frac{1}{2^{98}}"), same(r"e^{\pi\sqrt{163}}", "262537412640768744")
   (False, False)

2. Functions are compared on their common real domain, negative numbers included: where every part of both is real.

   >>> same("|x|", r"\sqrt{x^2}"), same("x", r"\sqrt{x^2}"), same(r"\cos 2x", r"1-2\sin^2 x"), same(r"\sqrt{ab}", r"\sqrt a\sqrt b")
   (True, False, True, True)

3. p% is p/100, and also matches the bare p; degrees are radians, and also match the bare number.

   >>> same(r"25\%", "1/4"), same("25", r"25\%"), same("25", "0.25"), same(r"90^\circ", r"\frac{\pi}{2}"), same(r"\frac{\pi}{2}", "90")
   (True, True, False, True, False)

4. A unit or currency behind a number counts only against another one. Units are not converted, and their case matters.

   >>> same("5", r"5\text{ cm}"), same("5 cm", "5 m"), same("60 mph", "60 miles per hour"), same("6", "6x"), same("5 MW", "5 mW")
   (True, False, True, False, False)

5. A name before "=" is a label: ``x=5`` is 5. Equations are equal up to a factor. Different variables are different.

   >>> same("5", "x = 2 + 3 = 5"), same("y=2x+3", "2x-y+3=0"), same("x=5", "y=5"), same("0", "a^2+b=0")
   (True, True, False, False)

6. (a,b) is ordered, {a,b} is a set, a bare list or "a or b" has no order but counts repeats. More values than the gold are wrong.

   >>> same("(1,2)", "(2,1)"), same(r"\{1,2\}", "2,1"), same("1,1,2", "1,2"), same("3", "3 or 4")
   (False, True, False, False)
   >>> same(r"1\pm\sqrt2", r"1-\sqrt2, 1+\sqrt2"), same("1,2", r"x=1 \text{ or } x=2"), same("(1,2)", "x=1, y=2")
   (True, True, True)

7. Intervals, unions and inequalities describe sets of reals; open and closed matter, and so does the variable. A family of
   solutions is the set that it runs over; the names of its parameter and of a constant of integration say nothing.

   >>> same("[2,5)", r"2 \le x < 5"), same(r"(-\infty,-1)\cup(1,\infty)", "|x|>1"), same("(0,1)", "[0,1]"), same("x<3", "y<3")
   (True, True, False, False)
   >>> same(r"\frac{\pi}{4}+k\pi, k\in\mathbb{Z}", r"\frac{5\pi}{4}+n\pi"), same(r"2k, k\in\mathbb{Z}", r"2k, k\in\mathbb{N}")
   (True, False)

8. Numerals in a base agree in digits and base. Text is compared without case, articles, LaTeX and final punctuation; numbers
   may be written in words, English or Chinese.

   >>> same("1011_2", r"1011_{\text{two}}"), same("1011_2", "1011_3")
   (True, False)
   >>> same(r"\text{Even}", "even."), same("odd", "not odd"), same("三分之二", "2/3"), same("25", "twenty-five")
   (True, False, True, True)

9. Where the answer stands is decided in `r1.verifiers.answer`: the last box counts (unless a sentence behind it names another
   value as the final answer), boxes joined by "and" are a list, a box inside ``<think>`` never counts, an empty last box is
   no answer, a denied or hedged answer is none.

   >>> judge = Math()
   >>> texts = [r"\boxed{4}. No: \boxed{5}", r"<think>\boxed{5}</think> Hm.", "It is not 5.", "5 or 6", r"\boxed{}"]
   >>> [judge(text, {"answer": "5"}).status.value for text in texts]
   ['pass', 'fail', 'fail', 'fail', 'malformed']

10. A gold answer that cannot be read is an error of the data: `TruthError` from `Math.validate`, ``unscored`` at run time.
    Where the gold is a formula beyond our grammar, the same text still passes, and any other answer is unscored, not wrong.

    >>> judge("5", {"answer": r"\frac{1}{"}).status.value
    'unscored'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from r1.verifiers.answer.find import Found, find_answer
from r1.verifiers.answer.options import find_choice
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
