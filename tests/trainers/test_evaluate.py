"""Evaluation: pass@k, the best evaluation, and when a run stops improving."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from r1.trainers.evaluate import best_of, held_out, pass_at_k, stalled


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


@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize("right", [0, 1, 3, 5])
def test_pass_at_k_is_the_share_of_subsets_with_a_right_sample(right: int, k: int) -> None:
    subsets = list(itertools.combinations(range(5), k))
    share = sum(any(i < right for i in subset) for subset in subsets) / len(subsets)
    assert pass_at_k(5, right, k) == pytest.approx(share)


@pytest.mark.parametrize(("n", "right", "k"), [(4, 5, 1), (4, -1, 1), (4, 2, 5), (4, 2, 0)])
def test_pass_at_k_of_impossible_counts_is_rejected(n: int, right: int, k: int) -> None:
    with pytest.raises(ValueError, match="expected 1 <= k <= n"):
        pass_at_k(n, right, k)
