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

from r1.trainers.policy.core_pool import Lanes
from r1.trainers.rollout.decoder import decoder_for

LANE_ROWS = 256  # completions that a lane needs: many are the same text for long, and a step of few is mostly overhead


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
        """B completions, drawn from L live texts: those that are the same so far are one text, stepped once."""
        device = self.model.device
        sizes = [len(r.seeds) for r in requests]
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
        decoder = decoder_for(self.model, self.pad_id, [r.prompt_ids for r in requests], rows)
        live_B = torch.arange(rows, device=device)  # the rows that go on
        text_B = torch.repeat_interleave(torch.tensor(sizes)).to(device)  # and the text that each is at
        place_B = torch.cat([torch.arange(size) for size in sizes]).to(device)  # no two rows at a text have the same
        for t in range(sampling.max_tokens):
            token_B, token_logp_B = _draw(
                decoder.logits_LV, text_B, place_B, uniform_BT[live_B, t], sampling.temperature
            )
            tokens_BT[live_B, t], logp_BT[live_B, t] = token_B, token_logp_B
            ended_B = torch.isin(token_B, stop_ids)
            if sampling.stop:
                ended_B |= self._completes_a_text(tokens_BT[live_B, : t + 1], sampling.stop)
            length_B[live_B[ended_B]] = t + 1
            stopped_B[live_B[ended_B]] = True
            keep_B = (~ended_B & (t + 1 < room_B[live_B])).nonzero().squeeze(1)
            if not len(keep_B):
                break
            live_B, place_B = live_B[keep_B], place_B[keep_B]
            vocabulary = decoder.logits_LV.shape[1]
            next_L, text_B = torch.unique(text_B[keep_B] * vocabulary + token_B[keep_B], return_inverse=True)
            from_L = next_L // vocabulary
            itself = len(from_L) == len(decoder.logits_LV) and torch.equal(from_L, torch.arange(len(from_L)).to(device))
            decoder.step(next_L % vocabulary, None if itself else from_L)
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


def _draw(
    logits_LV: Tensor, text_B: Tensor, place_B: Tensor, uniform_B: Tensor, temperature: float
) -> tuple[Tensor, Tensor]:
    """Token of each row and its log-probability, by inversion of the distribution function: one uniform number a token.

    Args:
        text_B: the text that a row goes on from; place_B: a number of its own among the rows of that text.
    """
    greedy = temperature == 0
    logp_LV = torch.log_softmax(logits_LV.float() / (1.0 if greedy else temperature), -1)
    if greedy:
        token_B = logp_LV.argmax(-1)[text_B]
    else:
        cumulative_LV = logp_LV.double().exp().cumsum(-1)
        # Scaled by the last entry (1 up to rounding), so that the number can never fall past the end.
        wanted_LG = cumulative_LV.new_zeros(len(logits_LV), int(place_B.max()) + 1)
        wanted_LG[text_B, place_B] = uniform_B * cumulative_LV[text_B, -1]
        token_B = torch.searchsorted(cumulative_LV, wanted_LG, right=True)[text_B, place_B]
        token_B = token_B.clamp(max=logp_LV.shape[1] - 1)
    return token_B, logp_LV[text_B, token_B]
