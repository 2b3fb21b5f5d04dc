"""Every variant of the objective equals its formula in plain Python, one completion at a time."""

from __future__ import annotations

import dataclasses
import math
import statistics
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import Config, Objective, with_settings
from r1.trainers.learner.loss import group_advantages, token_loss, token_weights
from r1.trainers.presets import OBJECTIVES

MAX_TOKENS = 6


@dataclasses.dataclass
class Completion:
    """Log-probabilities of its tokens under policy, old policy, reference and engine, and its advantage."""

    logp: list[float]
    old: list[float]
    ref: list[float]
    engine: list[float]
    advantage: float


def clip(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def slow_kl(o: Objective, new: float, ref: float) -> float:
    r = math.exp(ref - new)
    return {"k1": -math.log(r), "k2": math.log(r) ** 2 / 2, "k3": r - math.log(r) - 1}[o.kl]


def slow_weight(o: Objective, c: Completion, t: int) -> float:
    """π_old/π_engine of the token, or the product over the completion; truncated or masked."""
    if o.correction == "none":
        return 1.0
    each = [math.exp(old - engine) for old, engine in zip(c.old, c.engine, strict=True)]
    weight = math.prod(each) if o.correction.startswith("seq_") else each[t]
    if o.correction.endswith("tis"):
        return min(weight, o.correction_high)
    return weight if o.correction_low <= weight <= o.correction_high else 0.0


def slow_token(o: Objective, c: Completion, t: int) -> float:
    a, ratio = c.advantage, math.exp(c.logp[t] - c.old[t])
    if o.ratio == "sequence":
        whole = math.prod(math.exp(new - old) for new, old in zip(c.logp, c.old, strict=True))
        ratio = whole ** (1 / len(c.logp))
    clipped = clip(ratio, 1 - o.clip_low, 1 + o.clip_high)
    if o.surrogate == "cispo":
        gain = clipped * a * c.logp[t]
    else:
        gain = min(ratio * a, clipped * a)
        if o.dual_clip is not None and a < 0:
            gain = max(gain, o.dual_clip * a)
    gain *= slow_weight(o, c, t)
    if o.drift_mask is not None and a < 0:
        drift = statistics.fmean(old - new for new, old in zip(c.logp, c.old, strict=True))
        gain *= drift <= o.drift_mask
    if o.kl_coef and not o.kl_in_reward:
        gain -= o.kl_coef * slow_kl(o, c.logp[t], c.ref[t]) * (ratio if o.kl_unbiased else 1.0)
    return -gain


def slow_loss(o: Objective, completions: list[Completion]) -> float:
    sums = [sum(slow_token(o, c, t) for t in range(len(c.logp))) for c in completions]
    if o.aggregate == "sequence":
        return statistics.fmean(s / len(c.logp) for s, c in zip(sums, completions, strict=True))
    if o.aggregate == "token":
        return sum(sums) / sum(len(c.logp) for c in completions)
    return sum(sums) / (len(completions) * MAX_TOKENS)


def our_loss(o: Objective, completions: list[Completion]) -> float:
    width = MAX_TOKENS + 1

    def table(name: str) -> torch.Tensor:
        rows = [
            getattr(c, name) + [-3.0] * (width - len(c.logp)) for c in completions
        ]  # padding that would change the result
        return torch.tensor(rows, dtype=torch.float64)

    mask = torch.tensor([[t < len(c.logp) for t in range(width)] for c in completions]).double()
    advantages = torch.tensor([c.advantage for c in completions], dtype=torch.float64)
    loss_BT, _ = token_loss(
        o, table("logp"), table("old"), advantages, mask, ref_logp_BT=table("ref"), engine_logp_BT=table("engine")
    )
    return (loss_BT * token_weights(mask, o.aggregate, MAX_TOKENS)).sum().item()


logps = st.floats(-3, -0.01)


@st.composite
def drawn(draw: st.DrawFn) -> list[Completion]:
    lengths = draw(st.lists(st.integers(1, MAX_TOKENS), min_size=1, max_size=4))
    some = lambda n: [draw(logps) for _ in range(n)]  # noqa: E731
    return [Completion(some(n), some(n), some(n), some(n), draw(st.floats(-2, 2))) for n in lengths]


CHANGES: list[dict[str, Any]] = [
    {},
    {"clip_low": 10.0, "clip_high": 10.0},
    {"dual_clip": 3.0},
    *({"kl": kl, "kl_coef": 0.05, "kl_in_reward": False} for kl in ("k1", "k2", "k3")),
    {"kl_coef": 0.05, "kl_unbiased": True, "kl_in_reward": False},
    {"drift_mask": 0.2},
    *({"correction": how} for how in ("tis", "mis", "seq_tis", "seq_mis")),
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
@pytest.mark.parametrize("name", sorted(OBJECTIVES))
@settings(max_examples=15)
@given(completions=drawn())
def test_the_loss_equals_the_formula(name: str, changes: dict[str, Any], completions: list[Completion]) -> None:
    o = with_settings(with_settings(Config(), OBJECTIVES[name]), changes).objective
    assert our_loss(o, completions) == pytest.approx(slow_loss(o, completions), abs=1e-9, rel=1e-9)


groups = st.lists(st.lists(st.integers(0, 20).map(lambda i: i / 10), min_size=4, max_size=4), min_size=2, max_size=4)


@given(groups, st.sampled_from(["std", "batch", "none"]), st.sampled_from(["mean", "loo", "batch"]))
def test_advantages_equal_the_formula(rewards: list[list[float]], scale: str, baseline: str) -> None:
    """Complete groups only; test_advantages.py tests NaN and equal rewards."""
    flat = [r for group in rewards for r in group]

    def centred(r: float, i: int, group: list[float]) -> float:
        if baseline == "loo":
            return r - statistics.fmean(group[:i] + group[i + 1 :])
        return r - statistics.fmean(flat if baseline == "batch" else group)

    table = [[centred(r, i, group) for i, r in enumerate(group)] for group in rewards]
    every = [a for group in table for a in group]
    for group, ours in zip(table, group_advantages(torch.tensor(rewards), scale, baseline).tolist(), strict=True):
        squares = every if scale == "batch" or baseline == "batch" else group
        spread = 1.0 if scale == "none" else math.sqrt(sum(a * a for a in squares) / (len(squares) - 1))
        want = [a / spread if spread > 1e-9 else 0.0 for a in group]
        assert ours == pytest.approx(want, abs=1e-5)
