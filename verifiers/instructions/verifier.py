"""Instructions: whether a completion follows verifiable instructions, as worded: IFEval's 25 kinds and M-IFEval's."""

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
"""The 25 kinds of IFEval (arXiv 2311.07911) under their names there."""

LOCALES = ("en", "fr", "es", "ja")


@dataclass(frozen=True)
class Instructions:
    """Judges ``truth["instruction_id_list"]`` with ``truth["kwargs"]``, one mapping each (nulls in it are dropped).

    Deterministic, without nltk or langdetect. Words are whole words, keywords are literal, text is compared in NFKC
    without invisible characters, and a response whose language cannot be told does not pass for any language. A kind
    may carry M-IFEval's prefix (``fr:``, ``es:``, ``ja:``).

    Attributes:
        credit: ``"all"``: 1.0 when every instruction was followed, else 0.0; ``"mean"``: the share that was.
    """

    credit: str = "all"

    def __post_init__(self) -> None:
        if self.credit not in ("all", "mean"):
            raise ValueError(f"unknown credit {self.credit!r}; expected one of: all, mean")

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raises `TruthError` for a truth that cannot be judged, whatever the completion."""
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
    """The kinds, checks and arguments of IFEval's row; the same kind asked twice is told apart by ``#2``.

    Raises:
        TruthError: an unknown kind, or not one mapping of arguments for each.
    """
    kinds: Sequence[str] = truth.get("instruction_id_list") or ()
    arguments: Sequence[Mapping[str, Any] | None] = truth.get("kwargs") or ({},) * len(kinds)
    if not all(isinstance(given, list | tuple) for given in (kinds, arguments)):
        raise TruthError(
            f"instruction_id_list and kwargs are lists, not {str(kinds)[:80]!r} and {str(arguments)[:80]!r}"
        )
    if not kinds or len(arguments) != len(kinds):
        raise TruthError(f"{len(kinds)} instructions with {len(arguments)} kwargs: one mapping for each, at least one")
    asked: Asked = []
    for number, (kind, options) in enumerate(zip(kinds, arguments, strict=True)):
        if not isinstance(kind, str) or not isinstance(options, Mapping | None):
            raise TruthError(f"an instruction is a name with a mapping of arguments, not {kind!r} with {options!r}")
        twice = kinds[:number].count(kind)
        given = {name: value for name, value in (options or {}).items() if value is not None}
        asked.append((f"{kind}#{twice + 1}" if twice else kind, find_check(kind), given))
    return asked


def find_check(kind: str) -> Check:
    """The check of a kind.

    Raises:
        TruthError: there is none.
    """
    locale, _, rest = kind.partition(":")
    if kind in LOCALE_KINDS:
        return LOCALE_KINDS[kind]
    name = rest if locale in LOCALES else kind
    if name not in IFEVAL_KINDS:
        raise TruthError(f"instruction {kind!r}: there are {', '.join(IFEVAL_KINDS)} and those of fr:, es:, ja:")
    return IFEVAL_KINDS[name]


def _response(seen: str, kind: str, asked: Asked) -> Response:
    locale = kind.partition(":")[0]
    one_case = any(":change_case:" in f":{other}" and other.split("#")[0].endswith(_ONE_CASE) for other, _, _ in asked)
    repeated = next((options["prompt_to_repeat"] for _, _, options in asked if "prompt_to_repeat" in options), "")
    return Response(seen, locale if locale in LOCALES else "en", one_case, repeated)


_ONE_CASE = ("_capital", "_lowercase")
