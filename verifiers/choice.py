"""Choice: whether a completion chooses the right options, by letter or by the text of an option.

>>> Choice()("It is not A, because ... therefore I think it's **B**.", {"answer": "B"}).reward
1.0
>>> Choice()(r"\\boxed{12}", {"answer": "B", "options": ["7", "12", "5"]}).reward
1.0
>>> Choice()("The answer is A or B.", {"answer": "B"}).reward
0.0
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1.verifiers.answer.find import find_answer
from r1.verifiers.answer.options import (
    LABEL_AND_TEXT,
    affirmed_last,
    find_choice,
    labeled_option,
    labels,
    plain,
    undecided,
)
from r1.verifiers.math import Math
from r1.verifiers.math.spelling import key
from r1.verifiers.verdict import BaseVerifier, Status, TruthError, Verdict, unscored

_ORDINALS = "first second third fourth fifth sixth".split()
_ORDINAL = re.compile(
    rf"\b(?:the\s+)?({'|'.join(_ORDINALS)}|last)\s+(?:option|choice|answer|one|statement)\b"
    r"|\b(?:option|choice)\s+(?:number\s+|#)?([1-9])\b",
    re.I,
)


class Choice(BaseVerifier):
    """Verifier of multiple choice. Truth: ``{"answer": "B" | "AC" | ["A", "C"] | an option's text, "options": [texts]}``.

    If the truth has several letters, the completion must choose all of them. With ``options``, which may be left out, a
    completion may also name an option by its text.

    Args:
        strict: only a box (or a box inside ``<answer>``) counts as an answer.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Check a truth when its task is loaded.

        Raises:
            TruthError: the truth names no option.
        """
        self._wanted(truth)

    def _wanted(self, truth: Mapping[str, Any]) -> str:
        answer, options = truth.get("answer"), truth.get("options") or []
        if not isinstance(options, list | tuple):
            raise TruthError(f"the truth has options={options!r:.150}; expected a list of texts")
        if isinstance(answer, list | tuple):
            answer = ",".join(map(str, answer))
        if not isinstance(answer, str) or not answer.strip():
            raise TruthError(f"the truth has answer={answer!r}; expected the letters or the text of an option")
        wanted = labels(answer) or labeled_option(answer)
        if not wanted or (options and answer in options and len(answer) > 1):
            index = [i for i, option in enumerate(options) if str(option).strip() == answer.strip()]
            wanted = chr(65 + index[0]) if len(index) == 1 else ""
        if not wanted or (options and any(ord(letter) - 65 >= len(options) for letter in wanted)):
            expected = f"one of the {len(options)} options, by letter or text" if options else "option letters"
            raise TruthError(f"the truth has answer={answer!r}; expected {expected}")
        return wanted

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """Judge one completion: reward 1.0 or 0.0, or None (unscored) if the truth cannot be judged."""
        try:
            wanted = self._wanted(truth)
        except TruthError as error:
            return unscored(str(error))
        options = [str(option) for option in truth.get("options") or []]
        chosen = find_choice(completion, strict=self.strict, n_options=len(options) or 26)
        by_text = self._by_text(completion, options) if options else ""
        if chosen and by_text and by_text not in chosen:
            return Verdict(Status.FAIL, 0.0, {}, f"the letter {chosen} with the text of {by_text}", chosen)
        chosen = chosen or by_text
        if not chosen:
            return Verdict(Status.MALFORMED, 0.0, {}, "no option named")
        right = chosen == wanted
        return Verdict(
            Status.PASS if right else Status.FAIL, float(right), {}, f"option {chosen}, wanted {wanted}", chosen
        )

    def _by_text(self, completion: str, options: Sequence[str]) -> str:
        """The letter of the one option whose text is the final answer, or ""."""
        found = find_answer(completion, strict=self.strict)
        if found is None or not found.text or labels(found.text):
            return ""
        boxed = found.kind in ("box", "boxes")
        if not boxed and undecided(completion) and not any(map(undecided, options)):
            return ""
        judge, hits = Math(), list[int]()
        if len(found.text) <= 400 + 2 * max(map(len, options)):  # a longer text is no option
            option = LABEL_AND_TEXT.fullmatch(plain(found.text))
            text = option[3] if option else found.text
            written = key(plain(text))
            # Compare word for word first: as lists, "True, False" would equal "False, True".
            alike = [i for i, option_text in enumerate(options) if key(plain(option_text)) == written]
            hits = alike or [i for i, option_text in enumerate(options) if judge.equal(option_text, text)]
        if not hits and not boxed:
            hits = [
                i for i, option_text in enumerate(options) if judge(completion, {"answer": option_text}).reward == 1.0
            ]
        if not hits and not boxed and (letter := affirmed_last(_lettered(plain(found.text[-1000:]), options))):
            hits = [ord(letter) - 65] if len(letter) == 1 else []
        return chr(65 + hits[0]) if len(hits) == 1 and hits[0] < len(options) else ""


def _lettered(text: str, options: Sequence[str]) -> str:
    """The text with letters in place of what names an option otherwise: "the second option", "option 2", the option's text."""

    def letter(match: re.Match[str]) -> str:
        word = (match[1] or "").lower()
        at = int(match[2]) - 1 if match[2] else len(options) - 1 if word == "last" else _ORDINALS.index(word)
        return f"option {chr(65 + at)}"

    text = _ORDINAL.sub(letter, text)
    worded = sorted((o.strip(" ."), i) for i, o in enumerate(options) if re.search(r"[^\W\d_]{3}", o))
    for option, i in sorted(worded, key=lambda pair: -len(pair[0])):
        text = re.sub(rf"(?<!\w)(?:(?:the|an?)\s+)?{re.escape(option)}(?!\w)", chr(65 + i), text, flags=re.I)
    return text
