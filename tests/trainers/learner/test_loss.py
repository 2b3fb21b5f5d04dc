"""The loss: equals formulas in plain Python, and keeps every promise of its docstrings."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import Config, Objective, with_settings
from r1.trainers.learner.loss import (
    clipped,
    engine_correction,
    group_advantages,
    kl,
    token_loss,
    token_weights,
)
from r1.trainers.presets import OBJECTIVES


def tensor(values: Any) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def slow_grpo(
    logp: list[list[float]],
    old: list[list[float]],
    ref: list[list[float]],
    advantage: list[float],
    eps: float,
    beta: float,
) -> float:
    """DeepSeekMath eq. 3 with R1's eq. 2 for the KL, in plain Python; a row is the list of its own tokens."""
    total = 0.0
    for row, (new_i, old_i, ref_i) in enumerate(zip(logp, old, ref, strict=True)):
        row_sum = 0.0
        for new, before, reference in zip(new_i, old_i, ref_i, strict=True):
            ratio = math.exp(new - before)
            surrogate = min(ratio * advantage[row], min(max(ratio, 1 - eps), 1 + eps) * advantage[row])
            r = math.exp(reference - new)
            row_sum += surrogate - beta * (r - math.log(r) - 1)
        total += row_sum / len(new_i)
    return -total / len(logp)


def padded(rows: list[list[float]], width: int, fill: float = 0.0) -> torch.Tensor:
    return tensor([row + [fill] * (width - len(row)) for row in rows])


logps = st.floats(-4, -0.01)


@st.composite
def problems(draw: st.DrawFn) -> dict[str, Any]:
    lengths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    table = lambda: [[draw(logps) for _ in range(n)] for n in lengths]  # noqa: E731
    return {
        "lengths": lengths,
        "logp": table(),
        "old": table(),
        "ref": table(),
        "advantage": [draw(st.floats(-2, 2)) for _ in lengths],
        "eps": draw(st.sampled_from([0.2, 10.0])),
        "beta": draw(st.sampled_from([0.0, 0.04])),
        "padding": draw(st.integers(0, 3)),
    }


def our_loss(p: dict[str, Any], logp: torch.Tensor, o: Objective, fill: float = 0.0) -> torch.Tensor:
    width = logp.shape[1]
    mask = padded([[1.0] * n for n in p["lengths"]], width)
    loss, _ = token_loss(
        o,
        logp,
        padded(p["old"], width, fill),
        tensor(p["advantage"]),
        mask,
        ref_logp_BT=padded(p["ref"], width, fill),
        engine_logp_BT=padded(p["old"], width, fill),
    )
    return (loss * token_weights(mask, o.aggregate, 8)).sum()


@given(problems())
def test_grpo_equals_the_formula_and_padding_changes_nothing(p: dict[str, Any]) -> None:
    o = Objective(clip_low=p["eps"], clip_high=p["eps"], kl_coef=p["beta"])
    width = max(p["lengths"]) + p["padding"]
    ours = our_loss(p, padded(p["logp"], width, -1.5), o, fill=-0.5)
    slow = slow_grpo(p["logp"], p["old"], p["ref"], p["advantage"], p["eps"], p["beta"])
    assert ours.item() == pytest.approx(slow, abs=1e-12)


@settings(max_examples=30)
@given(problems(), st.sampled_from(sorted(OBJECTIVES)))
def test_gradients_equal_finite_differences(p: dict[str, Any], name: str) -> None:
    """Except near the kinks of a clip, and for CISPO, whose weight intentionally has no gradient."""
    o = with_settings(Config(), OBJECTIVES[name]).objective
    if o.surrogate == "cispo" or o.ratio == "sequence":
        o = dataclasses.replace(o, surrogate="clip", ratio="token", clip_low=0.2, clip_high=0.28)
    logp = padded(p["logp"], max(p["lengths"])).requires_grad_()
    ratio = (logp - padded(p["old"], logp.shape[1])).exp()
    kinks = torch.stack([(ratio - k).abs() for k in (1.0, 1 - o.clip_low, 1 + o.clip_high)]).amin(0)
    (grad,) = torch.autograd.grad(our_loss(p, logp, o), logp)
    for i, t in itertools.product(range(logp.shape[0]), range(logp.shape[1])):
        if t >= p["lengths"][i] or kinks[i, t] < 1e-3:
            continue
        step = torch.zeros_like(logp)
        step[i, t] = 1e-6
        slope = (our_loss(p, logp + step, o) - our_loss(p, logp - step, o)) / 2e-6
        assert grad[i, t].item() == pytest.approx(slope.item(), abs=1e-6)
    assert (grad[padded([[1.0] * n for n in p["lengths"]], logp.shape[1]) == 0] == 0).all()


def test_gspo_gradient_is_that_of_the_sequence_ratio() -> None:
    old, new, advantage = [-1.0, -2.0, -0.5], tensor([-1.1, -1.7, -0.6]).requires_grad_(), 0.7
    sequence = (new - tensor(old)).mean().exp() * advantage
    (expected,) = torch.autograd.grad(-sequence, new)
    logp = new.detach()[None].requires_grad_()
    o = Objective(ratio="sequence", clip_low=10, clip_high=10, kl_coef=0)
    mask = torch.ones(1, 3, dtype=torch.float64)
    loss = (token_loss(o, logp, tensor([old]), tensor([advantage]), mask)[0] * token_weights(mask, "sequence", 3)).sum()
    (ours,) = torch.autograd.grad(loss, logp)
    torch.testing.assert_close(ours[0], expected)
    assert loss.item() == pytest.approx(-sequence.item())


def test_gspo_equals_grpo_on_completions_of_one_token() -> None:
    logp, old, advantage, mask = (
        tensor([[-1.0], [-0.3]]),
        tensor([[-1.4], [-0.2]]),
        tensor([1.0, -1.0]),
        tensor([[1.0], [1.0]]),
    )
    one = token_loss(Objective(ratio="sequence", kl_coef=0), logp, old, advantage, mask)[0]
    torch.testing.assert_close(one, token_loss(Objective(kl_coef=0), logp, old, advantage, mask)[0])


@pytest.mark.parametrize("name", sorted(OBJECTIVES))
def test_on_policy_every_variant_has_the_gradient_of_reinforce(name: str) -> None:
    o = dataclasses.replace(with_settings(Config(), OBJECTIVES[name]).objective, kl_coef=0.0)
    logp = tensor([[-1.0, -2.0], [-0.5, -1.5]]).requires_grad_()
    advantage, mask = tensor([2.0, -1.0]), torch.ones(2, 2, dtype=torch.float64)
    loss, _ = token_loss(o, logp, logp.detach(), advantage, mask)
    (grad,) = torch.autograd.grad(loss.sum(), logp)
    torch.testing.assert_close(grad, -advantage[:, None].expand(2, 2))


@pytest.mark.parametrize(
    ("ratio", "advantage", "flows"),
    [(1.3, 1.0, False), (1.3, -1.0, True), (0.7, -1.0, False), (0.7, 1.0, True), (1.1, 1.0, True)],
)
def test_the_gradient_stops_exactly_where_the_clip_binds(ratio: float, advantage: float, flows: bool) -> None:
    r = tensor([[ratio]]).requires_grad_()
    (grad,) = torch.autograd.grad(clipped(r, tensor([[advantage]]), 0.2, 0.2).sum(), r)
    assert (grad.item() != 0) is flows


def test_r1s_epsilon_of_ten_never_binds_below() -> None:
    r = tensor([[1e-6, 10.9, 11.1]]).requires_grad_()
    (grad,) = torch.autograd.grad(clipped(r, tensor([[1.0]]), 10, 10).sum(), r)
    assert grad.tolist() == [[-1.0, -1.0, 0.0]]
    (grad,) = torch.autograd.grad(clipped(r, tensor([[-1.0]]), 10, 10).sum(), r)
    assert grad.tolist() == [[1.0, 1.0, 1.0]]


def test_dual_clip_bounds_the_loss_of_a_bad_completion() -> None:
    loss = clipped(tensor([[50.0, 2.0]]), tensor([[-1.0]]), 0.2, 0.2, dual=3.0)
    assert loss.tolist() == [[3.0, 2.0]]
    torch.testing.assert_close(clipped(tensor([[50.0]]), tensor([[1.0]]), 0.2, 0.2, 3.0), tensor([[-1.2]]))


def test_the_right_ratio_learns_and_the_misprinted_one_unlearns() -> None:
    """Some texts print π_old over π_θ. On a bandit with one good arm of five, our ratio finds it and that one avoids it."""

    def probability_of_good(inverted: bool) -> float:
        logits = torch.zeros(5, dtype=torch.float64, requires_grad=True)
        for _ in range(60):
            old = torch.log_softmax(logits, 0).detach()
            advantage = group_advantages(tensor([[1.0, 0.0, 0.0, 0.0, 0.0]]))[0]
            for _ in range(4):
                logp = torch.log_softmax(logits, 0)
                ratio = (old - logp).exp() if inverted else (logp - old).exp()
                loss = (clipped(ratio, advantage, 0.2, 0.2) * old.exp()).sum()
                (grad,) = torch.autograd.grad(loss, logits)
                logits = (logits - 0.5 * grad).detach().requires_grad_()
        return torch.softmax(logits, 0)[0].item()

    assert probability_of_good(inverted=False) > 0.95
    assert probability_of_good(inverted=True) < 0.05


def test_kl_estimators_against_the_exact_kl_by_enumeration() -> None:
    """Over a five-token vocabulary: k1 and k3 have the exact KL as their mean, k3 is never negative."""
    p = torch.softmax(tensor([0.1, 1.0, -0.5, 0.3, 0.0]), 0)
    q = torch.softmax(tensor([0.3, 0.2, 0.0, -0.4, 0.9]), 0)
    exact = (p * (p / q).log()).sum()
    for name in ("k1", "k3"):
        torch.testing.assert_close((p * kl(p.log(), q.log(), name)).sum(), exact)
    assert (kl(p.log(), q.log(), "k3") >= 0).all()


def test_unbiased_kl_has_the_gradient_of_the_exact_kl_off_policy_where_plain_k3_has_not() -> None:
    """DeepSeek-V3.2: the estimate times π_θ/π_old, under tokens drawn from π_old."""
    logits, old, ref = (
        tensor([0.5, -1.0, 0.3]).requires_grad_(),
        tensor([0.0, 0.4, -0.2]).log_softmax(0),
        tensor([-0.4, 0.1, 0.6]),
    )
    ref = ref.log_softmax(0)
    logp = torch.log_softmax(logits, 0)
    (exact,) = torch.autograd.grad((logp.exp() * (logp - ref)).sum(), logits, retain_graph=True)

    def gradient(unbiased: bool) -> torch.Tensor:
        o = Objective(kl_coef=1.0, kl_unbiased=unbiased)
        column = logp[:, None]
        ones = torch.ones(3, 1, dtype=torch.float64)
        loss, _ = token_loss(o, column, old[:, None], tensor([0.0] * 3), ones, ref_logp_BT=ref[:, None])
        return torch.autograd.grad((loss[:, 0] * old.exp()).sum(), logits, retain_graph=True)[0]

    torch.testing.assert_close(gradient(unbiased=True), exact)
    assert (gradient(unbiased=False) - exact).abs().max() > 0.01


@given(problems(), st.sampled_from(["tis", "mis", "seq_tis", "seq_mis"]))
def test_engine_correction_is_one_where_engines_agree_and_bounded_where_not(p: dict[str, Any], how: str) -> None:
    width = max(p["lengths"])
    mask = padded([[1.0] * n for n in p["lengths"]], width)
    old, engine = padded(p["old"], width), padded(p["ref"], width)
    assert (engine_correction(old, old, mask, how, 0.5, 2.0) == 1).all()
    weight = engine_correction(old, engine, mask, how, 0.5, 2.0)
    assert (weight >= 0).all()
    assert (weight <= 2).all()
    if how.endswith("mis"):
        assert ((weight == 0) | (weight >= 0.5)).all()


def test_truncated_weight_by_hand() -> None:
    old, engine = tensor([[-1.0, -1.0]]), tensor([[-1.2, -3.0]])
    mask = torch.ones_like(old)
    assert engine_correction(old, engine, mask, "tis", 0.5, 2.0)[0].tolist() == pytest.approx([math.exp(0.2), 2.0])
    assert engine_correction(old, engine, mask, "mis", 0.5, 2.0)[0].tolist() == pytest.approx([math.exp(0.2), 0.0])
    assert engine_correction(old, engine, mask, "seq_tis", 0.5, 9.5)[0].tolist() == pytest.approx([math.exp(2.2)] * 2)


def test_the_off_policy_mask_drops_only_bad_sequences_that_drifted() -> None:
    o = Objective(kl_coef=0, drift_mask=0.5)
    old, new = tensor([[-1.0, -1.0]] * 3), tensor([[-2.0, -2.0], [-2.0, -2.0], [-1.1, -1.1]])
    loss, _ = token_loss(o, new, old, tensor([-1.0, 1.0, -1.0]), torch.ones(3, 2, dtype=torch.float64))
    assert (loss != 0).all(1).tolist() == [False, True, True]


def test_aggregations_by_hand() -> None:
    mask = tensor([[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]])
    loss = tensor([[1, 2, 9, 9], [3, 3, 3, 3], [9, 9, 9, 9]])
    assert (loss * token_weights(mask, "sequence", 10)).sum() == pytest.approx((1.5 + 3) / 2)
    assert (loss * token_weights(mask, "token", 10)).sum() == pytest.approx(15 / 6)
    assert (loss * token_weights(mask, "constant", 10)).sum() == pytest.approx(15 / 20)


def test_without_own_tokens_weights_are_zero() -> None:
    for how in ("sequence", "token", "constant"):
        assert (token_weights(torch.zeros(2, 3), how, 4) == 0).all()


def test_unknown_names_are_rejected() -> None:
    with pytest.raises(ValueError, match="expected one of: std, batch, none"):
        group_advantages(tensor([[0.0, 1.0]]), "sd")
    with pytest.raises(ValueError, match="expected one of: mean, loo, batch"):
        group_advantages(tensor([[0.0, 1.0]]), "std", "median")
    with pytest.raises(ValueError, match="expected one of: k1, k2, k3"):
        kl(tensor([0.0]), tensor([0.0]), "k4")


def test_exact_policy_gradient_by_enumeration() -> None:
    """All 27 sequences over three tokens: the mean of our gradient is that of the expected reward."""
    table = torch.zeros(3, 3, dtype=torch.float64).uniform_(-1, 1, generator=torch.Generator().manual_seed(0))
    logits = table.requires_grad_()
    logp = torch.log_softmax(logits, 1)  # [position, token]
    sequences = list(itertools.product(range(3), repeat=3))
    reward = tensor([float(s[0] == 1) + 0.5 * s[2] for s in sequences])
    rows = torch.stack([logp[range(3), list(s)] for s in sequences])
    chance = rows.sum(1).exp()
    (exact,) = torch.autograd.grad((chance * reward).sum(), logits, retain_graph=True)
    mask = torch.ones(27, 3, dtype=torch.float64)
    advantage = reward - (chance * reward).sum().detach()
    o = Objective(kl_coef=0, clip_low=10, clip_high=10)
    loss, _ = token_loss(o, rows, rows.detach(), advantage, mask)
    (ours,) = torch.autograd.grad(-(loss.sum(1) * chance.detach()).sum(), logits)
    torch.testing.assert_close(ours, exact)
