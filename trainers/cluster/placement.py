"""Placement: starts learner ranks and rollout engines on a Ray cluster, behind the interfaces of one process."""

from __future__ import annotations

import logging
import os
import socket
import tempfile
import time
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import ray

from r1.trainers.cluster import actors
from r1.trainers.cluster.engine import ClusterEngine, ColocatedEngine
from r1.trainers.cluster.learner import ClusterLearner
from r1.trainers.config import Config, UsageError
from r1.trainers.policy.policy import Policy
from r1.trainers.policy.threads import usable_cores
from r1.trainers.rollout.canary import CheckedEngine
from r1.trainers.rollout.engine import ScoringEngine


def place_on_ray(config: Config, policy: Policy, device: str) -> tuple[CheckedEngine, ClusterLearner]:
    """Start learner ranks and rollout engines on the cluster that this process has joined; return when all are ready.

    Raises:
        UsageError: the cluster has no room.
        EngineError, LearnerDied: an engine or a rank did not start. Everything that did start is stopped.
    """
    with ExitStack() as undo:
        learner = ClusterLearner(config, policy, device)
        undo.callback(learner.close)
        engine: ScoringEngine
        if config.placement.colocated:
            engine = ColocatedEngine(learner, config.placement.engine_width)
        else:
            engine = ClusterEngine(config, policy, learner, device)
        undo.callback(engine.close)
        vocabulary = policy.model.get_input_embeddings().weight.shape[0]
        checked = CheckedEngine(engine, learner.policy_scores, config.optim.dtype, vocabulary)
        undo.pop_all()
    return checked, learner


def start_ray(config: Config, device: str) -> None:
    """Join the cluster of this process, of RAY_ADDRESS or of this machine; if there is none, start one here.

    Raises:
        UsageError: the cluster is out of reach or too small, or its nodes do not join in time.
    """
    p = config.placement
    cpus = p.learners + p.rollouts
    gpus = p.learners + p.rollouts * p.engine_width if device == "cuda" else 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray's
        if not ray.is_initialized():
            _join_or_start(p.nodes, cpus)
    _wait_for_nodes(p.nodes)
    have = ray.cluster_resources()
    for name, needed in (("CPU", cpus), ("GPU", gpus)):
        if have.get(name, 0) < needed:
            raise UsageError(
                f"--learners and --rollouts need {needed} {name}s in total; the Ray cluster has {have.get(name, 0):g}"
            )


def _join_or_start(nodes: int, cpus: int) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    named = os.environ.get("RAY_ADDRESS")
    try:
        if not named and _left_behind():
            raise ConnectionError
        ray.init(address="auto", **quiet)
    except ConnectionError as error:
        if named:
            raise UsageError(f"RAY_ADDRESS={named}: no Ray cluster at this address") from error
        if nodes > 1:
            raise UsageError(
                f"--nodes {nodes}: no Ray cluster here; start one with `ray start --head`, and "
                "join it from each other node with `ray start --address=HOST:6379`"
            ) from error
        # Ray counts bundles, not cores: on a small machine the workers share the cores.
        ray.init(address="local", num_cpus=max(cpus, usable_cores()), include_dashboard=False, **quiet)


def _left_behind() -> bool:
    """Whether this machine's note of a cluster outlived it. Ray would try to reach that cluster for minutes."""
    note = Path(os.environ.get("RAY_TMPDIR") or tempfile.gettempdir()) / "ray" / "ray_current_cluster"
    try:
        host, _, port = note.read_text().strip().rpartition(":")
        socket.create_connection((host, int(port)), timeout=5).close()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return False


def _wait_for_nodes(count: int) -> None:
    until = time.monotonic() + actors.START_S
    while (alive := sum(node["Alive"] for node in ray.nodes())) < count:
        if time.monotonic() > until:
            raise UsageError(
                f"--nodes {count}: the Ray cluster has {alive}, and no more joined within {actors.START_S:g} s"
            )
        time.sleep(0.2)
