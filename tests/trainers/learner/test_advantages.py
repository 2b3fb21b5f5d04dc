"""Advantages of groups: properties, published values, and formulas in plain Python."""

from __future__ import annotations

import math
import statistics
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.learner.loss import (
    group_advantages,
    normalized_sum,
)

rewards = st.floats(-100, 100).map(lambda x: round(x, 3))


def tensor(values: Any) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


groups = st.lists(st.lists(rewards, min_size=5, max_size=5), min_size=1, max_size=4)


@given(groups, st.sampled_from(["std", "batch", "none"]), st.sampled_from(["mean", "loo"]))
def test_advantages_have_zero_mean_in_every_group(rows: list[list[float]], scale: str, baseline: str) -> None:
    advantages = group_advantages(tensor(rows), scale, baseline)
    assert advantages.sum(1).abs().max() < 1e-6
    assert advantages.isfinite().all()


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 9), st.sampled_from(["std", "batch", "none"]))
def test_equal_rewards_give_exactly_zero_whatever_they_are(reward: float, group: int, scale: str) -> None:
    assert (group_advantages(tensor([[reward] * group]), scale) == 0).all()


@pytest.mark.parametrize("reward", [0.1, 0.3, 0.7, 1.3])
def test_rewards_whose_mean_is_inexact_leak_no_advantage(reward: float) -> None:
    """In float32 with a tiny epsilon such a group gets advantages up to 119; ours are 0 in float32 as well."""
    assert (group_advantages(torch.full((1, 8), reward, dtype=torch.float32)) == 0).all()


@given(st.lists(rewards, min_size=4, max_size=4), st.floats(0.1, 10), st.floats(-10, 10))
def test_std_scaled_advantages_do_not_change_when_rewards_are_stretched_and_shifted(
    row: list[float], a: float, b: float
) -> None:
    plain, moved = group_advantages(tensor([row])), group_advantages(tensor([[a * r + b for r in row]]))
    if max(row) - min(row) > 1e-2:
        torch.testing.assert_close(plain, moved, atol=1e-6, rtol=1e-6)


@given(st.permutations(range(5)))
def test_the_order_within_a_group_does_not_matter(order: list[int]) -> None:
    row = tensor([[0.0, 1.0, 1.0, 0.3, 2.0]])
    torch.testing.assert_close(group_advantages(row)[:, order], group_advantages(row[:, order]))


def test_an_unscored_row_is_ignored() -> None:
    with_nan = group_advantages(tensor([[1.0, math.nan, 0.0, 1.0], [math.nan, math.nan, math.nan, 1.0]]))
    without = group_advantages(tensor([[1.0, 0.0, 1.0]]))
    torch.testing.assert_close(with_nan[0, [0, 2, 3]], without[0])
    assert with_nan[0, 1] == 0
    assert (with_nan[1] == 0).all()


def test_one_right_of_sixteen_has_the_published_value() -> None:
    """3.75 with the n-1 standard deviation (3.87 would be n's)."""
    assert group_advantages(tensor([[1.0] + [0.0] * 15]))[0, 0] == pytest.approx(3.75)


def test_leave_one_out_is_the_mean_baseline_stretched() -> None:
    row = tensor([[0.0, 1.0, 5.0]])
    loo = group_advantages(row, "none", "loo")
    assert loo.tolist() == [[0.0 - 3.0, 1.0 - 2.5, 5.0 - 0.5]]
    torch.testing.assert_close(loo, group_advantages(row, "none") * 3 / 2)


def test_the_batch_baseline_is_the_mean_of_all_rows() -> None:
    advantages = group_advantages(tensor([[0.0, 0.0], [1.0, 1.0]]), "batch", "batch")
    assert advantages.flatten().tolist() == pytest.approx([-0.8660254, -0.8660254, 0.8660254, 0.8660254])


def test_normalized_separately_a_lone_format_bonus_weighs_less_than_a_lone_right_answer() -> None:
    accuracy = tensor([[0.0] * 7 + [1.0], [0.0] * 8])
    form = tensor([[0.0] * 8, [0.0] * 7 + [1.0]])
    summed = group_advantages(accuracy + 0.1 * form)[:, -1]
    apart = normalized_sum({"accuracy": accuracy, "format": form}, {"accuracy": 1.0, "format": 0.1})[:, -1]
    assert summed[0] == pytest.approx(summed[1])
    assert apart[0] == pytest.approx(10 * apart[1])


components = st.lists(st.lists(rewards, min_size=4, max_size=4), min_size=3, max_size=3)


@given(components, components, st.integers(0, 11))
def test_separately_normalized_components_follow_their_formula(
    first: list[list[float]], second: list[list[float]], lost: int
) -> None:
    """GDPO in plain Python, with one unscored row; a group of equal rewards adds exactly nothing."""
    first[lost // 4][lost % 4] = second[lost // 4][lost % 4] = math.nan

    def apart(groups: list[list[float]]) -> list[float]:
        found = []
        for group in groups:
            scored = [r for r in group if not math.isnan(r)]
            spread = statistics.stdev(scored) if max(scored) > min(scored) else math.inf
            found += [0.0 if math.isnan(r) else (r - statistics.fmean(scored)) / spread for r in group]
        return found

    summed = [a + 0.5 * b for a, b in zip(apart(first), apart(second), strict=True)]
    std = statistics.stdev(a for i, a in enumerate(summed) if i != lost)
    want = [a / std if std > 0 else 0.0 for a in summed]
    ours = normalized_sum({"a": tensor(first), "b": tensor(second)}, {"a": 1.0, "b": 0.5}).flatten()
    torch.testing.assert_close(ours, tensor(want), atol=1e-6, rtol=1e-6)
