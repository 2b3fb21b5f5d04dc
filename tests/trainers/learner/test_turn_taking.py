"""The turn-taking learner puts the engine on its GPU to sleep before it computes."""

from __future__ import annotations

from typing import Any

import pytest
from batches import some_batch

from r1.trainers.learner.turn_taking import TurnTakingLearner


class Recorder:
    """An engine and a learner that record their calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def sleep(self) -> None:
        self.calls.append("sleep")

    def score(self, batch: Any) -> Any:
        self.calls.append("score")
        return batch

    def update(self, batch: Any, step: int) -> dict[str, float]:
        self.calls.append("update")
        return {"step": step}

    def state(self) -> dict[str, Any]:
        return {"calls": len(self.calls)}

    def load_state(self, state: Any) -> None:
        self.calls.append(f"load {state}")


def test_the_engine_sleeps_before_the_learner_computes_and_only_then() -> None:
    both = Recorder()
    learner = TurnTakingLearner(both, both)
    batch = some_batch()
    assert learner.score(batch) is batch
    assert learner.update(batch, 3) == {"step": 3}
    assert both.calls == ["sleep", "score", "sleep", "update"]
    assert learner.state() == {"calls": 4}
    learner.load_state({"a": 1})
    assert both.calls[4:] == ["load {'a': 1}"]


def test_an_error_of_the_learner_is_raised_as_it_is() -> None:
    class Fails(Recorder):
        def update(self, batch: Any, step: int) -> dict[str, float]:
            raise FloatingPointError("gradient norm is nan")

    with pytest.raises(FloatingPointError, match="gradient norm"):
        TurnTakingLearner(Fails(), Recorder()).update(some_batch(), 0)
