"""Cluster: learner ranks and rollout actors on Ray, behind the same two objects that one process uses."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, RayActorError, RayError
from ray.util.placement_group import placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy
from torch import Tensor

from r1.trainers.batch import Batch
from r1.trainers.canary import CheckedEngine, EngineError, LearnerDied, Sequence_
from r1.trainers.cluster_workers import LearnerRank, RolloutActor
from r1.trainers.config import Config, UsageError
from r1.trainers.policy import Policy
from r1.trainers.rollout import Request, Sample, Sampling
from r1.trainers.threads import usable_cores

START_S, CALL_S = 300.0, 1800.0  # longest wait for a worker to be ready, and for one call
ATTEMPTS = 3  # of one piece of rollout work, each on a fresh actor, before the run stops

log = logging.getLogger(__name__)


class Workers:
    """Ray actors in places of their own: ``count`` bundles of one CPU (and one GPU) each.

    Args:
        make: arguments of the worker ``i``.
        strategy: ``PACK`` (near each other, for learners) or ``SPREAD`` (over the nodes, for rollouts).
    """

    def __init__(
        self, worker: type, count: int, make: Callable[[int], tuple[Any, ...]], strategy: str, gpu: bool
    ) -> None:
        self._remote: Any = ray.remote(worker)
        self._make, self._gpu = make, gpu
        self._group = placement_group([{"CPU": 1} | ({"GPU": 1} if gpu else {})] * count, strategy=strategy)
        if not self._group.wait(START_S):
            raise UsageError(f"Ray has no room for {count} workers with a CPU{' and a GPU' if gpu else ''} each")
        self.actors = [self._start(i) for i in range(count)]

    def _start(self, i: int) -> Any:
        place = PlacementGroupSchedulingStrategy(self._group, placement_group_bundle_index=i)
        options = self._remote.options(num_cpus=1, num_gpus=int(self._gpu), scheduling_strategy=place)
        return options.remote(*self._make(i))

    def replace(self, i: int) -> None:
        ray.kill(self.actors[i], no_restart=True)
        self.actors[i] = self._start(i)

    def all(self, method: str, *args: Any, timeout_s: float = CALL_S) -> list[Any]:
        shared = [ray.put(arg) for arg in args]
        return ray.get([self.submit(i, method, *shared) for i in range(len(self.actors))], timeout=timeout_s)

    def submit(self, i: int, method: str, *args: Any) -> Any:
        return getattr(self.actors[i], method).remote(*args)

    def close(self) -> None:
        for actor in self.actors:
            ray.kill(actor, no_restart=True)
        remove_placement_group(self._group)


class ClusterLearner:
    """What :class:`~r1.trainers.learner.Learner` does, by N ranks that hold a shard of the policy each (FSDP2).

    Args:
        policy: the controller's copy, for tokens and export; its weights are those of the last checkpoint.
    """

    def __init__(self, config: Config, policy: Policy) -> None:
        self.policy, count = policy, config.placement.learners
        path, device = policy.model.name_or_path, policy.device.type
        self._ranks = Workers(LearnerRank, count, lambda i: (config, path, device, i, count), "PACK", device == "cuda")
        address = self._call("address")[0]
        self._call("start", address, timeout_s=START_S)

    def _call(self, method: str, *args: Any, timeout_s: float = CALL_S) -> list[Any]:
        try:
            return self._ranks.all(method, *args, timeout_s=timeout_s)
        except (RayActorError, GetTimeoutError) as error:
            raise LearnerDied(f"a learner rank died or hung in {method} ({type(error).__name__})") from error

    def score(self, batch: Batch) -> Batch:
        return self._call("score", batch)[0]

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        return self._call("update", batch, step)[0]

    def policy_scores(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        return self._call("policy_scores", sequences)[0]

    def publish(self) -> Any:
        """Reference to the whole policy's weights in the object store."""
        return self._call("publish")[0][0]

    def state(self) -> dict[str, Any]:
        """Whole, not sharded: a run may go on with another number of ranks. The controller's copy follows."""
        state = self._call("state")[0]
        self.policy.model.load_state_dict(state["model"])
        return state

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.policy.model.load_state_dict(state["model"])
        self._call("load_state", state)

    def close(self) -> None:
        self._ranks.close()


class ClusterEngine:
    """Rollouts by M actors that hold an engine each. A dead or hung actor is replaced and its share drawn anew.

    Seeds fix completions, so what the replacement draws is what the dead actor would have drawn.
    """

    def __init__(self, config: Config, policy: Policy, learner: ClusterLearner) -> None:
        self.learner = learner
        path, device = policy.model.name_or_path, policy.device.type
        count = max(config.placement.rollouts, 1)
        self.workers = Workers(RolloutActor, count, lambda i: (config, path, device), "SPREAD", device == "cuda")
        self._weights: tuple[Any, int] | None = None

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Sample]]:
        return self._deal("generate", requests, sampling)

    def score(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        """Every actor scores a share, so that each of them is checked."""
        return self._deal("score", sequences)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Through the object store, straight from the learners to the actors; ``weights`` is not read."""
        self._weights = (self.learner.publish(), version)
        self._run(dict.fromkeys(range(len(self.workers.actors)), ("load", self._weights)))

    def _deal(self, method: str, items: Sequence[Any], *rest: Any) -> list[Any]:
        """Items like cards to the actors; the answers in the order of the items."""
        count = len(self.workers.actors)
        shares = {i: list(items[i::count]) for i in range(count) if items[i::count]}
        answers = self._run({i: (method, (share, *rest)) for i, share in shares.items()})
        return [answers[k % count][k // count] for k in range(len(items))]

    def _run(self, work: dict[int, tuple[str, tuple[Any, ...]]]) -> dict[int, Any]:
        done: dict[int, Any] = {}
        for attempt in range(ATTEMPTS):
            flying = {i: self.workers.submit(i, method, *args) for i, (method, args) in work.items() if i not in done}
            for i, ref in flying.items():
                try:
                    done[i] = ray.get(ref, timeout=CALL_S)
                except (RayActorError, GetTimeoutError) as error:
                    log.warning("rollout actor %d: %s; replaced (attempt %d)", i, type(error).__name__, attempt + 1)
                    self.workers.replace(i)
                    if self._weights:
                        self.workers.submit(i, "load", *self._weights)  # before anything else that it is asked
            if len(done) == len(work):
                return done
        raise EngineError(f"rollout work failed {ATTEMPTS} times, each time on a fresh actor; see Ray's logs")

    def close(self) -> None:
        self.workers.close()
        self.learner.close()


def place(config: Config, policy: Policy) -> tuple[CheckedEngine, ClusterLearner]:
    """Learner ranks and rollout actors, ready, on the cluster that is there or on one started here.

    Raises:
        UsageError: the cluster is too small, or cannot be reached.
    """
    p = config.placement
    start_ray(p.learners + max(p.rollouts, 1), p.learners + max(p.rollouts, 1) if policy.device.type == "cuda" else 0)
    learner = ClusterLearner(config, policy)
    try:
        engine = ClusterEngine(config, policy, learner)
        vocabulary = policy.model.get_input_embeddings().weight.shape[0]
        return CheckedEngine(engine, learner.policy_scores, config.optim.dtype, vocabulary), learner
    except RayError as error:
        raise EngineError(f"rollout actors did not start: {' '.join(str(error).split())[-300:]}") from error


def start_ray(cpus: int, gpus: int) -> None:
    """Join the cluster that this process, RAY_ADDRESS or this machine names; else start one here."""
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Ray's own
        if not ray.is_initialized():
            try:
                ray.init(address="auto", **quiet)
            except ConnectionError as error:
                if "RAY_ADDRESS" in os.environ:
                    raise UsageError(f"RAY_ADDRESS={os.environ['RAY_ADDRESS']}: no Ray cluster there") from error
                # Places are counted, not cores: on a small machine the workers share them.
                ray.init(num_cpus=max(cpus, usable_cores()), include_dashboard=False, **quiet)
    have = ray.cluster_resources()
    for name, needed in (("CPU", cpus), ("GPU", gpus)):
        if have.get(name, 0) < needed:
            raise UsageError(
                f"--learners and --rollouts need {needed} {name}s together; the Ray cluster has {have.get(name, 0):g}"
            )
