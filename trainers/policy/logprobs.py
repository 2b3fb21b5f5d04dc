"""Log-probabilities of sampled tokens from hidden states, without a [B, T, V] tensor."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

CHUNK_BYTES = 128 << 20  # float32 logits in memory at once


class _ChunkedLogp(torch.autograd.Function):
    """log softmax(h Wᵀ / T)[target] row by row in chunks; the backward pass recomputes each chunk's logits."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden_NH: Tensor,
        weight_VH: Tensor,
        bias_V: Tensor | None,
        targets_N: Tensor,
        temperature: float,
        chunk: int,
    ) -> tuple[Tensor, Tensor]:
        logp_N = hidden_NH.new_empty(len(hidden_NH), dtype=torch.float32)
        entropy_N = torch.empty_like(logp_N)
        lse_N = torch.empty_like(logp_N)
        for rows in _chunks(len(hidden_NH), chunk):
            logits_CV = _logits(hidden_NH[rows], weight_VH, bias_V, temperature)
            lse_N[rows] = lse_C = logits_CV.logsumexp(1)
            logp_N[rows] = logits_CV.gather(1, targets_N[rows, None]).squeeze(1) - lse_C
            probs_CV = (logits_CV - lse_C[:, None]).exp_()
            entropy_N[rows] = lse_C - (probs_CV * logits_CV).sum(1)
        ctx.save_for_backward(hidden_NH, weight_VH, bias_V, targets_N, lse_N)
        ctx.temperature, ctx.chunk = temperature, chunk
        ctx.mark_non_differentiable(entropy_N)
        return logp_N, entropy_N

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_N: Tensor, _entropy: Tensor) -> tuple[Tensor | None, ...]:
        hidden_NH, weight_VH, bias_V, targets_N, lse_N = ctx.saved_tensors
        grad_hidden_NH = torch.empty_like(hidden_NH)
        grad_weight_VH = torch.zeros_like(weight_VH, dtype=torch.float32) if ctx.needs_input_grad[1] else None
        grad_bias_V = None if bias_V is None else torch.zeros_like(bias_V, dtype=torch.float32)
        for rows in _chunks(len(hidden_NH), ctx.chunk):
            logits_CV = _logits(hidden_NH[rows], weight_VH, bias_V, ctx.temperature)
            scale_C1 = grad_N[rows, None] / ctx.temperature
            # d logp / d logits = onehot(target) - softmax
            grad_CV = (logits_CV - lse_N[rows, None]).exp_().mul_(-scale_C1)
            grad_CV.scatter_add_(1, targets_N[rows, None], scale_C1.to(grad_CV.dtype))
            grad_hidden_NH[rows] = (grad_CV.to(weight_VH.dtype) @ weight_VH).to(grad_hidden_NH.dtype)
            if grad_weight_VH is not None:
                grad_weight_VH += grad_CV.T @ hidden_NH[rows].to(grad_CV.dtype)
            if grad_bias_V is not None:
                grad_bias_V += grad_CV.sum(0)
        return (
            grad_hidden_NH,
            None if grad_weight_VH is None else grad_weight_VH.to(weight_VH.dtype),
            None if grad_bias_V is None else grad_bias_V.to(bias_V.dtype),
            None,
            None,
            None,
        )


def _chunks(rows: int, chunk: int) -> list[slice]:
    return [slice(i, min(i + chunk, rows)) for i in range(0, rows, chunk)]


def _logits(hidden_CH: Tensor, weight_VH: Tensor, bias_V: Tensor | None, temperature: float) -> Tensor:
    logits_CV = torch.nn.functional.linear(hidden_CH.to(weight_VH.dtype), weight_VH, bias_V).float()
    return logits_CV if temperature == 1.0 else logits_CV / temperature


def selected_logp(
    hidden_NH: Tensor,
    weight_VH: Tensor,
    targets_N: Tensor,
    *,
    bias_V: Tensor | None = None,
    temperature: float = 1.0,
    chunk: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Return the log-probability of each target and the entropy of its distribution, in nats, float32, at ``temperature``.

    Args:
        hidden_NH: last hidden states. weight_VH: the output embedding. targets_N: token ids.
        chunk: rows whose logits are in memory at once; default: as many as fit ``CHUNK_BYTES``.
    Returns:
        logp_N (differentiable), entropy_N (not differentiable).
    """
    chunk = chunk or max(1, CHUNK_BYTES // (4 * weight_VH.shape[0]))
    return _ChunkedLogp.apply(hidden_NH, weight_VH, bias_V, targets_N, temperature, chunk)
