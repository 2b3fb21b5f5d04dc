"""Cluster: learner ranks and rollout actors on Ray, behind the same two objects that one process uses."""

from __future__ import annotations

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, ObjectLostError, RayError, RayTaskError
from ray.util.placement_group import placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy
from torch import Tensor
from torch import distributed as dist

from r1.trainers.batch import Batch
from r1.trainers.canary import CheckedEngine, EngineError, LearnerDied, Sequence_
from r1.trainers.cluster_workers import LearnerRank, RolloutActor
from r1.trainers.config import Config, UsageError
from r1.trainers.policy import Policy
from r1.trainers.rollout import Request, Sample, Sampling
from r1.trainers.threads import usable_cores

START_S, CALL_S = 300.0, 1800.0  # longest wait for a worker to be ready, and for one call
GRACE_S = 20.0  # once a rank has failed, how long the others get to say how it went with them
ATTEMPTS = 3  # of one piece of rollout work, each on a fresh actor, before the run stops

log = logging.getLogger(__name__)


class Workers:
    """Ray actors in places of their own: ``count`` bundles of one CPU (and some GPUs) each. A dropped one is in no list.

    Args:
        make: arguments of the worker ``i``.
        strategy: ``PACK`` (near each other, for learners) or ``SPREAD`` (over the nodes, for rollouts).
        gpus: of one worker.
    Raises:
        UsageError: Ray has no such places, or does not give them within ``START_S``.
    """

    def __init__(
        self, worker: type, count: int, make: Callable[[int], tuple[Any, ...]], strategy: str, gpus: int
    ) -> None:
        self._remote: Any = ray.remote(worker)
        self._make, self._gpus = make, gpus
        self.actors: dict[int, Any] = {}
        self._group = placement_group([{"CPU": 1} | ({"GPU": gpus} if gpus else {})] * count, strategy=strategy)
        if not self._group.wait(START_S):
            self.close()
            raise UsageError(
                f"Ray has no room for {count} workers with a CPU{f' and {gpus} GPUs' if gpus else ''} each"
            )
        for i in range(count):
            self._start(i)

    def _start(self, i: int) -> None:
        place = PlacementGroupSchedulingStrategy(self._group, placement_group_bundle_index=i)
        options = self._remote.options(num_cpus=1, num_gpus=self._gpus, scheduling_strategy=place)
        self.actors[i] = options.remote(*self._make(i))

    def submit(self, i: int, method: str, *args: Any) -> Any:
        return getattr(self.actors[i], method).remote(*args)

    def drop(self, i: int) -> None:
        actor = self.actors.pop(i)
        with suppress(Exception):  # Ray itself may be gone
            ray.kill(actor, no_restart=True)

    def replace(self, i: int) -> None:
        self.drop(i)
        self._start(i)

    def close(self) -> None:
        for i in list(self.actors):
            self.drop(i)
        with suppress(Exception):
            remove_placement_group(self._group)


class ClusterLearner:
    """What :class:`~r1.trainers.learner.Learner` does, by N ranks that hold a shard of the policy each (FSDP2).

    Args:
        policy: the controller's copy, for tokens and export; its weights are those of the last checkpoint.
    Raises:
        LearnerDied: by this and by every method: a rank, its node or the connection between them is gone, or it hangs.
    """

    def __init__(self, config: Config, policy: Policy) -> None:
        self.policy, count = policy, config.placement.learners
        path, device = policy.model.name_or_path, policy.device.type
        self._ranks = Workers(
            LearnerRank, count, lambda i: (config, path, device, i, count), "PACK", int(device == "cuda")
        )
        with ExitStack() as undo:
            undo.callback(self.close)
            self._call("start", self._call("meet", timeout_s=START_S)[0], timeout_s=START_S)
            undo.pop_all()

    def _call(self, method: str, *args: Any, timeout_s: float = CALL_S) -> list[Any]:
        """The ranks' answers; all of them are asked, since they work together."""
        shared = [ray.put(arg) for arg in args]
        answers, failures = settle([self._ranks.submit(i, method, *shared) for i in self._ranks.actors], timeout_s)
        if failures:
            raise _reason(method, failures)
        return answers

    def score(self, batch: Batch) -> Batch:
        return self._call("score", batch)[0]

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        metrics, *others = self._call("update", batch, step)
        return {
            k: max([v, *(other.get(k, v) for other in others)]) if k.startswith("memory/") else v
            for k, v in metrics.items()
        }

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


def settle(refs: Sequence[Any], timeout_s: float) -> tuple[list[Any], list[RayError]]:
    """Answers in order and what failed. After the first failure the others get ``GRACE_S``: they may wait for ever."""
    until = time.monotonic() + timeout_s
    answers: list[Any] = [None] * len(refs)
    failures: list[RayError] = []
    left = list(refs)
    while left:
        ready, left = ray.wait(left, timeout=max(0.0, until - time.monotonic()))
        if not ready:
            return answers, failures or [GetTimeoutError(f"no answer within {timeout_s:g} s")]
        try:
            answers[refs.index(ready[0])] = ray.get(ready[0])
        except RayError as error:
            failures.append(error)
            until = min(until, time.monotonic() + GRACE_S)
    return answers, failures


def _reason(method: str, failures: Sequence[RayError]) -> Exception:
    """What to raise: LearnerDied where machines failed, the ranks' own error where our code or its settings did."""
    for failure in failures:
        if not isinstance(failure, RayTaskError):
            return LearnerDied(f"a learner rank died or hung in {method} ({type(failure).__name__})")
    cause = getattr(failures[0], "cause", None)
    if not isinstance(cause, Exception) or isinstance(cause, dist.DistError) or "gloo" in str(cause).lower():
        return LearnerDied(f"a learner rank lost the others in {method}: {last_line(failures[0])}")
    return cause


def last_line(error: BaseException) -> str:
    """What an exception says, without the traceback that Ray writes before it."""
    return str(error).strip().splitlines()[-1][-300:]


class ClusterEngine:
    """Rollouts by M actors that hold an engine each. A dead or hung actor is replaced and its share drawn anew.

    Seeds fix completions, so what another actor draws is what the dead one would have drawn. An actor whose place is
    gone with its node is dropped, and the others share its work.

    Raises:
        EngineError: by every method: no actor is left, or a piece of work failed ``ATTEMPTS`` times.
    """

    def __init__(self, config: Config, policy: Policy, learner: ClusterLearner) -> None:
        self.learner = learner
        path, device = policy.model.name_or_path, policy.device.type
        count = max(config.placement.rollouts, 1)
        gpus = config.placement.tensor_parallel if device == "cuda" else 0
        self.workers = Workers(RolloutActor, count, lambda i: (config, path, device), "SPREAD", gpus)
        self._weights: tuple[Any, int] | None = None
        self._closed, self._lock = False, threading.Lock()
        _, failures = settle([self.workers.submit(i, "ready") for i in self.workers.actors], START_S)
        if failures:
            self.workers.close()
            raise EngineError(f"a rollout actor did not start: {last_line(failures[0])}")

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Sample]]:
        return self._deal("generate", requests, sampling)

    @property
    def copies(self) -> int:
        """Of the weights: every actor has its own."""
        return len(self.workers.actors)

    def score(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        """Every actor scores a share, so that each of them is checked."""
        return self._deal("score", sequences)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Through the object store, straight from the learners to the actors; ``weights`` is not read."""
        self._weights = (self.learner.publish(), version)
        for i, ref in {i: self.workers.submit(i, "load", *self._weights) for i in self.workers.actors}.items():
            try:
                ray.get(ref, timeout=CALL_S)
            except RayError as error:
                self._renew(i, error)

    def _deal(self, method: str, items: Sequence[Any], *rest: Any) -> list[Any]:
        """Items like cards to the actors; the answers in the order of the items."""
        answers: dict[int, Any] = {}
        failure = ""
        for _ in range(ATTEMPTS):
            left = [k for k in range(len(items)) if k not in answers]
            hands = {i: left[n :: len(self.workers.actors)] for n, i in enumerate(self.workers.actors)}
            flying = {
                i: self.workers.submit(i, method, [items[k] for k in hand], *rest) for i, hand in hands.items() if hand
            }
            for i, ref in flying.items():
                try:
                    answers |= zip(hands[i], ray.get(ref, timeout=CALL_S), strict=True)
                except RayError as error:
                    failure = last_line(error)
                    self._renew(i, error)
            if len(answers) == len(items):
                return [answers[k] for k in range(len(items))]
        raise EngineError(f"rollout work failed {ATTEMPTS} times, each time on a fresh actor: {failure}")

    def _renew(self, i: int, error: RayError) -> None:
        """Another actor in the place of one that failed, with the present weights; where there is no place, without."""
        for _ in range(ATTEMPTS):
            with self._lock:
                if self._closed:
                    raise EngineError("the engine is closed") from error
                log.warning("rollout actor %d: %s; replaced", i, type(error).__name__)
                self.workers.replace(i)
            try:
                ray.get(self.workers.submit(i, "ready"), timeout=START_S)
                if self._weights:
                    ray.get(self.workers.submit(i, "load", *self._weights), timeout=CALL_S)
                return
            except RayError as again:
                if isinstance(getattr(again, "cause", again), ObjectLostError):
                    raise LearnerDied("the weights were lost with the rank that had published them") from again
                error = again
                if isinstance(again, GetTimeoutError):
                    break  # there is no place for it
        self.workers.drop(i)
        log.warning("rollout actor %d could not be replaced (%s); going on without", i, type(error).__name__)
        if not self.workers.actors:
            raise EngineError(f"no rollout actor is left: {last_line(error)}") from error

    def close(self) -> None:
        with self._lock:  # a thread that is drawing must not replace what is closed here
            self._closed = True
            self.workers.close()
        self.learner.close()


def place(config: Config, policy: Policy) -> tuple[CheckedEngine, ClusterLearner]:
    """Learner ranks and rollout actors, ready, on the cluster that this process has joined.

    Raises:
        UsageError: the cluster has no room left.
        EngineError, LearnerDied: an engine or a rank did not come up. Nothing is left behind.
    """
    with ExitStack() as undo:
        learner = ClusterLearner(config, policy)
        undo.callback(learner.close)
        engine = ClusterEngine(config, policy, learner)
        undo.callback(engine.close)
        vocabulary = policy.model.get_input_embeddings().weight.shape[0]
        checked = CheckedEngine(engine, learner.policy_scores, config.optim.dtype, vocabulary)
        undo.pop_all()
    return checked, learner


def start_ray(config: Config, device: str) -> None:
    """Join the cluster that this process, RAY_ADDRESS or this machine names; else start one here.

    Raises:
        UsageError: it is too small, or cannot be reached.
    """
    p = config.placement
    cpus = p.learners + max(p.rollouts, 1)
    gpus = p.learners + max(p.rollouts, 1) * p.tensor_parallel if device == "cuda" else 0
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
