"""The math verifier on the golden rows and on the labeled cases of the shared folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from golden import complaints, each, golden, known_wrong
from shared_data import needs_shared, rows

from r1.verifiers.math import Math
from r1.verifiers.math.values.balls import compare, mpmath_backend
from r1.verifiers.verdict import Verdict

CPU_S = 2.0
"""Limit for one verdict; the slowest row takes 0.06 s."""


def judged(row: Mapping[str, Any]) -> Verdict:
    """The verdict on a row as it stands: gold (bare, with dollars, or a whole solution with its box) is the truth, pred the completion."""
    start = time.thread_time()
    verdict = Math()(row["pred"], {"answer": row["gold"]})
    assert time.thread_time() - start < CPU_S, row["id"]
    return verdict


def wrongly_judged(cases: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Verdict]]:
    for row in cases:
        verdict = judged(row)
        if (verdict.reward == 1.0) != row["expected"]:
            yield row, verdict


@pytest.mark.parametrize("row", each(golden("math")))
def test_golden_row(row: dict[str, Any]) -> None:
    wrong = list(wrongly_judged([row]))
    assert not wrong, complaints(wrong)


def test_golden_rows_without_flint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "_backend", mpmath_backend)
    wrong = list(wrongly_judged(golden("math")))
    assert not wrong, complaints(wrong)


@needs_shared
def test_own_cases() -> None:
    wrong = list(wrongly_judged(rows("cases/math.jsonl")))
    assert {row["id"] for row, _ in wrong} == known_wrong("cases/math.jsonl"), wrong


@needs_shared
def test_public_cases() -> None:
    cases = [row for row in rows("cases/math_public.jsonl") if not row["disputed"] and not row["skip_default"]]
    assert len(cases) > 1500
    wrong = list(wrongly_judged(cases))
    assert {row["id"] for row, _ in wrong} == known_wrong("cases/math_public.jsonl"), wrong
    assert not [row for row, _ in wrong if not row["expected"]], "false credit"


@needs_shared
def test_verdicts_are_the_same_in_threads() -> None:
    cases = rows("cases/math.jsonl")
    judge = Math()
    alone = [judge(row["pred"], {"answer": row["gold"]}) for row in cases]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda row: judge(row["pred"], {"answer": row["gold"]}), cases * 2))
    assert together == alone * 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("r1")]
