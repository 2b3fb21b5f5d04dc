"""Instructions: whether a completion follows verifiable instructions to the letter, by the table of 138 kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from r1.verifiers.instructions.original import follows_original
from r1.verifiers.instructions.response import Response
from r1.verifiers.instructions.truth import Asked, read_truth
from r1.verifiers.instructions.units import TooLong
from r1.verifiers.text.visible import visible
from r1.verifiers.verdict import BaseVerifier, Status, TruthError, Verdict, unscored

_MODES = ("worded", "original")


@dataclass(frozen=True)
class Instructions(BaseVerifier):
    """Judges whether a completion follows each instruction of a row of IFEval, M-IFEval, IFBench, IF-RLVR or RLVR-IFeval.

    `read_truth` names the forms of a row. Deterministic, without nltk or langdetect. An instruction means what its prompt says:
    words are whole words, keywords are literal, text is compared in NFKC without invisible characters, and made-up words are in
    no language. docs/instructions.md names where this differs from the checkers of the sets.

    Attributes:
        credit: ``"all"`` gives 1.0 if every instruction was followed, else 0.0; ``"mean"`` gives the share of followed ones.
        mode: ``"worded"``, or ``"original"`` for the verdicts of IFEval's own checkers, mistakes included, to reproduce published
            figures (needs ``pip install r1-gym[ifeval]``; IFEval's 25 kinds only). Do not train on ``"original"``.

    Raises:
        ValueError: unknown credit or mode.
    """

    credit: Literal["all", "mean"] = "all"
    mode: Literal["worded", "original"] = "worded"

    def __post_init__(self) -> None:
        if self.credit not in ("all", "mean"):
            raise ValueError(f"unknown credit {self.credit!r}; expected one of: all, mean")
        if self.mode not in _MODES:
            raise ValueError(f"unknown mode {self.mode!r}; expected one of: {', '.join(_MODES)}")

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raises `TruthError` if the truth cannot be judged, whatever the completion is."""
        self._broken("a", "a", read_truth(truth))

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        try:
            asked = read_truth(truth)
            shown = visible(completion)
            if not shown.strip():
                self.validate(truth)
                return Verdict(Status.MALFORMED, 0.0, {}, "the completion is empty")
            broken = self._broken(completion, shown, asked)
        except TruthError as error:
            return unscored(str(error))
        except TooLong as error:
            return Verdict(Status.TIMEOUT, 0.0, {}, f"the check ran out of its budget: {error}")
        followed = sum(1 for reason in broken.values() if not reason)
        parts = {name: float(not reason) for name, reason in broken.items()}
        reward = followed / len(broken) if self.credit == "mean" else float(followed == len(broken))
        note = next((f"{name}: {reason}" for name, reason in broken.items() if reason), f"all {followed} followed")
        return Verdict(Status.PASS if followed == len(broken) else Status.FAIL, reward, parts, note)

    def _broken(self, completion: str, shown: str, asked: Sequence[Asked]) -> dict[str, str]:
        """For each instruction why it was not followed, or ""; ``shown`` is the visible completion. Raises TruthError, TooLong."""
        if self.mode == "original":
            return {
                one.name: ""
                if follows_original(completion, one.name.partition("#")[0], one.options)
                else "not followed"
                for one in asked
            }
        return {one.name: one.kind.check(_response(shown, one, asked), one.options) for one in asked}


def _response(shown: str, one: Asked, asked: Sequence[Asked]) -> Response:
    """The completion as the check of one instruction gets it, which depends on the other instructions of the task."""
    names = [other.name.partition("#")[0] for other in asked]
    one_case = any(":change_case:" in f":{name}" and name.endswith(("_capital", "_lowercase")) for name in names)
    repeated = next((other.options["prompt_to_repeat"] for other in asked if "prompt_to_repeat" in other.options), "")
    return Response(shown.strip(), one.home, one_case, str(repeated), shown.strip("\r\n").rstrip())
