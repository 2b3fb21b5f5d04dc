"""Turn-taking learner: a learner that shares its GPU with a rollout engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from r1.trainers.learner.batch import Batch
from r1.trainers.learner.protocol import LearnerLike


class TurnTakingLearner:
    """Puts the engine to sleep before the learner needs the GPU. The engine wakes up by itself when it is next used."""

    def __init__(self, learner: LearnerLike, engine: Any) -> None:
        self.learner, self.engine = learner, engine

    def score(self, batch: Batch) -> Batch:
        self.engine.sleep()
        return self.learner.score(batch)

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        self.engine.sleep()
        return self.learner.update(batch, step)

    def state(self) -> dict[str, Any]:
        return self.learner.state()

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.learner.load_state(state)
