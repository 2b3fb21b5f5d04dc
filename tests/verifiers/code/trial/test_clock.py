"""Clock: a call that exceeds its CPU limit is late even if the program silenced or forged the driver's clocks."""

from __future__ import annotations

import pytest
from outcomes import ended

from r1.sandbox.protocol import Limits
from r1.verifiers.code.trial.clock import late_calls
from r1.verifiers.code.truth.plan import Plan

PLAN = Plan("python", (), Limits(cpu_s=2))


def record(seconds: object) -> dict[str, object]:
    return {"v": 1, "s": seconds}


@pytest.mark.parametrize(
    ("seconds", "cpu_s", "late"),
    [
        ([0.5, 0.5], 1.5, set()),
        ([0.0, 0.0], 1.9, set()),  # below the limit of one call nothing is asked
        ([1.5, 1.5], 3.2, set()),  # each call within its limit
        ([1.9, 2.5], 4.6, {1}),
        ([0.1, 0.1], 5.0, {0, 1}),  # the meter measured more than the records explain
        ([-5.0, float("inf")], 5.0, {0, 1}),
        (["2", None], 5.0, {0, 1}),
        ([0.1, ...], 4.0, set()),  # a last call without a record may have used its limit, and loading too
        ([0.1, ...], 5.0, {0, 1}),
    ],
)
def test_late_calls(seconds: list[object], cpu_s: float, late: set[int]) -> None:
    records = {str(number): record(value) for number, value in enumerate(seconds) if value is not ...}
    found = late_calls(PLAN, records, ended(cpu_s=cpu_s), len(seconds))
    assert {number for number in range(len(seconds)) if number in found} == late
