"""Clock: whether each call of a run kept to its CPU limit, told by the driver and held against the box's own meter."""

from __future__ import annotations

import math
from collections.abc import Container
from typing import Any

from r1.sandbox.protocol import Outcome
from r1.verifiers.code.truth.reader import Plan

_NOISE_S = 0.2  # of CPU time told by two clocks; what the driver needs for itself


def late_calls(plan: Plan, records: dict[str, Any], outcome: Outcome, count: int) -> Container[int]:
    """The calls that took more than their CPU limit although nothing stopped them: a program can silence the driver's clocks.

    What each call took is the driver's word, which a program may forge; but all of them and loading must explain what the
    box's meter saw of the run. If they do not, no call is believed.
    """
    limit_s, calls = plan.limits.cpu_s, range(count)
    if outcome.cpu_s <= limit_s:
        return ()
    told = {number: _told_s(records.get(str(number))) for number in calls}
    unfinished = any(str(number) not in records for number in calls)  # the last call began, and nobody tells of it
    if outcome.cpu_s - sum(told.values()) > (2 if unfinished else 1) * limit_s + _NOISE_S:
        return calls
    return {number for number in calls if told[number] > limit_s + _NOISE_S}


def _told_s(record: Any) -> float:
    told = record.get("s") if isinstance(record, dict) else None
    return float(told) if isinstance(told, (int, float)) and 0 <= told < math.inf else 0.0
