"""Passes: a batch through the policy in parts that fit in memory, in one of three layouts with the same numbers.

``padded``: one row each, padding on the right. ``packed``: the rows of a part one after another in a single row, without
padding; positions begin anew with each, and attention stays within it. ``shared``: the prompt of a group is read once and
its completions go on from there; the gradient of all parts is gathered at the prompt and passed back through it once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from r1.trainers.batch import Batch, alike
from r1.trainers.config import UsageError
from r1.trainers.policy import Policy

Pass = tuple[Batch, Tensor, Tensor, Tensor]  # part, its rows in the batch, logp_BT, entropy_BT


def passes(policy: Policy, batch: Batch, tokens: int, temperature: float, layout: str = "padded") -> Iterator[Pass]:
    """Parts of at most ``tokens`` tokens with the log-probabilities of their own tokens.

    With gradients on, call ``backward`` on what is made of a part before asking for the next one.
    """
    if layout == "shared":
        yield from _shared(policy, batch, tokens, temperature)
        return
    for part, which in batch.micro(tokens):
        if layout == "packed":
            yield part, which, *_packed(policy, part, temperature)
        else:
            yield part, which, *policy.logp(part.ids_BT, part.own_BT, temperature)


def layout_for(policy: Policy, asked: str) -> str:
    """The layout to use. ``auto`` shares prompts on a CPU, where that is possible, and pads otherwise.

    (On a GPU padded rows keep the causal flash kernel, which continuing from a cache does not.) A head that is not a plain
    matrix, a sharded policy and a compiled one need padding; gradient checkpointing keeps no cache to share.

    Raises:
        UsageError: a layout asked for by name that this policy cannot do.
    """
    plain = type(policy) is Policy and policy.head_is_plain
    can = {"padded": True, "packed": plain}
    can["shared"] = plain and not policy.model.is_gradient_checkpointing and _cache_is_plain(policy)
    if asked == "auto":
        return "shared" if can["shared"] and policy.device.type == "cpu" else "padded"
    if not can[asked]:
        raise UsageError(f"layout {asked}: not with this model and these settings; leave it at auto, or use padded")
    return asked


@torch.no_grad()
def _cache_is_plain(policy: Policy) -> bool:
    """Whether every layer keeps the keys and values of all tokens, no more; seen on two tokens."""
    from transformers import DynamicCache
    from transformers.cache_utils import DynamicLayer

    ids = torch.zeros((1, 2), dtype=torch.long, device=policy.device)
    cache = policy.model.base_model(input_ids=ids, use_cache=True).past_key_values
    return type(cache) is DynamicCache and all(type(layer) is DynamicLayer for layer in cache.layers)


def _packed(policy: Policy, part: Batch, temperature: float) -> tuple[Tensor, Tensor]:
    """One row: transformers sees from positions that begin anew where a sequence ends, and masks accordingly."""
    position_BT = torch.arange(part.ids_BT.shape[1], device=policy.device).expand_as(part.ids_BT)
    real_BT = position_BT < part.length_B[:, None]
    with policy.autocast():
        hidden_1NH = policy.model.base_model(
            input_ids=part.ids_BT[real_BT][None], position_ids=position_BT[real_BT][None], use_cache=False
        ).last_hidden_state
        before_N = part.own_BT.roll(-1, 1)[real_BT]  # position 0 is never own, so nothing rolls around
        return policy.spread(hidden_1NH[0][before_N], part.ids_BT, part.own_BT, temperature)


@dataclass(frozen=True)
class _Read:
    """Prompts after one pass: keys and values of every layer, and the hidden state that the first token is drawn from."""

    cache: list[Tensor]  # keys and values in turn, [P, heads, T, D]
    last_PH: Tensor
    length_P: Tensor

    def cut(self) -> _Read:
        """The same as leaves, at which gradients gather."""
        grad = torch.is_grad_enabled()
        leaves = [t.detach().requires_grad_(grad) for t in (*self.cache, self.last_PH)]
        return _Read(leaves[:-1], leaves[-1], self.length_P)


def _shared(policy: Policy, batch: Batch, tokens: int, temperature: float) -> Iterator[Pass]:
    rows = batch.own_BT.any(1).nonzero().squeeze(1)  # of the others no log-probability is wanted
    start_B = batch.own_BT.long().argmax(1)
    for prompts_PT, length_P, which, prompt_of_row in _blocks(batch, rows, start_B, tokens):
        read = _read(policy, prompts_PT, length_P)
        leaves = read.cut()
        fed_B = (batch.length_B - start_B)[which] - 1  # the last token predicts nothing
        for chosen in alike(fed_B, tokens):
            part = batch.rows(which[chosen])
            yield part, which[chosen], *_continued(policy, leaves, prompt_of_row[chosen], part, temperature)
        if torch.is_grad_enabled():
            pairs = zip((*read.cache, read.last_PH), (*leaves.cache, leaves.last_PH), strict=True)
            reached = [(whole, leaf.grad) for whole, leaf in pairs if leaf.grad is not None and whole.requires_grad]
            torch.autograd.backward([w for w, _ in reached], [g for _, g in reached])


def _blocks(
    batch: Batch, rows: Tensor, start_B: Tensor, tokens: int
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Distinct prompts, as many as have room together, with their lengths, the rows that go on from them, and which from which."""
    if not len(rows):
        return
    width = int(start_B[rows].max())
    position_T = torch.arange(width, device=rows.device)
    ids_BT = batch.ids_BT[rows, :width].masked_fill(position_T >= start_B[rows, None], -1)  # no token
    prompts_PT, prompt_of_row = torch.unique(ids_BT, dim=0, return_inverse=True)
    count = max(1, tokens // width)
    for first in range(0, len(prompts_PT), count):
        here = (prompt_of_row >= first) & (prompt_of_row < first + count)
        block_PT = prompts_PT[first : first + count]
        yield block_PT.clamp(min=0), (block_PT >= 0).sum(1), rows[here], prompt_of_row[here] - first


def _read(policy: Policy, prompts_PT: Tensor, length_P: Tensor) -> _Read:
    with policy.autocast():
        output = policy.model.base_model(input_ids=prompts_PT, use_cache=True)
    cache = [tensor for layer in output.past_key_values.layers for tensor in (layer.keys, layer.values)]
    rows_P = torch.arange(len(length_P), device=length_P.device)
    return _Read(cache, output.last_hidden_state[rows_P, length_P - 1], length_P)


def _continued(
    policy: Policy, read: _Read, prompt_of_row: Tensor, part: Batch, temperature: float
) -> tuple[Tensor, Tensor]:
    """Log-probabilities of completions that go on from prompts already read. C = tokens after the prompt."""
    from transformers import DynamicCache

    start_B1 = read.length_P[prompt_of_row][:, None]
    width = int((part.length_B - start_B1.squeeze(1)).max())
    position_BC = start_B1 + torch.arange(width, device=policy.device)
    inside_BC = position_BC.clamp(max=part.ids_BT.shape[1] - 1)
    own_BC = part.own_BT.gather(1, inside_BC) & (position_BC < part.length_B[:, None])
    hidden_BCH = read.last_PH.index_select(0, prompt_of_row)[:, None]
    with policy.autocast():
        if width > 1:  # the last token predicts nothing
            cache = DynamicCache()
            for layer in range(len(read.cache) // 2):
                keys, values = (t.index_select(0, prompt_of_row) for t in read.cache[2 * layer : 2 * layer + 2])
                cache.update(keys, values, layer)
            seen_BT = torch.arange(read.cache[0].shape[2], device=policy.device) < start_B1
            after_BCH: Any = policy.model.base_model(
                input_ids=part.ids_BT.gather(1, inside_BC)[:, :-1],
                attention_mask=torch.cat([seen_BT, seen_BT.new_ones(len(seen_BT), width - 1)], 1).long(),
                position_ids=position_BC[:, :-1],
                past_key_values=cache,
                use_cache=True,
            ).last_hidden_state
            hidden_BCH = torch.cat([hidden_BCH, after_BCH.to(hidden_BCH.dtype)], 1)
        return policy.spread(hidden_BCH[own_BC], part.ids_BT, part.own_BT, temperature)
