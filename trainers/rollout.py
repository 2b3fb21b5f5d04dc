"""Rollout: prompts in, sampled completions out; the protocol of the engines, and the local one."""

from __future__ import annotations

import hashlib
import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from r1.trainers.decoder import decoder_for
from r1.trainers.lanes import Lanes

LANE_ROWS = 64  # completions that a lane needs: with fewer of them a step is mostly overhead


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn. Truncated sampling (top-p, top-k) is not offered: it would bias every ratio by the mass cut off."""

    max_tokens: int
    temperature: float = 1.0  # 0 = greedy
    stop_ids: frozenset[int] = frozenset()  # tokens that end a completion
    stop: tuple[str, ...] = ()  # texts that do, at the token that completes one


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt, to be completed once per seed. A seed fixes its completion whatever else is in the batch."""

    prompt_ids: tuple[int, ...]
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One completion as it was drawn."""

    prompt_ids: tuple[int, ...]
    token_ids: tuple[int, ...]  # with the stop token or the whole stop text, if there was one
    logp: tuple[float, ...]  # of each token, at the sampling temperature, by the engine that drew it
    finish: str  # "stop", or "length": cut off by max_tokens or by the end of the model's context
    version: int  # how many weight updates the engine had seen


class RolloutEngine(Protocol):
    """What draws samples. ``load`` gives it the learner's weights in place and names their version."""

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Sample]]:
        """Samples of each request, in the order of its seeds."""

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None: ...

    def close(self) -> None: ...


def room(prompt_ids: Sequence[int], sampling: Sampling, context: int) -> int:
    """How many tokens a completion may have. 0: the prompt fills the model's context, and the sample is empty, "length"."""
    return max(0, min(sampling.max_tokens, context - len(prompt_ids)))


def sample_seed(*key: object) -> int:
    """A 64-bit seed from a key such as (run seed, step, task id, k): no two keys share a stream."""
    return int.from_bytes(hashlib.blake2b("|".join(map(str, key)).encode(), digest_size=8).digest(), "big")


def _uniforms(seeds: Sequence[int], count: int) -> Tensor:
    """[len(seeds), count] uniform numbers in [0, 1); a row depends on its own seed only."""
    return torch.from_numpy(np.stack([np.random.Generator(np.random.Philox(key=s)).random(count) for s in seeds]))


class LocalEngine:
    """Draws with the learner's own model: every prompt is read once per group, finished rows leave the batch.

    Args:
        model: a Hugging Face causal LM; shared with the learner, so new weights are there at once.
        pad_id: any token id; padded positions are masked.
        max_rows: completions drawn side by side (a wave).
        tokenizer: needed for stop texts only.
    """

    def __init__(self, model: Any, pad_id: int, max_rows: int = 1024, tokenizer: Any = None) -> None:
        self.model, self.pad_id, self.max_rows, self.tokenizer = model, pad_id, max_rows, tokenizer
        self.context = getattr(model.config.get_text_config(), "max_position_embeddings", None) or sys.maxsize
        self.version = 0
        self._lanes = Lanes(model)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Only the version is news: the weights are the learner's own tensors."""
        self.version = version

    def close(self) -> None:
        pass

    @torch.no_grad()
    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Sample]]:
        was_training = self.model.training
        self.model.eval()
        room_R = [room(request.prompt_ids, sampling, self.context) for request in requests]
        roomy = [request for request, left in zip(requests, room_R, strict=True) if left]
        try:
            waves = self._lanes.map(lambda wave: self._generate_wave(wave, sampling), self._waves(roomy))
        finally:
            self.model.train(was_training)
        samples: Iterator[Sample] = itertools.chain(*waves)
        return [
            [next(samples) if left else Sample(r.prompt_ids, (), (), "length", self.version) for _ in r.seeds]
            for r, left in zip(requests, room_R, strict=True)
        ]

    def _waves(self, requests: Sequence[Request]) -> Iterator[list[Request]]:
        """Requests in order, cut into parts of at most ``max_rows`` rows, one or more for each lane."""
        rows = sum(len(request.seeds) for request in requests)
        lanes = max(1, min(self._lanes.count, rows // LANE_ROWS))
        most = min(self.max_rows, -(-rows // lanes))
        wave: list[Request] = []
        free = most
        for request in requests:
            seeds = request.seeds
            while seeds:
                wave.append(replace(request, seeds=seeds[:free]))
                seeds, free = seeds[free:], free - len(seeds[:free])
                if not free:
                    yield wave
                    wave, free = [], most
        if wave:
            yield wave

    def _generate_wave(self, requests: list[Request], sampling: Sampling) -> list[Sample]:
        device = self.model.device
        uniform_BT = _uniforms([s for r in requests for s in r.seeds], sampling.max_tokens).to(device)
        rows = len(uniform_BT)
        tokens_BT = torch.zeros(rows, sampling.max_tokens, dtype=torch.long, device=device)
        logp_BT = torch.zeros(rows, sampling.max_tokens, dtype=torch.float32, device=device)
        room_B = torch.tensor([room(r.prompt_ids, sampling, self.context) for r in requests for _ in r.seeds]).to(
            device
        )
        length_B = room_B.clone()
        stopped_B = torch.zeros(rows, dtype=torch.bool, device=device)
        stop_ids = torch.tensor(sorted(sampling.stop_ids), dtype=torch.long, device=device)
        decoder = decoder_for(
            self.model, self.pad_id, [r.prompt_ids for r in requests], [len(r.seeds) for r in requests]
        )
        live_L = torch.arange(rows, device=device)  # which row of the wave each row of the decoder is
        for t in range(sampling.max_tokens):
            token_L, token_logp_L = _draw(decoder.logits_LV, uniform_BT[live_L, t], sampling.temperature)
            tokens_BT[live_L, t], logp_BT[live_L, t] = token_L, token_logp_L
            ended_L = torch.isin(token_L, stop_ids)
            if sampling.stop:
                ended_L |= self._completes_a_text(tokens_BT[live_L, : t + 1], sampling.stop)
            length_B[live_L[ended_L]] = t + 1
            stopped_B[live_L[ended_L]] = True
            keep_L = (~ended_L & (t + 1 < room_B[live_L])).nonzero().squeeze(1)
            if not len(keep_L):
                break
            live_L = live_L[keep_L]
            decoder.step(token_L[keep_L], keep_L if len(keep_L) < len(token_L) else None)
        if not torch.isfinite(logp_BT).all():
            raise FloatingPointError("the policy's log-probabilities are no numbers: resume from an earlier checkpoint")
        prompts = [r.prompt_ids for r in requests for _ in r.seeds]
        tokens, logps, stopped = tokens_BT.tolist(), logp_BT.tolist(), stopped_B.tolist()
        return [
            Sample(prompt, tuple(tokens[i][:n]), tuple(logps[i][:n]), "stop" if stopped[i] else "length", self.version)
            for i, (prompt, n) in enumerate(zip(prompts, length_B.tolist(), strict=True))
        ]

    def _completes_a_text(self, tokens_LT: Tensor, stop: tuple[str, ...]) -> Tensor:
        """Which rows' last token completes a stop text; a token is a byte or more, so a short tail of tokens shows it."""
        assert self.tokenizer is not None, "stop texts need a tokenizer"
        longest = max(len(text.encode()) for text in stop)
        tails = self.tokenizer.batch_decode(
            tokens_LT[:, -longest - 4 :], skip_special_tokens=False, clean_up_tokenization_spaces=False
        )
        return torch.tensor([any(text in tail for text in stop) for tail in tails], device=tokens_LT.device)


def _draw(logits_LV: Tensor, uniform_L: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """Token and its log-probability by inversion of the distribution function: one uniform number a token."""
    greedy = temperature == 0
    logp_LV = torch.log_softmax(logits_LV.float() / (1.0 if greedy else temperature), -1)
    if greedy:
        token_L = logp_LV.argmax(-1)
    else:
        cumulative_LV = logp_LV.double().exp().cumsum(-1)
        # Scaled by the last entry (1 up to rounding), so that the number can never fall past the end.
        token_L = torch.searchsorted(cumulative_LV, (uniform_L * cumulative_LV[:, -1])[:, None], right=True).squeeze(1)
        token_L = token_L.clamp(max=logp_LV.shape[1] - 1)
    return token_L, logp_LV.gather(1, token_L[:, None]).squeeze(1)
