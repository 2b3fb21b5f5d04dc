"""Rollout engine: the protocol of everything that samples completions, and the types that it takes and returns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

PromptCompletion = tuple[tuple[int, ...], tuple[int, ...]]  # token ids of a prompt and of its completion


class EngineError(RuntimeError):
    """A rollout engine is lost, or does not sample from the policy, so its samples must not be trained on."""


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How tokens are sampled. There is no top-p or top-k: truncation would bias every importance ratio."""

    max_tokens: int
    temperature: float = 1.0  # 0 = greedy
    stop_ids: frozenset[int] = frozenset()  # tokens that end a completion
    stop: tuple[str, ...] = ()  # texts that end a completion, at the token that completes one


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt, to be completed once per seed. A seed determines its completion, whatever else is in the batch."""

    prompt_ids: tuple[int, ...]
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One completion as it was sampled."""

    prompt_ids: tuple[int, ...]
    token_ids: tuple[int, ...]  # includes the stop token or the whole stop text, if there was one
    logp: tuple[float, ...]  # of each token, at the sampling temperature, as the engine computed it
    finish: str  # "stop", or "length": cut off by max_tokens or by the end of the model's context
    version: int  # number of weight updates that the engine had received


class RolloutEngine(Protocol):
    """Samples completions from the policy."""

    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        """Return the samples of each request, in the order of its seeds."""

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Take the learner's weights, named as in a Hugging Face checkpoint; samples carry ``version`` from now on."""

    def close(self) -> None: ...


class ScoringEngine(RolloutEngine, Protocol):
    """A rollout engine that also scores given completions, so that it can be compared with the learner."""

    def score(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        """Return the log-probability, at temperature 1, of each token of each completion."""


def room(prompt_ids: Sequence[int], sampling: SamplingParams, context: int) -> int:
    """Return how many tokens a completion may have; with 0 (the prompt fills the context) the sample is empty, "length"."""
    return max(0, min(sampling.max_tokens, context - len(prompt_ids)))


def sample_seed(*key: object) -> int:
    """Return a 64-bit seed for a key such as (run seed, step, task id, k); different keys give independent streams."""
    return int.from_bytes(hashlib.blake2b("|".join(map(str, key)).encode(), digest_size=8).digest(), "big")
