"""Learner protocol: what the training loop needs of a learner, in one process or spread over ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from r1.trainers.learner.batch import Batch


class LearnerDied(RuntimeError):
    """A learner rank died and took its shard of the optimizer state along; the run must restart from a checkpoint."""


class LearnerLike(Protocol):
    def score(self, batch: Batch) -> Batch:
        """Return the batch with the log-probabilities that the loss needs and the coming update would change."""

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        """Train on the batch and return metrics; ``step`` counts from 0."""

    def state(self) -> dict[str, Any]:
        """Return everything that the next update depends on."""

    def load_state(self, state: Mapping[str, Any]) -> None: ...
