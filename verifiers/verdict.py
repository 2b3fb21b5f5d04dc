"""Verdict: what a verifier says about one completion."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Why a completion got its reward. The first four are the policy's doing, the last one is ours."""

    PASS = "pass"  # right
    FAIL = "fail"  # judged, and wrong
    MALFORMED = "malformed"  # nothing in the text that could be judged
    TIMEOUT = "timeout"  # the program, or the check of the answer, ran out of its budget
    UNSCORED = "unscored"  # our machinery failed or the truth cannot be judged: no reward, never 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judgement. ``reward`` is None exactly when ``status`` is UNSCORED: a trainer drops and counts such a row.

    Attributes:
        status: why.
        reward: finite float, or None.
        parts: named components and counts, in the order in which a person wants to read them.
        note: one line for a person: what was compared and which rule decided.
    """

    status: Status
    reward: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        if (self.reward is None) != (self.status is Status.UNSCORED):
            raise ValueError(f"reward is None exactly for UNSCORED, not reward={self.reward} with {self.status}")
        if self.reward is not None and not math.isfinite(self.reward):
            raise ValueError(f"a reward is a finite number, not {self.reward}")


Verifier = Callable[[str, Mapping[str, Any]], Verdict]
"""``(completion, truth) -> Verdict``: synchronous, pure, picklable; never raises for a bad completion."""


class TruthError(ValueError):
    """A task whose truth cannot be judged: an error of the data, raised when tasks are loaded (UNSCORED at run time)."""


def unscored(note: str) -> Verdict:
    """A verdict for a failure of ours (dead worker, lost daemon, unreadable truth)."""
    return Verdict(Status.UNSCORED, None, {}, note)
