"""Evaluation: pass@k, the best evaluation, and when a run stops improving."""

from __future__ import annotations

from typing import Any

import pytest

from r1.trainers.evaluate import best_of, held_out, stalled


def evaluations(*accuracy: float | None) -> list[dict[str, Any]]:
    return [{"step": step} | ({} if value is None else {"eval/accuracy": value}) for step, value in enumerate(accuracy)]


def test_the_best_evaluation_is_the_first_of_the_highest() -> None:
    assert best_of(evaluations(0.1, None, 0.5, 0.3, 0.5)) == 2
    assert best_of(evaluations(None)) is None
    assert held_out({"eval/reward": 0.25}) == 0.25
    assert held_out({"eval/reward": 0.25, "eval/accuracy": 0.0}) == 0.0


@pytest.mark.parametrize(
    ("accuracy", "patience", "over"),
    [
        ((0.1, 0.5, 0.4, None, 0.5), 2, True),
        ((0.1, 0.5, 0.4, 0.6), 2, False),
        ((0.1, 0.5, 0.4), 2, False),
        ((0.5, 0.4, 0.3, 0.2), 0, False),
        ((), 1, False),
    ],
)
def test_a_run_stalls_after_enough_evaluations_without_an_improvement(
    accuracy: tuple[float | None, ...], patience: int, over: bool
) -> None:
    assert stalled(evaluations(*accuracy), patience) is over
