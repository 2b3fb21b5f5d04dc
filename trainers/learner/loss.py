"""Loss: the objectives of group-relative policy optimization, as pure functions on tensors.

Axes in names: P prompts, G completions a prompt, B = P·G rows, T tokens. Every function works in the dtype it is given.
Sources: [R1] arXiv 2501.12948, [DSM] DeepSeekMath 2402.03300, [DAPO] 2503.14476, [DrGRPO] 2503.20783, [GSPO] 2507.18071,
[GDPO] 2601.05242, [CISPO] MiniMax-M1 2506.13585, [RLOO] 2402.14740, [R++] REINFORCE++ 2501.03262, [V3.2] DeepSeek-V3.2 2512.02556,
[k] J. Schulman, "Approximating KL divergence" (2020), [dual] 1912.09729, [TIS] Yao et al., "Off-policy RL" (2025).
docs/trainer.md has them all in one table.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from r1.trainers.config import Objective

STD_FLOOR = 1e-6  # rewards that differ by less are taken to differ by rounding only


def group_advantages(rewards_PG: Tensor, scale: str = "std", baseline: str = "mean") -> Tensor:
    """Return how much better each completion is than its group: ``A_i = (r_i - mean(r)) / std(r)`` [R1 eq. 3, DSM 4.1.2].

    A NaN reward (an unscored row) is ignored and gets advantage 0. A group of equal rewards, and a group of one, get exactly
    0: for them the mean is not used, so no rounding error can leak.

    Args:
        rewards_PG: any float dtype; computed in float64.
        scale: ``std`` (of the group, n-1), ``batch`` (std of all centered rewards [R++]) or ``none`` [DrGRPO].
        baseline: ``mean`` of the group, ``loo`` (mean of the *others* [RLOO]) or ``batch`` (one mean for all [R++]).
    Returns:
        advantages_PG, float64.
    Raises:
        ValueError: unknown scale or baseline.
    """
    rewards_PG = rewards_PG.to(torch.float64)
    scored_PG = ~torch.isnan(rewards_PG)
    if baseline == "batch":
        return _group_advantages(rewards_PG.reshape(1, -1), scored_PG.reshape(1, -1), scale, "mean").view_as(rewards_PG)
    return _group_advantages(rewards_PG, scored_PG, scale, baseline)


def _group_advantages(rewards_PG: Tensor, scored_PG: Tensor, scale: str, baseline: str) -> Tensor:
    count_P1 = scored_PG.sum(1, keepdim=True)
    filled_PG = rewards_PG.masked_fill(~scored_PG, 0.0)
    low_P1 = rewards_PG.masked_fill(~scored_PG, torch.inf).amin(1, keepdim=True)
    high_P1 = rewards_PG.masked_fill(~scored_PG, -torch.inf).amax(1, keepdim=True)
    signal_PG = scored_PG & (count_P1 > 1) & (high_P1 > low_P1)
    mean_P1 = filled_PG.sum(1, keepdim=True) / count_P1.clamp(min=1)
    centered_PG = torch.where(signal_PG, filled_PG - mean_P1, 0.0)
    if baseline == "loo":
        centered_PG = centered_PG * count_P1 / (count_P1 - 1).clamp(min=1)
    elif baseline != "mean":
        raise ValueError(f"unknown baseline {baseline!r}; expected one of: mean, loo, batch")
    if scale == "std":
        std_P1 = (centered_PG.square().sum(1, keepdim=True) / (count_P1 - 1).clamp(min=1)).sqrt()
        return centered_PG / std_P1.clamp(min=STD_FLOOR)
    if scale == "batch":
        return _over_batch_std(centered_PG, scored_PG)
    if scale == "none":
        return centered_PG
    raise ValueError(f"unknown advantage scale {scale!r}; expected one of: std, batch, none")


def normalized_sum(parts_PG: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    """Return advantages from components normalized separately in their group, weighted, summed, scaled over the batch [GDPO].

    ``A = Σ_k w_k (r_k - mean_group(r_k)) / std_group(r_k)``, divided by the standard deviation (n-1) of A over the batch. Its
    mean over the batch is 0 already. Unlike in the plain sum, a lone format bonus weighs less than a lone right answer.
    """
    scored_PG = ~torch.isnan(torch.stack(list(parts_PG.values()))).any(0)
    summed_PG = sum(
        (weights[name] * group_advantages(part_PG) for name, part_PG in parts_PG.items()),
        start=torch.zeros_like(next(iter(parts_PG.values())), dtype=torch.float64),
    )
    return _over_batch_std(torch.where(scored_PG, summed_PG, 0.0), scored_PG)


def _over_batch_std(centered_PG: Tensor, scored_PG: Tensor) -> Tensor:
    std = (centered_PG.square().sum() / (scored_PG.sum() - 1).clamp(min=1)).sqrt()
    return centered_PG / std.clamp(min=STD_FLOOR)


def token_weights(mask_BT: Tensor, aggregate: str, max_tokens: int, rows: int | None = None) -> Tensor:
    """Return the weight of each token, so that ``loss = (weight_BT * loss_BT).sum()`` over any split into micro-batches.

    Args:
        mask_BT: 1 for tokens that the policy wrote.
        aggregate: ``sequence`` 1/G Σ_i 1/|o_i| Σ_t [DSM eq. 3], ``token`` 1/Σ|o_i| Σ_i Σ_t [DAPO eq. 8] or
            ``constant`` 1/(G·max_tokens) Σ_i Σ_t [DrGRPO].
        rows: number of rows to average over; default: the rows with at least one token.
    """
    mask_BT = mask_BT.to(torch.float64)
    length_B1 = mask_BT.sum(1, keepdim=True)
    rows = rows or max(int((length_B1 > 0).sum()), 1)
    if aggregate == "sequence":
        return mask_BT / length_B1.clamp(min=1) / rows
    if aggregate == "token":
        return mask_BT / mask_BT.sum().clamp(min=1)
    if aggregate == "constant":
        return mask_BT / (rows * max_tokens)
    raise ValueError(f"unknown aggregate {aggregate!r}; expected one of: sequence, token, constant")


def clipped(ratio_BT: Tensor, advantages_B1: Tensor, low: float, high: float, dual: float | None = None) -> Tensor:
    """``-min(ρ A, clip(ρ, 1-ε_low, 1+ε_high) A)`` with ρ = π_θ/π_old [R1 eq. 1, DSM eq. 3; ε_high > ε_low: DAPO eq. 10].

    R1's ε is 10: the interval is [-9, 11] and its lower end never binds. ``dual`` bounds the loss of a
    negative advantage: ``-max(min(...), c A)`` for A < 0 [dual eq. 5].
    """
    surrogate_BT = torch.minimum(ratio_BT * advantages_B1, ratio_BT.clamp(1 - low, 1 + high) * advantages_B1)
    if dual is not None:
        floor_BT = torch.maximum(surrogate_BT, dual * advantages_B1)
        surrogate_BT = torch.where(advantages_B1 < 0, floor_BT, surrogate_BT)
    return -surrogate_BT


def cispo(logp_BT: Tensor, ratio_BT: Tensor, advantages_B1: Tensor, low: float, high: float) -> Tensor:
    """``-sg(clip(ρ, 1-ε_low, 1+ε_high)) A log π_θ``: the weight is clipped, the gradient is not [CISPO eq. 4]."""
    return -ratio_BT.detach().clamp(1 - low, 1 + high) * advantages_B1 * logp_BT


def sequence_ratio(logp_BT: Tensor, old_logp_BT: Tensor, mask_BT: Tensor) -> Tensor:
    """Return ``s_i = (π_θ(o_i)/π_old(o_i))^{1/|o_i|}`` for every token, with its gradient spread over them [GSPO eq. 7, 14].

    The value at token t is s_i; with ``sequence`` weights value and gradient are those of the sequence-level objective.
    """
    mean_B1 = ((logp_BT - old_logp_BT) * mask_BT).sum(1, keepdim=True) / mask_BT.sum(1, keepdim=True).clamp(min=1)
    return (mean_B1.detach() + logp_BT - logp_BT.detach()).exp()


def kl(logp_BT: Tensor, ref_logp_BT: Tensor, estimator: str = "k3") -> Tensor:
    """Return an estimate of KL(π_θ ‖ π_ref) for each sampled token. With r = π_ref/π_θ:

    ``k1`` -log r, ``k2`` (log r)²/2, ``k3`` r - log r - 1 [R1 eq. 2, DSM eq. 4; k].
    """
    log_r_BT = ref_logp_BT - logp_BT
    if estimator == "k1":
        return -log_r_BT
    if estimator == "k2":
        return log_r_BT.square() / 2
    if estimator == "k3":
        return torch.expm1(log_r_BT) - log_r_BT  # = r - 1 - log r, without the cancellation near r = 1
    raise ValueError(f"unknown KL estimator {estimator!r}; expected one of: k1, k2, k3")


def off_policy_mask(
    logp_BT: Tensor, old_logp_BT: Tensor, advantages_B1: Tensor, mask_BT: Tensor, delta: float
) -> Tensor:
    """Return 0 for sequences with A < 0 from which the policy drifted, mean log(π_old/π_θ) > δ [V3.2]; 1 for others. [B, 1]"""
    drift_B1 = ((old_logp_BT - logp_BT.detach()) * mask_BT).sum(1, keepdim=True) / mask_BT.sum(1, keepdim=True).clamp(
        min=1
    )
    return 1.0 - ((advantages_B1 < 0) & (drift_B1 > delta)).to(logp_BT.dtype)


def engine_correction(
    old_logp_BT: Tensor, engine_logp_BT: Tensor, mask_BT: Tensor, how: str, low: float, high: float
) -> Tensor:
    """Return the importance weight π_old/π_engine, detached, for tokens sampled with another engine's probabilities.

    ``tis`` truncates each token's weight at ``high`` [TIS], ``mis`` drops tokens outside [low, high], ``seq_tis`` and
    ``seq_mis`` use the product over the sequence. Where engine and learner agree, the weight is 1.
    """
    log_w_BT = (old_logp_BT - engine_logp_BT).detach() * mask_BT
    if how.startswith("seq_"):
        log_w_BT = log_w_BT.sum(1, keepdim=True).expand_as(log_w_BT)
    weight_BT = log_w_BT.clamp(max=60.0).exp()  # finite in float32, and above any useful bound
    if how.endswith("tis"):
        return weight_BT.clamp(max=high)
    if how.endswith("mis"):
        return torch.where((weight_BT >= low) & (weight_BT <= high), weight_BT, 0.0)
    raise ValueError(f"unknown correction {how!r}; expected one of: tis, mis, seq_tis, seq_mis")


def token_loss(
    o: Objective,
    logp_BT: Tensor,
    old_logp_BT: Tensor,
    advantages_B: Tensor,
    mask_BT: Tensor,
    *,
    ref_logp_BT: Tensor | None = None,
    engine_logp_BT: Tensor | None = None,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the loss of every token under objective ``o``; sum it with the weights of :func:`token_weights`.

    Args:
        logp_BT: under the policy being trained; the only argument with a gradient.
        old_logp_BT: under the policy that wrote the samples, as the learner computes it.
        advantages_B: of each row.
        mask_BT: True for tokens that the policy wrote.
        ref_logp_BT: under the reference (required if ``o.kl_coef`` > 0 and the KL is in the loss).
        engine_logp_BT: as the engine reported them (required for a correction).
    Returns:
        loss_BT and, per token and detached: ``ratio``, ``clip_low``, ``clip_high`` (1 where the bound is active), ``kl``.
    """
    mask_BT = mask_BT.to(logp_BT.dtype)
    advantages_B1 = advantages_B.to(logp_BT.dtype)[:, None]
    if o.ratio == "sequence":
        ratio_BT = sequence_ratio(logp_BT, old_logp_BT, mask_BT)
    else:
        ratio_BT = (logp_BT - old_logp_BT).exp()
    if o.surrogate == "cispo":
        loss_BT = cispo(logp_BT, ratio_BT, advantages_B1, o.clip_low, o.clip_high)
    else:
        loss_BT = clipped(ratio_BT, advantages_B1, o.clip_low, o.clip_high, o.dual_clip)
    if o.correction != "none":
        assert engine_logp_BT is not None
        loss_BT = loss_BT * engine_correction(
            old_logp_BT, engine_logp_BT, mask_BT, o.correction, o.correction_low, o.correction_high
        )
    if o.drift_mask is not None:
        loss_BT = loss_BT * off_policy_mask(logp_BT, old_logp_BT, advantages_B1, mask_BT, o.drift_mask)
    ratio = ratio_BT.detach()
    stats = {
        "ratio": ratio,
        "clip_low": ((ratio < 1 - o.clip_low) & (advantages_B1 < 0)).to(ratio.dtype),
        "clip_high": ((ratio > 1 + o.clip_high) & (advantages_B1 > 0)).to(ratio.dtype),
    }
    if ref_logp_BT is not None:
        kl_BT = kl(logp_BT, ref_logp_BT, o.kl)
        stats["kl"] = kl_BT.detach()
        if o.kl_coef and not o.kl_in_reward:
            # Times π_θ/π_old, the k3 estimate is unbiased in value and gradient off-policy too [V3.2]
            loss_BT = loss_BT + o.kl_coef * (kl_BT * ratio_BT if o.kl_unbiased else kl_BT)
    return loss_BT, stats
