"""Instructions: whether a completion follows verifiable instructions to the letter: IFEval's 25 kinds and M-IFEval's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1.verifiers.instructions.layout import LAYOUT_KINDS
from r1.verifiers.instructions.locales import LOCALE_KINDS
from r1.verifiers.instructions.response import Check, Response
from r1.verifiers.instructions.units import TooLong
from r1.verifiers.instructions.words import WORD_KINDS
from r1.verifiers.text.visible import visible
from r1.verifiers.verdict import Status, TruthError, Verdict, unscored

IFEVAL_KINDS: Mapping[str, Check] = {**WORD_KINDS, **LAYOUT_KINDS}
"""The 25 kinds of IFEval (arXiv 2311.07911) under their original names."""

LOCALES = ("en", "fr", "es", "ja")


@dataclass(frozen=True)
class Instructions:
    """Judges whether a completion follows each of ``truth["instruction_id_list"]``.

    ``truth["kwargs"]`` holds a mapping of arguments for each; nulls in it are dropped. Deterministic, without nltk or
    langdetect. Words are whole words, keywords are literal, text is compared in NFKC without invisible characters, and
    a response in an unrecognized language is in none. A kind may have M-IFEval's prefix (``fr:``, ``es:``, ``ja:``).

    Attributes:
        credit: ``"all"`` gives 1.0 if every instruction was followed, else 0.0; ``"mean"`` gives the share of followed ones.

    Raises:
        ValueError: unknown credit.
    """

    credit: str = "all"

    def __post_init__(self) -> None:
        if self.credit not in ("all", "mean"):
            raise ValueError(f"unknown credit {self.credit!r}; expected one of: all, mean")

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raises `TruthError` if the truth cannot be judged, whatever the completion is."""
        asked = read_truth(truth)
        for kind, check, options in asked:
            check(_response("a", kind, asked), options)

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        seen = visible(completion).strip()
        try:
            asked = read_truth(truth)
            if not seen:
                self.validate(truth)
        except TruthError as error:
            return unscored(str(error))
        if not seen:
            return Verdict(Status.MALFORMED, 0.0, {}, "the completion is empty")
        try:
            broken = {kind: check(_response(seen, kind, asked), options) for kind, check, options in asked}
        except TruthError as error:
            return unscored(str(error))
        except TooLong as error:
            return Verdict(Status.TIMEOUT, 0.0, {}, f"the check ran out of its budget: {error}")
        followed = sum(1 for reason in broken.values() if not reason)
        parts = {kind: float(not reason) for kind, reason in broken.items()}
        reward = followed / len(broken) if self.credit == "mean" else float(followed == len(broken))
        note = next((f"{kind}: {reason}" for kind, reason in broken.items() if reason), f"all {followed} followed")
        return Verdict(Status.PASS if followed == len(broken) else Status.FAIL, reward, parts, note)


Asked = list[tuple[str, Check, Mapping[str, Any]]]


def read_truth(truth: Mapping[str, Any]) -> Asked:
    """The kinds, checks and arguments of an IFEval row; a kind that occurs twice is named with ``#2`` the second time.

    Raises:
        TruthError: an unknown kind, or not exactly one mapping of arguments for each kind.
    """
    kinds: Sequence[str] = truth.get("instruction_id_list") or ()
    arguments: Sequence[Mapping[str, Any] | None] = truth.get("kwargs") or ({},) * len(kinds)
    if not all(isinstance(given, list | tuple) for given in (kinds, arguments)):
        raise TruthError(
            f"instruction_id_list and kwargs: expected lists, got {str(kinds)[:80]!r} and {str(arguments)[:80]!r}"
        )
    if not kinds or len(arguments) != len(kinds):
        raise TruthError(
            f"{len(kinds)} instructions but {len(arguments)} kwargs; expected one mapping for each of at least one instruction"
        )
    asked: Asked = []
    for number, (kind, options) in enumerate(zip(kinds, arguments, strict=True)):
        if not isinstance(kind, str) or not isinstance(options, Mapping | None):
            raise TruthError(f"instruction: expected a name and a mapping of arguments, got {kind!r} and {options!r}")
        twice = kinds[:number].count(kind)
        given = {name: value for name, value in (options or {}).items() if value is not None}
        asked.append((f"{kind}#{twice + 1}" if twice else kind, find_check(kind), given))
    return asked


def find_check(kind: str) -> Check:
    """The check of a kind.

    Raises:
        TruthError: unknown kind.
    """
    locale, _, rest = kind.partition(":")
    if kind in LOCALE_KINDS:
        return LOCALE_KINDS[kind]
    name = rest if locale in LOCALES else kind
    if name not in IFEVAL_KINDS:
        raise TruthError(
            f"unknown instruction {kind!r}; expected one of: {', '.join(IFEVAL_KINDS)}, or one with the prefix fr:, es: or ja:"
        )
    return IFEVAL_KINDS[name]


def _response(seen: str, kind: str, asked: Asked) -> Response:
    """The completion as the check of ``kind`` gets it, which depends on the other instructions of the task."""
    locale = kind.partition(":")[0]
    one_case = any(":change_case:" in f":{other}" and other.split("#")[0].endswith(_ONE_CASE) for other, _, _ in asked)
    repeated = next((options["prompt_to_repeat"] for _, _, options in asked if "prompt_to_repeat" in options), "")
    return Response(seen, locale if locale in LOCALES else "en", one_case, repeated)


_ONE_CASE = ("_capital", "_lowercase")
