"""Canary: stored sequences that engine and learner both score after every update; when they disagree, the run stops."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from r1.trainers.rollout.local import Request, RolloutEngine, Sample, Sampling, sample_seed

Sequence_ = tuple[tuple[int, ...], tuple[int, ...]]  # prompt, completion
Scorer = Callable[[Sequence[Sequence_]], list[list[float]]]


class EngineError(RuntimeError):
    """A rollout engine is gone or does not draw from the policy; nothing it says may be trained on."""


class LearnerDied(RuntimeError):
    """A learner rank is gone, and its part of the optimiser's state with it; only a checkpoint has both."""


class ScoringEngine(RolloutEngine, Protocol):
    def score(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        """Log-probabilities at temperature 1 of the tokens of each completion."""


@dataclass(frozen=True)
class Tolerance:
    """Largest difference in nats that rounding explains (float32: below 1e-5 measured; bfloat16: chosen, not measured)."""

    most: float
    mean: float


TOLERANCE = {"float32": Tolerance(2e-3, 2e-4), "bfloat16": Tolerance(1.5, 0.08)}
STORED = 8  # sequences of each kind
LONGEST = 128  # tokens of one


class CheckedEngine:
    """An engine that is believed only as long as it scores the stored sequences as the learner does.

    The sequences are completions of random tokens (so the very first weights are checked), and the first real ones.

    Args:
        scorer: the learner's side of the comparison.
        vocabulary: token ids below this exist.
    """

    def __init__(self, engine: ScoringEngine, scorer: Scorer, dtype: str, vocabulary: int) -> None:
        self.engine, self.scorer, self.tolerance = engine, scorer, TOLERANCE[dtype]
        self.parity: dict[str, float] = {}  # of the last check
        count = max(
            STORED, getattr(engine, "copies", 1)
        )  # a sequence at least for each engine that has its own weights
        prompts = [tuple(sample_seed("canary", i, j) % vocabulary for j in range(4)) for i in range(count)]
        drawn = engine.generate([Request(p, (i,)) for i, p in enumerate(prompts)], Sampling(max_tokens=16))
        self._stored = [(s.prompt_ids, s.token_ids) for (s,) in drawn]
        self._real = False
        self._last: tuple[Tensor, Tensor] | None = None
        self.check(0)

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Sample]]:
        groups = self.engine.generate(requests, sampling)
        for sample in (s for group in groups for s in group):
            _believe(sample)
        if not self._real:
            found = [(g[0].prompt_ids[-LONGEST:], g[0].token_ids[:LONGEST]) for g in groups if g][:STORED]
            self._stored, self._real, self._last = self._stored + found, True, None
        return groups

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        self.engine.load(weights, version)
        self.check(version)

    def sleep(self) -> None:
        """Of an engine that can: give the GPU's memory to a learner beside it."""
        if hasattr(self.engine, "sleep"):
            self.engine.sleep()

    def close(self) -> None:
        self.engine.close()

    def check(self, version: int) -> None:
        """Compare.

        Raises:
            EngineError: the engine's numbers are not the learner's, or stood still while the learner's moved.
        """
        theirs, ours = _flat(self.engine.score(self._stored)), _flat(self.scorer(self._stored))
        gap = (theirs - ours).abs()
        self.parity = {"canary_gap_max": gap.max().item(), "canary_gap_mean": gap.mean().item()}
        most, mean = self.parity.values()
        if not (most <= self.tolerance.most and mean <= self.tolerance.mean):  # NaN is no agreement
            raise EngineError(
                f"after update {version} the rollout engine's log-probabilities differ from the learner's by up to "
                f"{most:.2g} nats (mean {mean:.2g}; rounding explains {self.tolerance.most:g} and "
                f"{self.tolerance.mean:g}): it draws from other weights; try --rollout local, or report the model"
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


def _believe(sample: Sample) -> None:
    """Refuse what was not drawn to its end: an aborted completion would be judged as if the policy had stopped there."""
    if sample.finish not in ("stop", "length"):
        raise EngineError(f"the rollout engine ended a completion by {sample.finish!r}; only stop and length are ends")
    if not all(map(math.isfinite, sample.logp)):
        raise EngineError("the rollout engine drew a token whose log-probability is not finite")


def _flat(rows: Sequence[Sequence[float]]) -> Tensor:
    return torch.tensor([value for row in rows for value in row], dtype=torch.float64)


@torch.no_grad()
def policy_scores(policy: Any, sequences: Sequence[Sequence_]) -> list[list[float]]:
    """The learner's side: log-probabilities at temperature 1 of the tokens of each completion."""
    width = max(len(prompt) + len(completion) for prompt, completion in sequences)
    ids_BT = torch.full((len(sequences), width), policy.pad_id, dtype=torch.long)
    wanted_BT = torch.zeros(ids_BT.shape, dtype=torch.bool)
    for row, (prompt, completion) in enumerate(sequences):
        ids_BT[row, : len(prompt) + len(completion)] = torch.tensor(prompt + completion)
        wanted_BT[row, len(prompt) : len(prompt) + len(completion)] = True
    logp_BT = policy.logp(ids_BT.to(policy.device), wanted_BT.to(policy.device), 1.0)[0].cpu()
    return [logp_BT[row][wanted_BT[row]].tolist() for row in range(len(sequences))]
