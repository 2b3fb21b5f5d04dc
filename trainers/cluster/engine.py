"""Cluster engines: rollouts by Ray actors with an engine each, or by the learner ranks in turn with training."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, ObjectLostError, RayError, RayTaskError
from torch import Tensor

from r1.trainers.cluster import actors as cluster_actors
from r1.trainers.cluster.actors import Workers, gather_answers, last_line
from r1.trainers.cluster.learner import ClusterLearner
from r1.trainers.cluster.workers import RolloutActor
from r1.trainers.config import Config
from r1.trainers.learner.protocol import LearnerDied
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import EngineError, PromptCompletion, Request, Sample, SamplingParams
from r1.trainers.rollout.transfer import PATIENCE

ATTEMPTS = 3  # at one piece of rollout work, each on a new actor, before the run stops

log = logging.getLogger(__name__)


class ClusterEngine:
    """Rollouts by M actors with an engine each. A dead or hung actor is replaced, and its share is sampled again.

    A seed determines its completion, so the new actor samples what the dead one would have sampled. If the actor's node is
    lost and no other has room, the remaining actors share its work. Weights are broadcast from the learner's rank 0 to all
    actors; an actor that missed the broadcast loads the copy that rank 0 kept, through Ray's object store.

    Raises:
        EngineError: from every method, if no actor is left or a piece of work failed ``ATTEMPTS`` times.
    """

    def __init__(self, config: Config, policy: Policy, learner: ClusterLearner, device: str) -> None:
        self.learner, self._width = learner, config.placement.engine_width
        path, gpus = policy.model.name_or_path, self._width if device == "cuda" else 0
        self.workers = Workers(
            RolloutActor, config.placement.rollouts, lambda i: (config, path, device), "SPREAD", gpus
        )
        self._version: int | None = None
        self._stored: Any = None  # reference to the weights of this version, once an actor needed it
        self._joined: list[Any] = []  # actors in the broadcast group, all of which got every broadcast so far
        self._closed, self._lock = False, threading.Lock()
        _, failures = gather_answers(
            [self.workers.submit(i, "ready") for i in self.workers.actors], cluster_actors.START_S
        )
        if failures:
            self.workers.close()
            raise EngineError(f"a rollout actor did not start: {last_line(failures[0])}")

    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        return self._deal("generate", requests, sampling)

    @property
    def copies(self) -> int:
        """Number of copies of the weights: one for each actor."""
        return len(self.workers.actors)

    def score(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        """Score with all actors, so that each copy of the weights is checked."""
        return self._deal("score", sequences)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Send the weights from the learner ranks straight to the actors; ``weights`` is not read."""
        together = self._join()
        flying = {i: self.workers.submit(i, "receive", version) for i in self.workers.actors} if together else {}
        self.learner.send(broadcast=together)
        self._version, self._stored = version, None
        for i in list(self.workers.actors):
            try:
                if i in flying:
                    ray.get(flying[i], timeout=2 * PATIENCE.seconds)
                else:
                    self._fetch(i)
            except RayError as error:
                self._joined = []
                self._mend(i, error)

    def _join(self) -> bool:
        """Whether all actors and the learner are in one group; the group is rebuilt after a member was lost."""
        actors = list(self.workers.actors.values())
        if self._joined == actors:
            return True
        where, world = self.learner.open_group(), 1 + self._width * len(actors)
        joining = [self.learner.submit(0, "join_group", world)]
        for k, i in enumerate(self.workers.actors):
            joining.append(self.workers.submit(i, "join", where, 1 + k * self._width, world))
        _, failures = gather_answers(joining, 2 * PATIENCE.seconds)
        self._joined = [] if failures else actors
        for failure in failures:
            log.warning("weights go through the object store instead of a broadcast: %s", last_line(failure))
        return not failures

    def _deal(self, method: str, items: Sequence[Any], *rest: Any) -> list[Any]:
        """Deal the items out to the actors, in turn, and return the answers in the order of the items."""
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
                    answers |= zip(hands[i], ray.get(ref, timeout=cluster_actors.CALL_S), strict=True)
                except RayError as error:
                    failure = last_line(error)
                    self._renew(i, error)
            if len(answers) == len(items):
                return [answers[k] for k in range(len(items))]
        raise EngineError(f"rollout work failed {ATTEMPTS} times, each time on a new actor: {failure}")

    def _fetch(self, i: int) -> None:
        """Give one actor the current weights through the object store."""
        if self._version is None:
            return
        if self._stored is None:
            self._stored = self.learner.kept()
        ray.get(self.workers.submit(i, "load", self._stored, self._version), timeout=cluster_actors.CALL_S)

    def _mend(self, i: int, error: RayError) -> None:
        """Update an actor that missed the broadcast through the object store, or replace it."""
        if isinstance(error, RayTaskError):  # this actor lives; another member of the group died
            try:
                return self._fetch(i)
            except RayError as again:
                error = again
        self._renew(i, error)

    def _renew(self, i: int, error: RayError) -> None:
        """Replace an actor that failed and give it the current weights; drop it if Ray has no room for a new one."""
        for _ in range(ATTEMPTS):
            with self._lock:
                if self._closed:
                    raise EngineError("the engine is closed") from error
                log.warning("rollout actor %d: %s; replaced", i, type(error).__name__)
                self.workers.replace(i)
            try:
                ray.get(self.workers.submit(i, "ready"), timeout=cluster_actors.START_S)
                self._fetch(i)
                return
            except RayError as again:
                if isinstance(getattr(again, "cause", again), ObjectLostError):
                    raise LearnerDied("the weights were lost with the learner rank that kept them") from again
                error = again
                if isinstance(again, GetTimeoutError):
                    break  # Ray has no room for it
        self.workers.drop(i)
        log.warning("rollout actor %d could not be replaced (%s); continuing without it", i, type(error).__name__)
        if not self.workers.actors:
            raise EngineError(f"no rollout actor is left: {last_line(error)}") from error

    def close(self) -> None:
        with self._lock:  # a thread that samples must not replace actors that are closed here
            self._closed = True
            self.workers.close()
        self.learner.close()


class ColocatedEngine:
    """Rollouts by the learner ranks: each has an engine, or a part of one, on the GPU on which it trains.

    Raises:
        LearnerDied: from every method, because a lost engine is a lost learner rank.
    """

    def __init__(self, learner: ClusterLearner, width: int) -> None:
        self.learner = learner
        self._teams = [range(i, i + width) for i in range(0, learner.count, width)]  # ranks of one engine

    @property
    def copies(self) -> int:
        return len(self._teams)

    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        return self._deal("generate", requests, sampling)

    def score(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        return self._deal("score_drawn", sequences)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Each rank's engine loads the weights that the ranks gather together; ``weights`` is not read."""
        self.learner.call("load", version)

    def _deal(self, method: str, items: Sequence[Any], *rest: Any) -> list[Any]:
        """Deal the items out to the engines; all ranks of one engine get the same items and give the same answers."""
        teams = self._teams[: len(items)]
        hands = [list(items[n :: len(teams)]) for n in range(len(teams))]
        flying = [
            self.learner.submit(rank, method, hand, *rest)
            for team, hand in zip(teams, hands, strict=True)
            for rank in team
        ]
        found = self.learner.wait(method, flying)
        width = len(self._teams[0])
        return [found[k % len(teams) * width][k // len(teams)] for k in range(len(items))]

    def close(self) -> None:
        self.learner.close()
