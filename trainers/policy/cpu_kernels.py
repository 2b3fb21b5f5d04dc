"""CPU kernels: norms, and attention over short texts, for training, with explicit backward passes.

Autograd over the elementary operations passes over memory three times as often; torch's fused attention is built for long texts.
Weights, module names and results stay those of the model.
"""

from __future__ import annotations

import contextlib
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from r1.trainers.policy.eager import UNABLE, settle_attention

SHORT = 128  # keys; for longer texts torch's attention is faster
ATTENTION = "r1_short"  # name under which transformers finds `_attention`


def quicken(model: Any) -> None:
    """Make a model on a CPU use the norms and the attention below, where they give the numbers of its own. In place."""
    quicken_norms(model)
    if model.config._attn_implementation == "sdpa" and model._supports_attention_backend:
        from transformers import AttentionInterface, AttentionMaskInterface
        from transformers.masking_utils import sdpa_mask

        AttentionInterface.register(ATTENTION, _attention)
        AttentionMaskInterface.register(ATTENTION, sdpa_mask)
        settle_attention(model, (ATTENTION, "sdpa"))


class _ShortAttention(torch.autograd.Function):
    """``softmax(q kᵀ · scale) v`` on [B, heads, T, D]; the probabilities are kept for the backward pass."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, hidden: Tensor | None, scale: float) -> Tensor:
        score = (q * scale) @ k.transpose(2, 3)
        if hidden is not None:
            # Not -inf: left padding that may see nothing would become NaN, and so would everything that adds 0 times it.
            score.masked_fill_(hidden, torch.finfo(score.dtype).min)
        p = score.softmax(-1)
        ctx.save_for_backward(q, k, v, p)
        ctx.scale = scale
        return p @ v

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        q, k, v, p = ctx.saved_tensors
        grad_score = torch._softmax_backward_data(grad @ v.transpose(2, 3), p, -1, p.dtype).mul_(ctx.scale)
        return grad_score @ k, grad_score.transpose(2, 3) @ q, p.transpose(2, 3) @ grad, None, None


def _attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    is_causal: bool | None = None,
    **how: Any,
) -> tuple[Tensor, None]:
    """The attention function that transformers calls. ``attention_mask`` is True where a query may look; None: causal."""
    from transformers.integrations.sdpa_attention import repeat_kv, sdpa_attention_forward

    plain = not dropout and how.get("position_bias") is None and is_causal in (None, True)
    plain &= not torch.is_autocast_enabled(query.device.type)
    if key.shape[2] > SHORT or not plain or (attention_mask is not None and attention_mask.dtype != torch.bool):
        return sdpa_attention_forward(module, query, key, value, attention_mask, dropout, scaling, is_causal, **how)
    hidden, queries = None, query.shape[2]
    if attention_mask is not None:
        hidden = ~attention_mask
    elif queries > 1:
        hidden = query.new_ones(queries, key.shape[2], dtype=torch.bool).triu(1 + key.shape[2] - queries)
    key, value = (repeat_kv(x, query.shape[1] // x.shape[1]) for x in (key, value))
    scale = scaling or query.shape[-1] ** -0.5
    return _ShortAttention.apply(query, key, value, hidden, scale).transpose(1, 2).contiguous(), None


class _RMSNorm(torch.autograd.Function):
    """``y = w n`` with ``n = x / sqrt(mean(x²) + ε)``; backward ``dx = (g w - n mean(g w n)) / sqrt(mean(x²) + ε)``."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        inverse = torch.linalg.vecdot(x, x).div_(x.shape[-1]).add_(eps).rsqrt_().unsqueeze(-1)
        normal = x * inverse
        ctx.save_for_backward(normal, inverse, weight)
        return normal * weight

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        normal, inverse, weight = ctx.saved_tensors
        grad_weight = (grad * normal).flatten(0, -2).sum(0)
        grad_normal = grad * weight
        along = torch.linalg.vecdot(grad_normal, normal).div_(normal.shape[-1]).unsqueeze(-1)
        return torch.addcmul(grad_normal, normal, along, value=-1).mul_(inverse), grad_weight, None


def quicken_norms(model: Any) -> None:
    """Make every norm that computes exactly this use the function above in float32 training. In place; weights stay.

    A norm with other results (Gemma adds 1 to its weight) or further inputs is left alone.
    """
    quick: dict[type, type] = {}
    for module in list(model.modules()):
        if isinstance(getattr(module, "variance_epsilon", None), float) and _is_plain(module):
            kind = type(module)
            module.__class__ = quick.setdefault(kind, _quick(kind))


def _quick(kind: Any) -> type:
    def forward(self: Any, x: Tensor, *more: Any, **named: Any) -> Tensor:
        if more or named:  # a gated norm
            return kind.forward(self, x, *more, **named)
        if x.dtype is torch.float32 and torch.is_grad_enabled():
            return _RMSNorm.apply(x, self.weight, self.variance_epsilon)
        return kind.forward(self, x)

    return type(kind.__name__, (kind,), {"forward": forward})


@torch.no_grad()
def _is_plain(module: Any) -> bool:
    x = torch.linspace(-2, 2, 2 * module.weight.numel()).view(2, -1)
    ours = _RMSNorm.apply(x, module.weight, module.variance_epsilon)
    with contextlib.suppress(*UNABLE):  # a norm that needs a gate
        return torch.allclose(module(x), ours, atol=1e-6, rtol=1e-5)
    return False
