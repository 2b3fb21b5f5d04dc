"""Cluster learner: ranks on Ray with a shard of the policy each, behind the interface of a learner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError
from torch import distributed as dist

from r1.trainers.cluster import actors
from r1.trainers.cluster.actors import Workers, gather_answers, last_line
from r1.trainers.cluster.workers import DrawingRank, LearnerRank
from r1.trainers.config import Config
from r1.trainers.learner.batch import Batch
from r1.trainers.learner.protocol import LearnerDied
from r1.trainers.policy.lora import adapt
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import PromptCompletion
from r1.trainers.rollout.transfer import Address


class ClusterLearner:
    """A learner of N ranks, each with a shard of the policy (FSDP2).

    Args:
        policy: the controller's copy, for the tokenizer and exports; its weights are those of the last checkpoint.
        device: of the ranks, ``cpu`` or ``cuda``.
    Raises:
        LearnerDied: from the constructor and every method, if a rank, its node or the connection between ranks is lost,
            or a rank hangs.
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
        """Call a method on all ranks and return their answers."""
        shared = [ray.put(arg) for arg in args]
        return self.wait(method, [self.submit(i, method, *shared) for i in range(self.count)], timeout_s)

    def submit(self, rank: int, method: str, *args: Any) -> Any:
        return self._ranks.submit(rank, method, *args)

    def wait(self, method: str, refs: Sequence[Any], timeout_s: float | None = None) -> list[Any]:
        answers, failures = gather_answers(refs, timeout_s or actors.CALL_S)
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

    def policy_scores(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        return self.call("policy_scores", sequences)[0]

    def open_group(self) -> Address:
        """Return the address at which rollout engines can join rank 0 to receive weights."""
        return self.wait("open_group", [self.submit(0, "open_group")])[0]

    def send(self, broadcast: bool) -> None:
        """Send the current weights to the engines that have joined; rank 0 keeps a copy in host memory in any case."""
        self.call("send", broadcast)

    def kept(self) -> Any:
        """Return a reference to the last weights sent, in Ray's object store."""
        return self.wait("kept", [self.submit(0, "kept")])[0][0]

    def state(self) -> dict[str, Any]:
        """Return the unsharded state, so that a run can continue with another number of ranks; update the controller's copy."""
        state = self.call("state")[0]
        self.policy.model.load_state_dict(state["model"])
        return state

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.policy.model.load_state_dict(state["model"])
        self.call("load_state", state)

    def close(self) -> None:
        self._ranks.close()


def _reason(method: str, failures: Sequence[RayError]) -> Exception:
    """LearnerDied if machines failed; the rank's own exception if our code or the settings did."""
    for failure in failures:
        if not isinstance(failure, RayTaskError):
            return LearnerDied(f"a learner rank died or hung in {method} ({type(failure).__name__})")
    cause = getattr(failures[0], "cause", None)
    if not isinstance(cause, Exception) or isinstance(cause, dist.DistError) or "gloo" in str(cause).lower():
        return LearnerDied(f"a learner rank lost the others in {method}: {last_line(failures[0])}")
    return cause
