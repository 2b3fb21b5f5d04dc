"""Batch: episodes as tensors, one row each, padded on the right, with their advantages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from r1.trainers.config import Objective
from r1.trainers.learner.loss import group_advantages, kl, normalized_sum
from r1.trainers.rollout.episodes import Episode


@dataclass(frozen=True)
class Batch:
    """B rows of T tokens: prompt, completion, padding."""

    ids_BT: Tensor
    own_BT: Tensor  # True: the policy wrote the token, and it gets a gradient (False throughout an UNSCORED row)
    length_B: Tensor  # tokens before the padding
    engine_logp_BT: Tensor
    advantages_B: Tensor
    old_logp_BT: Tensor | None = (
        None  # None: the policy is unchanged, so its current log-probabilities are the old ones
    )
    ref_logp_BT: Tensor | None = None

    def __len__(self) -> int:
        return len(self.ids_BT)

    def rows(self, which: Tensor) -> Batch:
        """Return some rows, without unnecessary padding."""
        width = int(self.length_B[which].max()) if len(which) else 0
        cut = {
            name: None if value is None else value[which, :width] if value.dim() == 2 else value[which]
            for name, value in vars(self).items()
        }
        return Batch(**cut)  # type: ignore[arg-type]

    def micro(self, tokens: int) -> Iterator[tuple[Batch, Tensor]]:
        """Yield parts of at most ``tokens`` padded tokens (at least one row each) and their row numbers; see :func:`alike`."""
        for which in alike(self.length_B, tokens):
            yield self.rows(which), which


def alike(length_B: Tensor, tokens: int) -> Iterator[Tensor]:
    """Yield row numbers in parts of at most ``tokens`` tokens including padding; rows are sorted by length, longest first."""
    order = torch.argsort(length_B, descending=True, stable=True)
    start = 0
    while start < len(order):
        count = max(1, tokens // max(1, int(length_B[order[start]])))
        yield order[start : start + count]
        start += count


def collate(episodes: Sequence[Episode], pad_id: int, device: torch.device, mask_truncated: bool = False) -> Batch:
    """Return a batch with a row per episode, in order, and advantages of 0.

    Args:
        mask_truncated: truncated completions get no gradient.
    """
    length_B = torch.tensor([len(e.prompt_ids) + len(e.token_ids) for e in episodes])
    prompt_B1 = torch.tensor([[len(e.prompt_ids)] for e in episodes])
    position_BT = torch.arange(int(length_B.max())).expand(len(episodes), -1)
    real_BT = position_BT < length_B[:, None]
    written_BT = real_BT & (position_BT >= prompt_B1)
    ids_BT = torch.full(real_BT.shape, pad_id).masked_scatter(
        real_BT, torch.tensor([t for e in episodes for t in (*e.prompt_ids, *e.token_ids)], dtype=torch.long)
    )
    own_BT = torch.zeros_like(real_BT).masked_scatter(
        written_BT, torch.tensor([o for e in episodes for o in e.own], dtype=torch.bool)
    )
    teaches_B1 = torch.tensor([[_teaches(e, mask_truncated)] for e in episodes])
    engine_logp_BT = torch.zeros(real_BT.shape).masked_scatter(
        written_BT, torch.tensor([x for e in episodes for x in e.logp], dtype=torch.float32)
    )
    batch = Batch(ids_BT, own_BT & teaches_B1, length_B, engine_logp_BT, torch.zeros(len(episodes)))
    moved: Any = {name: None if value is None else value.to(device) for name, value in vars(batch).items()}
    return Batch(**moved)


def _teaches(episode: Episode, mask_truncated: bool) -> bool:
    return episode.reward == episode.reward and not (mask_truncated and episode.finish == "length")


def with_advantages(batch: Batch, episodes: Sequence[Episode], group: int, o: Objective, max_tokens: int) -> Batch:
    """Return the batch with the advantages of the episodes' rewards; ``group`` neighboring episodes are a group."""
    rewards_PG = torch.tensor([e.reward for e in episodes], dtype=torch.float64).view(-1, group)
    if o.overlong_buffer:
        rewards_PG = rewards_PG + overlong_penalty(
            torch.tensor([sum(e.own) for e in episodes]).view(-1, group), max_tokens, o.overlong_buffer
        )
    if o.kl_coef and o.kl_in_reward:
        assert batch.ref_logp_BT is not None and batch.old_logp_BT is not None
        kl_B = (kl(batch.old_logp_BT, batch.ref_logp_BT, o.kl) * batch.own_BT).sum(1)
        rewards_PG = rewards_PG - o.kl_coef * kl_B.double().cpu().view(-1, group)
    if o.per_reward:
        names = list(episodes[0].components)
        parts = {
            name: torch.tensor([e.components[name] for e in episodes], dtype=torch.float64).view(-1, group)
            for name in names
        }
        advantages_PG = normalized_sum(parts, dict.fromkeys(names, 1.0))
    else:
        advantages_PG = group_advantages(rewards_PG, o.advantage_scale, o.baseline)
    return replace(batch, advantages_B=advantages_PG.flatten().float().to(batch.ids_BT.device))


def overlong_penalty(length_PG: Tensor, max_tokens: int, buffer: int) -> Tensor:
    """Return 0 up to ``max_tokens - buffer`` tokens, then a linear descent to -1 at ``max_tokens`` [DAPO eq. 13]."""
    return -((length_PG - (max_tokens - buffer)).double() / buffer).clamp(0.0, 1.0)
