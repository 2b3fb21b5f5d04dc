"""Eager: the numbers that everything faster must equal, from the model's own forward with eager attention, one row at a time.

A kernel, a layout or a decoder is used for a model only if it gives these numbers on a few short rows of different lengths. Errors
that this finds are large: a dropped score cap moves Gemma 2 by more than a nat, rounding stays below 1e-4.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

log = logging.getLogger(__name__)

MOST = 1e-3
"""Largest difference of a log-probability, in nats, that is attributed to rounding."""
_RECORD = "r1_record"  # name under which transformers finds the function that notes what it is handed
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
            if name == "eager" or _attends_like_eager(model, name):
                model.set_attn_implementation(name)
                return name
        log.warning(
            "%s: %s attention gives other numbers than eager attention, which is used", type(model).__name__, name
        )
    with contextlib.suppress(*UNABLE):
        model.set_attn_implementation("eager")
    return "eager"


def _attends_like_eager(model: Any, name: str) -> bool:
    """Whether a function gives eager attention's numbers on the rows, and knows every number that the model hands to it.

    A number that a function does not know, such as a cap on the scores, may show on other rows only.
    """
    if ignored_numbers(model, name):
        return False
    rows = probe_rows(model)
    wanted = eager_logits(model, rows)
    with with_attention(model, name):
        return model.config._attn_implementation == name and all(map(close, plain_logits(model, rows), wanted))


def ignored_numbers(model: Any, name: str) -> set[str]:
    """Return the names of the numbers that the model hands to its attention function and the function ``name`` does not take."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.integrations.sdpa_attention import sdpa_attention_forward
    from transformers.masking_utils import sdpa_mask

    handed: set[str] = set()

    def record(*args: Any, **named: Any) -> Any:
        handed.update(key for key, value in named.items() if isinstance(value, float))
        return sdpa_attention_forward(*args, **named)

    AttentionInterface.register(_RECORD, record)
    AttentionMaskInterface.register(_RECORD, sdpa_mask)
    with contextlib.suppress(*UNABLE), with_attention(model, _RECORD):
        plain_logits(model, probe_rows(model)[-1:])
    function = AttentionInterface().get(name)
    return handed - set(inspect.signature(function).parameters) if function else set()
