"""Verdict: the result of judging one completion."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Why a completion got its reward. The first four are caused by the policy, the last one by our machinery or data."""

    PASS = "pass"  # correct
    FAIL = "fail"  # judged and wrong
    MALFORMED = "malformed"  # the text holds nothing that could be judged
    TIMEOUT = "timeout"  # the program, or the check of the answer, exceeded its budget
    UNSCORED = "unscored"  # the machinery failed or the truth is invalid: no reward, never 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgment of one completion. ``reward`` is None exactly if ``status`` is UNSCORED; trainers drop and count such rows.

    Attributes:
        status: why the completion got this reward.
        reward: finite float, or None.
        parts: named components and counts, in reading order.
        note: one line for a person: what was compared and which rule decided.

    Raises:
        ValueError: the reward does not fit the status or is not finite.
    """

    status: Status
    reward: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        if (self.reward is None) != (self.status is Status.UNSCORED):
            raise ValueError(f"reward must be None exactly for UNSCORED, got reward={self.reward} with {self.status}")
        if self.reward is not None and not math.isfinite(self.reward):
            raise ValueError(f"reward must be finite, got {self.reward}")


Verifier = Callable[[str, Mapping[str, Any]], Verdict]
"""``(completion, truth) -> Verdict``: synchronous, pure and picklable. It never raises for a bad completion."""


class TruthError(ValueError):
    """The truth of a task is invalid: an error in the data. Raised when tasks are loaded; UNSCORED at run time."""


def unscored(note: str) -> Verdict:
    """The verdict for a failure of the machinery or the data (dead worker, lost daemon, invalid truth)."""
    return Verdict(Status.UNSCORED, None, {}, note)
