"""Local engines: sample in this process, with the learner's own model or with a copy of it."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from r1.trainers.policy.core_pool import CorePool
from r1.trainers.policy.policy import load_policy
from r1.trainers.rollout.canary import policy_scores
from r1.trainers.rollout.decoder import right_decoder
from r1.trainers.rollout.engine import PromptCompletion, Request, Sample, SamplingParams, room
from r1.trainers.rollout.transfer import Address, Receiver

# Completions per core: group members share their first tokens, and a step of few rows is mostly overhead.
ROWS_PER_CORE = 256


def _uniforms(seeds: Sequence[int], count: int) -> Tensor:
    """[len(seeds), count] uniform numbers in [0, 1); each row depends on its own seed only."""
    return torch.from_numpy(np.stack([np.random.Generator(np.random.Philox(key=s)).random(count) for s in seeds]))


class LocalEngine:
    """Samples with the learner's own model. Each prompt is read once per group, and finished rows leave the batch.

    Args:
        model: a Hugging Face causal LM, shared with the learner, so that updates need no copy.
        pad_id: any token id; padded positions are masked.
        max_rows: completions sampled at the same time (a wave).
        tokenizer: needed for stop texts only.
    Raises:
        FloatingPointError: from ``generate``, if the policy gives log-probabilities that are not finite.
    """

    def __init__(self, model: Any, pad_id: int, max_rows: int = 1024, tokenizer: Any = None) -> None:
        self.model, self.pad_id, self.max_rows, self.tokenizer = model, pad_id, max_rows, tokenizer
        self.context = getattr(model.config.get_text_config(), "max_position_embeddings", None) or sys.maxsize
        self.version = 0
        self._cores = CorePool(model)
        self._decoder = right_decoder(model, pad_id)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Note the version; the weights already are the learner's own tensors."""
        self.version = version

    def close(self) -> None:
        pass

    @torch.no_grad()
    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        was_training = self.model.training
        self.model.eval()
        room_R = [room(request.prompt_ids, sampling, self.context) for request in requests]
        roomy = [request for request, left in zip(requests, room_R, strict=True) if left]
        try:
            waves = self._cores.map(lambda wave: self._generate_wave(wave, sampling), self._waves(roomy))
        finally:
            self.model.train(was_training)
        samples: Iterator[Sample] = itertools.chain(*waves)
        return [
            [next(samples) if left else Sample(r.prompt_ids, (), (), "length", self.version) for _ in r.seeds]
            for r, left in zip(requests, room_R, strict=True)
        ]

    def _waves(self, requests: Sequence[Request]) -> Iterator[list[Request]]:
        """Cut the requests, in order, into waves of at most ``max_rows`` rows, at least one for each core."""
        rows = sum(len(request.seeds) for request in requests)
        cores = max(1, min(self._cores.count, rows // ROWS_PER_CORE))
        most = min(self.max_rows, -(-rows // cores))
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

    def _generate_wave(self, requests: list[Request], sampling: SamplingParams) -> list[Sample]:
        """Sample B completions from L live texts: completions that are equal so far share one text, which is stepped once."""
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
        decoder = self._decoder(self.model, self.pad_id, [r.prompt_ids for r in requests], rows)
        live_B = torch.arange(rows, device=device)  # unfinished rows
        text_B = torch.repeat_interleave(torch.tensor(sizes)).to(device)  # the live text of each
        place_B = torch.cat([torch.arange(size) for size in sizes]).to(device)  # unique among the rows of a text
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
            raise FloatingPointError("policy log-probabilities are NaN; resume from an earlier checkpoint")
        prompts = [r.prompt_ids for r in requests for _ in r.seeds]
        tokens, logps, stopped = tokens_BT.tolist(), logp_BT.tolist(), stopped_B.tolist()
        return [
            Sample(prompt, tuple(tokens[i][:n]), tuple(logps[i][:n]), "stop" if stopped[i] else "length", self.version)
            for i, (prompt, n) in enumerate(zip(prompts, length_B.tolist(), strict=True))
        ]

    def _completes_a_text(self, tokens_LT: Tensor, stop: tuple[str, ...]) -> Tensor:
        """Whether each row's last token completes a stop text. A token has at least a byte, so a short tail suffices."""
        assert self.tokenizer is not None, "stop texts need a tokenizer"
        longest = max(len(text.encode()) for text in stop)
        tails = self.tokenizer.batch_decode(
            tokens_LT[:, -longest - 4 :], skip_special_tokens=False, clean_up_tokenization_spaces=False
        )
        return torch.tensor([any(text in tail for text in stop) for tail in tails], device=tokens_LT.device)


class OwnEngine(LocalEngine):
    """A local engine with its own copy of the model, into which updates are copied."""

    def __init__(self, path: str, device: torch.device, dtype: str) -> None:
        self.policy = load_policy(path, device, dtype)
        super().__init__(self.policy.model.requires_grad_(False), self.policy.pad_id, tokenizer=self.policy.tokenizer)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        mine = dict(self.model.named_parameters())
        with torch.no_grad():
            for name, tensor in weights:
                mine[name].copy_(tensor)
        self.version = version

    def join(self, where: Address, rank: int, world: int) -> None:
        """Join the sender's group, to receive weights by broadcast."""
        self._receiver = Receiver(where, rank, world, self.policy.device)

    def receive(self, version: int) -> None:
        """Load the weights that the sender broadcasts."""
        self.load(self._receiver.weights(), version)

    def score(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        return policy_scores(self.policy, sequences)


def _draw(
    logits_LV: Tensor, text_B: Tensor, place_B: Tensor, uniform_B: Tensor, temperature: float
) -> tuple[Tensor, Tensor]:
    """Sample one token per row by inverting the distribution function, with one uniform number a token.

    Args:
        text_B: the live text that a row continues. place_B: the row's number among the rows of that text.
    Returns:
        Tokens and their log-probabilities.
    """
    greedy = temperature == 0
    logp_LV = torch.log_softmax(logits_LV.float() / (1.0 if greedy else temperature), -1)
    if greedy:
        token_B = logp_LV.argmax(-1)[text_B]
    else:
        cumulative_LV = logp_LV.double().exp().cumsum(-1)
        # Scaled by the last entry (1 up to rounding), so that the search never runs past the end.
        wanted_LG = cumulative_LV.new_zeros(len(logits_LV), int(place_B.max()) + 1)
        wanted_LG[text_B, place_B] = uniform_B * cumulative_LV[text_B, -1]
        token_B = torch.searchsorted(cumulative_LV, wanted_LG, right=True)[text_B, place_B]
        token_B = token_B.clamp(max=logp_LV.shape[1] - 1)
    return token_B, logp_LV[text_B, token_B]
