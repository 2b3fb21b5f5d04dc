"""Cluster learner: ranks that hold a shard of the policy each, behind the learner that one process would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError
from torch import distributed as dist

from r1.trainers.cluster import actors
from r1.trainers.cluster.actors import Workers, last_line, settle
from r1.trainers.cluster.workers import DrawingRank, LearnerRank
from r1.trainers.config import Config
from r1.trainers.learner.batch import Batch
from r1.trainers.policy.lora import adapt
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.canary import LearnerDied, Sequence_
from r1.trainers.rollout.transfer import Address


class ClusterLearner:
    """What :class:`~r1.trainers.learner.Learner` does, by N ranks that hold a shard of the policy each (FSDP2).

    Args:
        policy: the controller's copy, for tokens and export; its weights are those of the last checkpoint.
        device: of the ranks, ``cpu`` or ``cuda``.
    Raises:
        LearnerDied: by this and by every method: a rank, its node or the connection between them is gone, or it hangs.
    """

    def __init__(self, config: Config, policy: Policy, device: str) -> None:
        self.policy, self.count = policy, config.placement.learners
        path = policy.model.name_or_path
        adapt(policy.model, config)
        rank = DrawingRank if config.placement.colocated else LearnerRank
        self._ranks = Workers(
            rank, self.count, lambda i: (config, path, device, i, self.count), "PACK", int(device == "cuda")
        )
        with ExitStack() as undo:
            undo.callback(self.close)
            start_s = actors.START_S
            self.call("start", self.call("meet", timeout_s=start_s)[0], timeout_s=start_s)
            undo.pop_all()

    def call(self, method: str, *args: Any, timeout_s: float | None = None) -> list[Any]:
        """The ranks' answers; all of them are asked, since they work together."""
        shared = [ray.put(arg) for arg in args]
        return self.wait(method, [self.submit(i, method, *shared) for i in range(self.count)], timeout_s)

    def submit(self, rank: int, method: str, *args: Any) -> Any:
        return self._ranks.submit(rank, method, *args)

    def wait(self, method: str, refs: Sequence[Any], timeout_s: float | None = None) -> list[Any]:
        answers, failures = settle(refs, timeout_s or actors.CALL_S)
        if failures:
            raise _reason(method, failures)
        return answers

    def score(self, batch: Batch) -> Batch:
        return self.call("score", batch)[0]

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        metrics, *others = self.call("update", batch, step)
        return {
            k: max([v, *(other.get(k, v) for other in others)]) if k.startswith("memory/") else v
            for k, v in metrics.items()
        }

    def policy_scores(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        return self.call("policy_scores", sequences)[0]

    def open_line(self) -> Address:
        """Where rollout engines can join rank 0 to be sent weights."""
        return self.wait("open_line", [self.submit(0, "open_line")])[0]

    def send(self, broadcast: bool) -> None:
        """The present weights, to the engines that have joined; rank 0 keeps them in its host's memory in any case."""
        self.call("send", broadcast)

    def kept(self) -> Any:
        """Reference to the weights that were sent last, in the object store."""
        return self.wait("kept", [self.submit(0, "kept")])[0][0]

    def state(self) -> dict[str, Any]:
        """Whole, not sharded: a run may go on with another number of ranks. The controller's copy follows."""
        state = self.call("state")[0]
        self.policy.model.load_state_dict(state["model"])
        return state

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.policy.model.load_state_dict(state["model"])
        self.call("load_state", state)

    def close(self) -> None:
        self._ranks.close()


def _reason(method: str, failures: Sequence[RayError]) -> Exception:
    """What to raise: LearnerDied where machines failed, the ranks' own error where our code or its settings did."""
    for failure in failures:
        if not isinstance(failure, RayTaskError):
            return LearnerDied(f"a learner rank died or hung in {method} ({type(failure).__name__})")
    cause = getattr(failures[0], "cause", None)
    if not isinstance(cause, Exception) or isinstance(cause, dist.DistError) or "gloo" in str(cause).lower():
        return LearnerDied(f"a learner rank lost the others in {method}: {last_line(failures[0])}")
    return cause
