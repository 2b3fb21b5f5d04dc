"""The cluster learner: what failures of its ranks mean, and how metrics are combined."""

from __future__ import annotations

import importlib.util

import pytest
from batches import some_batch
from torch import distributed as dist

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray")


@needs_ray
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_a_lost_machine_is_a_death_and_an_error_of_ours_is_raised() -> None:
    """A run resumes after a LearnerDied; other exceptions end it."""
    from ray.exceptions import ActorDiedError, GetTimeoutError, NodeDiedError, OutOfMemoryError, RayTaskError

    from r1.trainers.cluster.learner import _reason
    from r1.trainers.learner.protocol import LearnerDied

    def task(cause: Exception) -> RayTaskError:
        return RayTaskError("update", f"a traceback\n{type(cause).__name__}: {cause}", cause)

    closed = task(RuntimeError("[/gloo/transport/tcp/pair.cc:547] Connection closed by peer [10.0.0.1]:4711"))
    for death in (ActorDiedError(), NodeDiedError("gone"), OutOfMemoryError("killed"), GetTimeoutError("late")):
        assert isinstance(_reason("update", [death]), LearnerDied)
        assert isinstance(_reason("update", [closed, death]), LearnerDied)
        assert type(death).__name__ in str(_reason("update", [closed, death]))
    assert "Connection closed by peer" in str(_reason("update", [closed]))
    assert isinstance(_reason("update", [task(dist.DistBackendError("NCCL"))]), LearnerDied)
    ours = FloatingPointError("gradient norm nan")
    assert _reason("update", [task(ours)]) is ours


@needs_ray
@pytest.mark.parametrize("others", [[], [{"loss": 9.0, "memory/gpu": 7.0}]])
def test_metrics_come_from_rank_0_and_memory_is_the_maximum(others: list[dict[str, float]]) -> None:
    from r1.trainers.cluster.learner import ClusterLearner

    class Learner(ClusterLearner):
        def __init__(self) -> None:
            pass

        def call(self, method: str, *args: object, timeout_s: float | None = None) -> list[dict[str, float]]:
            return [{"loss": 1.0, "memory/gpu": 3.0}, *others]

    assert Learner().update(some_batch(), 0) == {"loss": 1.0, "memory/gpu": 7.0 if others else 3.0}
