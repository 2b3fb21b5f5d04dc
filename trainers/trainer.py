"""Trainer: the parts of a run, each made once and closed at its end, however it ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch

from r1.trainers.clock import Clock
from r1.trainers.config import Config
from r1.trainers.engines import LearnerLike, engine_and_learner, join_cluster
from r1.trainers.policy.policy import Policy, load_policy, pick_device
from r1.trainers.rollout.episodes import TaskEnv, TaskStream, closing, open_env
from r1.trainers.rollout.local import RolloutEngine, Sampling
from r1.trainers.rollout.overlap import Overlap
from r1.trainers.tiny.model import tiny_policy


@dataclass
class Trainer:
    """What a step needs."""

    config: Config
    env: TaskEnv
    tasks: TaskStream
    policy: Policy
    engine: RolloutEngine
    learner: LearnerLike
    clock: Clock
    overlap: Overlap = field(init=False)

    def __post_init__(self) -> None:
        self.overlap = Overlap(self.config.steps, self.config.sampling.staleness)

    @property
    def sampling(self) -> Sampling:
        s = self.config.sampling
        return Sampling(s.max_tokens, s.temperature, self.policy.stop_ids, s.stop)


@contextlib.contextmanager
def open_trainer(config: Config) -> Iterator[Trainer]:
    """Environment, policy, engine and learner of a configuration.

    Raises:
        UsageError: something that was named is not there, or cannot run here.
    """
    device = pick_device(config.placement.device)
    join_cluster(config, device.type)
    env = open_env(config)
    with closing(env):
        # With the learners elsewhere, the copy here is for tokens and export only.
        here = torch.device("cpu") if config.placement.on_ray else device
        policy = load_policy(config.model or str(tiny_policy(config.domain, config.seed)), here, config.optim.dtype)
        tasks = TaskStream(env, config.seed, config.operation.eval_tasks)
        engine, learner = engine_and_learner(config, policy, device.type)
        trainer = Trainer(config, env, tasks, policy, engine, learner, Clock())
        with closing(engine, trainer.overlap):  # the engine first: actors that are gone end what is being drawn
            yield trainer


def policy_line(config: Config, policy: Policy) -> str:
    """What is trained, for people."""
    count = sum(p.numel() for p in policy.model.parameters())
    size = f"{count / 1e6:.1f} million parameters"
    if config.model:
        return f"{config.model}, {size}"
    return (
        f"the tiny policy: made from nothing for the easiest {config.domain} tasks, with bad habits to unlearn; {size}"
    )
