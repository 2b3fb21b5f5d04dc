"""Clock: whether each call of a run kept to its CPU limit, by the driver's clocks checked against the box's meter."""

from __future__ import annotations

import math
from collections.abc import Container
from typing import Any

from r1.sandbox.protocol import Outcome
from r1.verifiers.code.truth.plan import Plan

_NOISE_S = 0.2  # by which two CPU clocks may differ, including what the driver itself uses


def late_calls(plan: Plan, records: dict[str, Any], outcome: Outcome, count: int) -> Container[int]:
    """The numbers of the calls that exceeded their CPU limit without being stopped.

    That is possible because a program can disable the driver's timers. It can forge the times in the records as well,
    but the times of all calls and of loading must add up to what the box's meter measured. If they do not, all are late.
    """
    limit_s, calls = plan.limits.cpu_s, range(count)
    if outcome.cpu_s <= limit_s:
        return ()
    reported = {number: _reported_s(records.get(str(number))) for number in calls}
    unfinished = any(str(number) not in records for number in calls)  # a last call that began and left no record
    if outcome.cpu_s - sum(reported.values()) > (2 if unfinished else 1) * limit_s + _NOISE_S:
        return calls
    return {number for number in calls if reported[number] > limit_s + _NOISE_S}


def _reported_s(record: Any) -> float:
    seconds = record.get("s") if isinstance(record, dict) else None
    return float(seconds) if isinstance(seconds, (int, float)) and 0 <= seconds < math.inf else 0.0
