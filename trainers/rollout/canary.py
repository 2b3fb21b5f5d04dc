"""Canary: stored sequences that engine and learner both score after every update; if the scores differ, the run stops."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from r1.trainers.rollout.engine import (
    EngineError,
    PromptCompletion,
    Request,
    Sample,
    SamplingParams,
    ScoringEngine,
    sample_seed,
)

Scorer = Callable[[Sequence[PromptCompletion]], list[list[float]]]


@dataclass(frozen=True)
class Tolerance:
    """Largest differences in nats that are attributed to rounding (float32: measured below 1e-5; bfloat16: a guess)."""

    most: float
    mean: float


TOLERANCE = {"float32": Tolerance(2e-3, 2e-4), "bfloat16": Tolerance(1.5, 0.08)}
STORED = 8  # sequences of each kind
LONGEST = 128  # tokens of one


class CheckedEngine:
    """A rollout engine that is compared with the learner at the start and after every update.

    The stored sequences are completions of random prompts, so that the initial weights can be checked, and the first
    completions of the run.

    Args:
        scorer: returns the learner's log-probabilities.
        vocabulary: token ids are below this.
    Raises:
        EngineError: from the constructor and from ``load`` if engine and learner differ; from ``generate`` for a
            sample that was aborted or has a log-probability that is not finite.
    """

    def __init__(self, engine: ScoringEngine, scorer: Scorer, dtype: str, vocabulary: int) -> None:
        self.engine, self.scorer, self.tolerance = engine, scorer, TOLERANCE[dtype]
        self.parity: dict[str, float] = {}  # metrics of the last check
        count = max(STORED, getattr(engine, "copies", 1))  # at least one sequence for each copy of the weights
        prompts = [tuple(sample_seed("canary", i, j) % vocabulary for j in range(4)) for i in range(count)]
        drawn = engine.generate([Request(p, (i,)) for i, p in enumerate(prompts)], SamplingParams(max_tokens=16))
        self._stored = [(s.prompt_ids, s.token_ids) for (s,) in drawn]
        self._real = False
        self._last: tuple[Tensor, Tensor] | None = None
        self.check(0)

    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        groups = self.engine.generate(requests, sampling)
        for sample in (s for group in groups for s in group):
            _check_sample(sample)
        if not self._real:
            found = [(g[0].prompt_ids[-LONGEST:], g[0].token_ids[:LONGEST]) for g in groups if g][:STORED]
            self._stored, self._real, self._last = self._stored + found, True, None
        return groups

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        self.engine.load(weights, version)
        self.check(version)

    def sleep(self) -> None:
        """Free the GPU's memory for a learner on it, if the engine can."""
        if hasattr(self.engine, "sleep"):
            self.engine.sleep()

    def close(self) -> None:
        self.engine.close()

    def check(self, version: int) -> None:
        """Compare engine and learner on the stored sequences.

        Raises:
            EngineError: they differ by more than rounding, or the engine did not change although the learner did.
        """
        theirs, ours = _flat(self.engine.score(self._stored)), _flat(self.scorer(self._stored))
        gap = (theirs - ours).abs()
        self.parity = {"canary_gap_max": gap.max().item(), "canary_gap_mean": gap.mean().item()}
        most, mean = self.parity.values()
        if not (most <= self.tolerance.most and mean <= self.tolerance.mean):  # NaN counts as a difference
            raise EngineError(
                f"after update {version} the rollout engine's log-probabilities differ from the learner's by up to "
                f"{most:.2g} nats (mean {mean:.2g}; rounding explains {self.tolerance.most:g} and "
                f"{self.tolerance.mean:g}): it samples from other weights; try --rollout local, or report the model"
            )
        if self._last is not None:
            was, were = self._last
            moved = (ours - were).abs().mean().item()
            if moved > self.tolerance.mean / 10 and torch.equal(theirs, was):
                raise EngineError(
                    f"update {version} moved the learner's log-probabilities by {moved:.2g} nats on average and the "
                    "rollout engine's not at all: it did not take the new weights"
                )
        self._last = theirs, ours


def _check_sample(sample: Sample) -> None:
    """Reject an aborted completion: it would be judged as if the policy had stopped there."""
    if sample.finish not in ("stop", "length"):
        raise EngineError(
            f"the rollout engine ended a completion with {sample.finish!r}; expected one of: stop, length"
        )
    if not all(map(math.isfinite, sample.logp)):
        raise EngineError("the rollout engine returned a token whose log-probability is not finite")


def _flat(rows: Sequence[Sequence[float]]) -> Tensor:
    return torch.tensor([value for row in rows for value in row], dtype=torch.float64)


@torch.no_grad()
def policy_scores(policy: Any, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
    """Return the policy's log-probability, at temperature 1, of each token of each completion."""
    width = max(len(prompt) + len(completion) for prompt, completion in sequences)
    ids_BT = torch.full((len(sequences), width), policy.pad_id, dtype=torch.long)
    wanted_BT = torch.zeros(ids_BT.shape, dtype=torch.bool)
    for row, (prompt, completion) in enumerate(sequences):
        ids_BT[row, : len(prompt) + len(completion)] = torch.tensor(prompt + completion)
        wanted_BT[row, len(prompt) : len(prompt) + len(completion)] = True
    logp_BT = policy.logp(ids_BT.to(policy.device), wanted_BT.to(policy.device), 1.0)[0].cpu()
    return [logp_BT[row][wanted_BT[row]].tolist() for row in range(len(sequences))]
