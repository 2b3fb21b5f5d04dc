"""Cluster actors: Ray actors with reserved resources, which can be replaced, and waiting for their answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, RayError
from ray.util.placement_group import placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from r1.trainers.config import UsageError

START_S, CALL_S = 300.0, 1800.0  # timeouts for a worker to be ready, and for one call
GRACE_S = 20.0  # after one rank has failed, how long to wait for the answers of the others


class Workers:
    """Ray actors in a placement group of ``count`` bundles, each with one CPU and ``gpus`` GPUs.

    Args:
        make: returns the constructor arguments of worker ``i``.
        strategy: ``PACK`` (on few nodes, for learners) or ``SPREAD`` (over the nodes, for rollouts).
        gpus: of one worker.
    Attributes:
        actors: living actors by index.
    Raises:
        UsageError: Ray does not provide the bundles within ``START_S``.
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
        with suppress(Exception):  # Ray itself may be down
            ray.kill(actor, no_restart=True)

    def replace(self, i: int) -> None:
        self.drop(i)
        self._start(i)

    def close(self) -> None:
        for i in list(self.actors):
            self.drop(i)
        with suppress(Exception):
            remove_placement_group(self._group)


def gather_answers(refs: Sequence[Any], timeout_s: float) -> tuple[list[Any], list[RayError]]:
    """Return the answers in order, None for those that failed, and the failures.

    After the first failure the others get ``GRACE_S``, because ranks that wait for a dead one never answer.
    """
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


def last_line(error: BaseException) -> str:
    """Return the message of an exception without the traceback that Ray puts before it."""
    return str(error).strip().splitlines()[-1][-300:]
