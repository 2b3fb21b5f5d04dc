"""Eager: the numbers that everything faster must equal, from the model's own forward with eager attention, one row at a time.

A kernel, a layout or a decoder is used for a model only if it gives these numbers on a few short rows of different lengths. Errors
that this finds are large: a dropped score cap moves Gemma 2 by more than a nat, rounding stays below 1e-4.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

MOST = 1e-3
"""Largest difference of a log-probability, in nats, that is attributed to rounding."""
SHARPER = 64.0
"""A power of two, so that multiplying by it and dividing again changes no bit."""
UNABLE = (
    ValueError,
    TypeError,
    RuntimeError,
    AttributeError,
    NotImplementedError,
    LookupError,
    AssertionError,
    ImportError,
)
"""What a model raises that does not know a mask, a cache or an argument."""


def probe_rows(model: Any) -> list[tuple[int, ...]]:
    """Return four rows of 14, 12, 9 and 5 token ids, always the same. The second begins like the first, which begins with the last."""
    vocabulary = model.get_input_embeddings().weight.shape[0]

    def token(*key: int) -> int:
        return int.from_bytes(hashlib.blake2b(repr(key).encode(), digest_size=8).digest(), "big") % vocabulary

    start = tuple(token(0, i) for i in range(5))
    first, second, third = (tuple(token(row, i) for i in range(9)) for row in (1, 2, 3))
    return [start + first, start + second[:7], third, start]


@torch.no_grad()
def eager_logits(model: Any, rows: Sequence[Sequence[int]]) -> list[Tensor]:
    """Return the logits after every token of each row, [T, V] float32."""
    with with_attention(model, "eager"):
        return plain_logits(model, rows)


@torch.no_grad()
def plain_logits(model: Any, rows: Sequence[Sequence[int]]) -> list[Tensor]:
    """Return what :func:`eager_logits` does, with the attention that the model uses now."""
    was_training = model.training
    model.eval()
    try:
        device = model.device
        return [model(input_ids=torch.tensor([row], device=device), use_cache=False).logits[0].float() for row in rows]
    finally:
        model.train(was_training)


def close(ours: Tensor, wanted: Tensor) -> bool:
    """Whether two sets of logits or log-probabilities are equal up to rounding; NaN and infinity are not."""
    return bool(ours.shape == wanted.shape and (ours - wanted).abs().max() <= MOST)


@contextlib.contextmanager
def with_attention(model: Any, name: str) -> Iterator[None]:
    """Let the model use another attention function in the block. A model without a choice keeps its own."""
    before = model.config._attn_implementation
    if before == name:
        yield
        return
    try:
        model.set_attn_implementation(name)
    except UNABLE:
        yield
        return
    try:
        yield
    finally:
        model.set_attn_implementation(before)


def settle_attention(model: Any, names: Sequence[str]) -> str:
    """Let the model use the first attention function in ``names`` that gives eager attention's numbers; else eager. In place."""
    for name in names:
        with contextlib.suppress(*UNABLE):
            if _attends_like_eager(model, name):
                model.set_attn_implementation(name)
                return name
    with contextlib.suppress(*UNABLE):
        model.set_attn_implementation("eager")
    return "eager"


def _attends_like_eager(model: Any, name: str) -> bool:
    rows = probe_rows(model)
    for spread in (contextlib.nullcontext(), _large_scores(model)):
        with spread:
            wanted = eager_logits(model, rows)
            with with_attention(model, name):
                found = plain_logits(model, rows) if model.config._attn_implementation == name else []
        if not (found and all(map(close, found, wanted))):
            return False
    return True


@contextlib.contextmanager
def _large_scores(model: Any) -> Iterator[None]:
    """Multiply attention scores by `SHARPER` in the block: a cap that a function drops shows only on large scores."""
    scaled = [m for m in model.modules() if isinstance(getattr(m, "scaling", None), float)]
    for module in scaled:
        module.scaling *= SHARPER
    try:
        yield
    finally:
        for module in scaled:
            module.scaling /= SHARPER
