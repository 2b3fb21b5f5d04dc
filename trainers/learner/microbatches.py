"""Micro-batches: a batch passes through the policy in parts that fit in memory, in one of three equivalent layouts.

``padded``: one row each, padding on the right. ``packed``: the rows of a part one after another in a single row, without
padding; positions restart with each, and attention stays within it. ``shared``: the common prefixes of a group's rows, the
prompt and equal first tokens of completions, are computed once (prefix_tree.py).
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator

import torch
from torch import Tensor

from r1.trainers.config import UsageError
from r1.trainers.learner.batch import Batch, alike
from r1.trainers.learner.prefix_tree import build_prefix_trees
from r1.trainers.policy.eager import UNABLE, close, eager_logits, probe_rows
from r1.trainers.policy.policy import Policy, evaluating, spread

MicroBatch = tuple[Batch, Tensor, Tensor, Tensor]  # part, its rows in the batch, logp_BT, entropy_BT


def microbatches(
    policy: Policy, batch: Batch, tokens: int, temperature: float, layout: str = "padded"
) -> Iterator[MicroBatch]:
    """Yield parts of at most ``tokens`` tokens, with the log-probability and entropy of each token the policy wrote.

    With gradients on, call ``backward`` on the loss of a part before taking the next one, to free its memory.
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
    """Return the layout to use: one that gives the model's own log-probabilities on a few rows of different lengths.

    ``auto`` takes the first such layout of: shared (on a CPU), padded, packed. On a GPU padded rows can use the causal flash
    kernel; a tree cannot. A sharded policy is padded: its ranks cannot try.

    Raises:
        UsageError: the layout named, or with ``auto`` every layout, gives other numbers.
    """
    if type(policy) is not Policy and asked in ("auto", "padded"):
        return "padded"
    on_cpu = policy.device.type == "cpu"
    tried = (asked,) if asked != "auto" else ("shared", "padded", "packed") if on_cpu else ("padded", "packed")
    for layout in tried:
        if type(policy) is Policy and _is_right(policy, layout):
            return layout
    if asked == "auto":
        kind = type(policy.model).__name__
        raise UsageError(
            f"{kind}: no layout of a micro-batch gives this model's own log-probabilities; use another model"
        )
    raise UsageError(f"layout {asked}: this model and these settings do not support it; use auto or padded")


@torch.no_grad()
def _is_right(policy: Policy, layout: str) -> bool:
    """Whether a layout gives the log-probabilities of the model's eager forward, in float32."""
    if layout != "padded" and not policy.head_is_plain:
        return False
    if layout == "shared" and not _sees_all(policy):
        return False
    policy = copy.copy(policy)
    policy.dtype, policy.float32_head = torch.float32, False
    rows = probe_rows(policy.model)
    wanted_BT = torch.zeros(len(rows), max(map(len, rows)), device=policy.device)
    ids_BT, own_BT = wanted_BT.long(), wanted_BT.bool()
    for b, (row, logits_TV) in enumerate(zip(rows, eager_logits(policy.model, rows), strict=True)):
        ids_BT[b, : len(row)] = torch.tensor(row)
        own_BT[b, 1 : len(row)] = True
        wanted_BT[b, 1 : len(row)] = logits_TV[:-1].log_softmax(-1).gather(1, ids_BT[b, 1 : len(row), None]).squeeze(1)
    length_B = torch.tensor([len(row) for row in rows], device=policy.device)
    batch = Batch(ids_BT, own_BT, length_B, torch.zeros_like(wanted_BT), torch.zeros_like(wanted_BT[:, 0]))
    with evaluating(policy.model), contextlib.suppress(*UNABLE):  # its attention does not accept such a mask
        found_BT = torch.zeros_like(wanted_BT)
        for part, which, logp_BT, _ in microbatches(policy, batch, 64, 1.0, layout):
            found_BT[which, : part.ids_BT.shape[1]] = logp_BT
        return close(found_BT, wanted_BT)
    return False


@torch.no_grad()
def _sees_all(policy: Policy) -> bool:
    """Whether every layer caches the keys and values of all tokens and nothing else; tested on two tokens."""
    from transformers import DynamicCache
    from transformers.cache_utils import DynamicLayer

    ids = torch.zeros((1, 2), dtype=torch.long, device=policy.device)
    with evaluating(policy.model), contextlib.suppress(*UNABLE):
        cache = policy.model.base_model(input_ids=ids, use_cache=True).past_key_values
        return type(cache) is DynamicCache and all(type(layer) is DynamicLayer for layer in cache.layers)
    return False


def _packed(policy: Policy, part: Batch, temperature: float) -> tuple[Tensor, Tensor]:
    """One row: transformers recognizes sequences by positions that restart, and masks accordingly."""
    position_BT = torch.arange(part.ids_BT.shape[1], device=policy.device).expand_as(part.ids_BT)
    real_BT = position_BT < part.length_B[:, None]
    with policy.autocast():
        hidden_1NH = policy.model.base_model(
            input_ids=part.ids_BT[real_BT][None], position_ids=position_BT[real_BT][None], use_cache=False
        ).last_hidden_state
        before_N = part.own_BT.roll(-1, 1)[real_BT]  # position 0 is never own, so nothing wraps around
        found = policy.token_logp(hidden_1NH[0][before_N], part.ids_BT[part.own_BT], temperature)
    return spread(*found, part.own_BT)


def _shared(policy: Policy, batch: Batch, tokens: int, temperature: float) -> Iterator[MicroBatch]:
    """Each part is one tree of at most ``tokens`` nodes, or several small ones side by side."""
    rows = batch.own_BT.any(1).nonzero().squeeze(1)  # the others need no log-probabilities
    if not len(rows):
        return
    length_B = batch.length_B[rows] - 1  # the last token predicts nothing
    prompt_B = batch.own_BT[rows].long().argmax(1)
    # In a tree attention compares every node with every other, so a very wide tree costs more than reading the prompt
    # again. If nodes share only the prompt of p tokens, the optimum is sqrt(p (6 H + p)) nodes: 24 H² operations a node, 4 H
    # a pair.
    longest_prompt, hidden = int(prompt_B.max()), policy.model.get_input_embeddings().weight.shape[1]
    wide = int(length_B.max()) + round((longest_prompt * (6 * hidden + longest_prompt)) ** 0.5)
    forest = build_prefix_trees(batch.ids_BT[rows], length_B, prompt_B, min(tokens, wide))
    tree_B = forest.tree_U[forest.distinct_B]
    for trees in alike(forest.size_K, tokens):
        chosen = torch.isin(tree_B, trees).nonzero().squeeze(1)
        part = batch.rows(rows[chosen])
        node_KW, sees_KWW, place_N = forest.side_by_side(trees)
        with policy.autocast():
            hidden_KWH = policy.model.base_model(
                input_ids=forest.ids_N[node_KW],
                attention_mask=sees_KWW[:, None],
                position_ids=forest.depth_N[node_KW],
                use_cache=False,
            ).last_hidden_state
            # Rows that have the same token after the same node share its log-probability.
            before_M, own_M = forest.nodes(chosen, part.own_BT.roll(-1, 1)), part.ids_BT[part.own_BT]
            vocabulary = policy.model.get_input_embeddings().weight.shape[0]
            pair_P, pair_M = torch.unique(before_M * vocabulary + own_M, return_inverse=True)
            hidden_PH = hidden_KWH.flatten(0, 1).index_select(0, place_N[pair_P // vocabulary])
            logp_P, entropy_P = policy.token_logp(hidden_PH, pair_P % vocabulary, temperature)
        yield part, rows[chosen], *spread(logp_P.index_select(0, pair_M), entropy_P[pair_M], part.own_BT)
