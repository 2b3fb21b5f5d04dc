"""Own: a user's function as the verifier of an environment.

Any callable ``(completion, truth) -> Verdict | float | bool | None`` will do: True and 1.0 pass, None is UNSCORED. An exception, NaN or
another type that it returns is a failure of the machinery, so UNSCORED, and never a reward of 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from r1.verifiers.verdict import BaseVerifier, Status, Verdict, unscored

Judgment = Callable[[str, Mapping[str, Any]], Any]


class Own(BaseVerifier):
    """A callable as a verifier.

    Args:
        judge: ``(completion, truth) -> Verdict | float | bool | None``; it travels to judging processes by cloudpickle.

    Raises:
        TypeError: it is not callable, or it is a class whose object was meant.
    """

    def __init__(self, judge: Judgment) -> None:
        if isinstance(judge, type):
            raise TypeError(f"verifier={judge.__name__} is a class; pass an object: verifier={judge.__name__}()")
        if not callable(judge):
            raise TypeError(
                f"verifier must be callable as verifier(completion, truth), got {type(judge).__name__} {judge!r:.80}"
            )
        self.judge = judge

    @property
    def name(self) -> str:
        return getattr(self.judge, "__name__", type(self.judge).__name__)

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Check a truth when its task is loaded, if the callable knows how.

        Raises:
            TruthError: from the callable's own ``validate``.
        """
        check = getattr(self.judge, "validate", None)
        if check is not None:
            check(truth)

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        try:
            return self._verdict(self.judge(completion, truth))
        except Exception as error:  # a fault of the user's function must not cost the policy reward
            return unscored(
                f"the verifier {self.name} raised {type(error).__name__}: {' '.join(str(error).split())[:200]}"
            )

    def _verdict(self, judged: Any) -> Verdict:
        if judged is None:
            return unscored(f"the verifier {self.name} returned None")
        if isinstance(judged, Verdict):
            return judged
        try:
            reward = float(judged)
        except (TypeError, ValueError):
            reward = math.nan
        if not math.isfinite(reward):
            return unscored(
                f"the verifier {self.name} returned {judged!r:.80}; expected a Verdict, a finite number, a bool or None"
            )
        return Verdict(Status.PASS if reward >= 1 else Status.FAIL, reward, {}, self.name)
