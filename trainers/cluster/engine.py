"""Cluster engines: rollouts by Ray actors with an engine each, or by the learner's own ranks in turn with the training."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, ObjectLostError, RayError, RayTaskError
from torch import Tensor

from r1.trainers.cluster import actors as cluster_actors
from r1.trainers.cluster.actors import Workers, last_line, settle
from r1.trainers.cluster.learner import ClusterLearner
from r1.trainers.cluster.workers import RolloutActor
from r1.trainers.config import Config
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.canary import EngineError, LearnerDied, Sequence_
from r1.trainers.rollout.local import Request, Sample, Sampling
from r1.trainers.rollout.transfer import PATIENCE

ATTEMPTS = 3  # of one piece of rollout work, each on a fresh actor, before the run stops

log = logging.getLogger(__name__)


class ClusterEngine:
    """Rollouts by M actors that hold an engine each. A dead or hung actor is replaced and its share drawn anew.

    Seeds fix completions, so what another actor draws is what the dead one would have drawn. An actor whose place is
    gone with its node is dropped, and the others share its work. Weights are broadcast from the learner's first rank to
    all actors; one that this did not reach takes what that rank has kept of them from Ray's object store.

    Raises:
        EngineError: by every method: no actor is left, or a piece of work failed ``ATTEMPTS`` times.
    """

    def __init__(self, config: Config, policy: Policy, learner: ClusterLearner, device: str) -> None:
        self.learner, self._width = learner, config.placement.engine_width
        path, gpus = policy.model.name_or_path, self._width if device == "cuda" else 0
        self.workers = Workers(
            RolloutActor, config.placement.rollouts, lambda i: (config, path, device), "SPREAD", gpus
        )
        self._version: int | None = None
        self._stored: Any = None  # reference to the weights of this version, once somebody needed it
        self._line: list[Any] = []  # actors that have joined and were reached ever since
        self._closed, self._lock = False, threading.Lock()
        _, failures = settle([self.workers.submit(i, "ready") for i in self.workers.actors], cluster_actors.START_S)
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
        """Straight from the learners to the actors; ``weights`` is not read."""
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
                self._line = []
                self._mend(i, error)

    def _join(self) -> bool:
        """Whether all actors and the learner are in one group; it is made anew after somebody was lost."""
        actors = list(self.workers.actors.values())
        if self._line == actors:
            return True
        where, world = self.learner.open_line(), 1 + self._width * len(actors)
        joining = [self.learner.submit(0, "join_line", world)]
        for k, i in enumerate(self.workers.actors):
            joining.append(self.workers.submit(i, "join", where, 1 + k * self._width, world))
        _, failures = settle(joining, 2 * PATIENCE.seconds)
        self._line = [] if failures else actors
        for failure in failures:
            log.warning("weights go through the object store: %s", last_line(failure))
        return not failures

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
                    answers |= zip(hands[i], ray.get(ref, timeout=cluster_actors.CALL_S), strict=True)
                except RayError as error:
                    failure = last_line(error)
                    self._renew(i, error)
            if len(answers) == len(items):
                return [answers[k] for k in range(len(items))]
        raise EngineError(f"rollout work failed {ATTEMPTS} times, each time on a fresh actor: {failure}")

    def _fetch(self, i: int) -> None:
        """Give one actor the present weights through the object store."""
        if self._version is None:
            return
        if self._stored is None:
            self._stored = self.learner.kept()
        ray.get(self.workers.submit(i, "load", self._stored, self._version), timeout=cluster_actors.CALL_S)

    def _mend(self, i: int, error: RayError) -> None:
        """An actor that the broadcast did not reach: it takes the weights otherwise, or another one takes its place."""
        if isinstance(error, RayTaskError):  # it lives; somebody else on the line has died
            try:
                return self._fetch(i)
            except RayError as again:
                error = again
        self._renew(i, error)

    def _renew(self, i: int, error: RayError) -> None:
        """Another actor in the place of one that failed, with the present weights; where there is no place, without."""
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
                    raise LearnerDied("the weights were lost with the rank that had kept them") from again
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


class ColocatedEngine:
    """Rollouts by the learner's own ranks: each has an engine, or a part of one, on the GPU on which it trains.

    They draw and train in turn, so whatever is lost, a learner rank is lost.

    Raises:
        LearnerDied: by every method.
    """

    def __init__(self, learner: ClusterLearner, width: int) -> None:
        self.learner = learner
        self._teams = [range(i, i + width) for i in range(0, learner.count, width)]  # ranks of one engine

    @property
    def copies(self) -> int:
        return len(self._teams)

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Sample]]:
        return self._deal("generate", requests, sampling)

    def score(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        return self._deal("score_drawn", sequences)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Each rank's engine takes what the ranks gather together; ``weights`` is not read."""
        self.learner.call("load", version)

    def _deal(self, method: str, items: Sequence[Any], *rest: Any) -> list[Any]:
        """Items like cards to the engines; all ranks of an engine get the same hand and give the same answer."""
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
