"""SFT: supervised training on (prompt, completion) pairs; the loss covers only the completion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from r1.trainers.policy.policy import Policy


@dataclass(frozen=True)
class Supervised:
    """Settings of supervised training. Each pair is used once, in order.

    ``muon`` updates the inner matrices by orthogonalized momentum and the rest by AdamW; from random weights it needed about
    half the steps of AdamW. ``adamw`` is for pretrained models.
    """

    rows: int = 32  # pairs a step
    lr: float = 1e-5
    warmup: int = 20  # steps; then the rate decays linearly to 3 % of lr
    optimizer: str = "adamw"
    max_grad_norm: float = 1.0


def fit(
    policy: Policy,
    pairs: Sequence[tuple[str, str]],
    how: Supervised,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> float:
    """Train the policy in place and return the loss of the last step, in nats a token.

    Args:
        pairs: (prompt, completion).
        progress: called with step and loss after each step.
    Raises:
        ValueError: unknown optimizer.
    """
    encoded = _encode(policy, pairs)
    steps = len(encoded) // how.rows
    optimizers = _optimizers(policy.model, how)
    policy.model.train()
    loss = float("nan")
    for step in range(steps):
        share = min(1.0, (step + 1) / how.warmup) * max(0.03, 1 - step / steps)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = how.lr * share
        loss = _step(policy, encoded[step * how.rows : (step + 1) * how.rows], optimizers, how.max_grad_norm)
        progress(step + 1, loss)
    return loss


def _encode(policy: Policy, pairs: Sequence[tuple[str, str]]) -> list[tuple[list[int], int]]:
    """For each pair the token ids, with the stop token at the end, and the number of prompt tokens."""
    written = policy.tokenizer([completion for _, completion in pairs], add_special_tokens=False)["input_ids"]
    asked = [policy.encode(None, prompt) for prompt, _ in pairs]
    return [([*a, *w, policy.tokenizer.eos_token_id], len(a)) for a, w in zip(asked, written, strict=True)]


def _optimizers(model: Any, how: Supervised) -> list[torch.optim.Optimizer]:
    if how.optimizer == "adamw":
        return [torch.optim.AdamW(model.parameters(), lr=how.lr, weight_decay=0.0, fused=True)]
    if how.optimizer != "muon":
        raise ValueError(f"unknown optimizer {how.optimizer!r}; expected one of: adamw, muon")
    embeddings = {id(model.get_input_embeddings().weight), id(model.get_output_embeddings().weight)}
    inner = [p for p in model.parameters() if p.ndim == 2 and id(p) not in embeddings]
    chosen = {id(p) for p in inner}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    return [
        torch.optim.Muon(inner, lr=how.lr, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=how.lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


def _step(
    policy: Policy, rows: Sequence[tuple[list[int], int]], optimizers: list[torch.optim.Optimizer], max_norm: float
) -> float:
    width = max(len(ids) for ids, _ in rows)
    ids_BT = torch.full((len(rows), width), policy.pad_id, dtype=torch.long)
    learn_BT = torch.zeros(ids_BT.shape, dtype=torch.bool)
    for row, (ids, asked) in enumerate(rows):
        ids_BT[row, : len(ids)] = torch.tensor(ids)
        learn_BT[row, asked : len(ids)] = True
    logp_BT, _ = policy.logp(ids_BT.to(policy.device), learn_BT.to(policy.device), temperature=1.0)
    loss = -logp_BT.sum() / learn_BT.sum()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(policy.model.parameters(), max_norm)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad()
    return float(loss.item())
