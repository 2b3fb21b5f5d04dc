"""Engines: which rollout engine and which learner a configuration means, made and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor

from r1.trainers.config import Config, UsageError, check_rollout
from r1.trainers.learner.batch import Batch
from r1.trainers.learner.learner import Learner
from r1.trainers.policy.policy import Policy, load_policy
from r1.trainers.rollout.canary import CheckedEngine, ScoringEngine, Sequence_, policy_scores
from r1.trainers.rollout.local import LocalEngine, RolloutEngine
from r1.trainers.rollout.transfer import Address, Receiver


class LearnerLike(Protocol):
    """What trains: here, or spread over ranks."""

    def score(self, batch: Batch) -> Batch: ...
    def update(self, batch: Batch, step: int) -> dict[str, float]: ...
    def state(self) -> dict[str, Any]: ...
    def load_state(self, state: Mapping[str, Any]) -> None: ...


class TakesTurns:
    """A learner on a vLLM engine's own GPU: the engine sleeps while it trains, and wakes by itself when it is asked."""

    def __init__(self, learner: LearnerLike, engine: Any) -> None:
        self.learner, self.engine = learner, engine

    def score(self, batch: Batch) -> Batch:
        self.engine.sleep()
        return self.learner.score(batch)

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        self.engine.sleep()
        return self.learner.update(batch, step)

    def state(self) -> dict[str, Any]:
        return self.learner.state()

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.learner.load_state(state)


class OwnEngine(LocalEngine):
    """The local engine with a model of its own, into which updates are copied."""

    def __init__(self, path: str, device: torch.device, dtype: str) -> None:
        self.policy = load_policy(path, device, dtype)
        super().__init__(self.policy.model.requires_grad_(False), self.policy.pad_id, tokenizer=self.policy.tokenizer)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        mine = dict(self.model.named_parameters())
        with torch.no_grad():
            for name, tensor in weights:
                mine[name].copy_(tensor)
        self.version = version

    def join(self, where: Address, rank: int, world: int) -> None:
        """Be sent weights from there, as one rank of a group."""
        self._receiver = Receiver(where, rank, world, self.policy.device)

    def receive(self, version: int) -> None:
        self.load(self._receiver.weights(), version)

    def score(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        return policy_scores(self.policy, sequences)


def join_cluster(config: Config, device: str) -> None:
    """Be part of a Ray cluster where the configuration needs one: what is placed there asks for it.

    Raises:
        UsageError: Ray is not installed, the cluster is too small, or it cannot be reached.
    """
    if not config.placement.on_ray:
        return
    try:
        from r1.trainers.cluster.placement import start_ray
    except ImportError as error:
        raise UsageError(f"--learners and --rollouts: {error}; pip install ray==2.60.0") from error
    start_ray(config, device)


def engine_and_learner(config: Config, policy: Policy, device: str) -> tuple[RolloutEngine, LearnerLike]:
    """Both in this process, or both on Ray where ``--learners``, ``--rollouts`` or ``--nodes`` ask for more than that.

    Raises:
        UsageError, EngineError: as :func:`engine_for` and :func:`r1.trainers.cluster.place` do.
    """
    check_rollout(config.placement)
    if config.placement.on_ray:
        join_cluster(config, device)
        from r1.trainers.cluster.placement import place

        return place(config, policy, device)
    engine, learner = engine_for(config, policy), Learner(policy, config)
    shares_gpu = config.placement.rollout == "vllm" and policy.device.type == "cuda" and not config.sampling.staleness
    return engine, TakesTurns(learner, engine) if shares_gpu else learner


def engine_for(config: Config, policy: Policy) -> RolloutEngine:
    """The engine named by ``--rollout``: ``local``, ``vllm``, or the URL of an OpenAI-compatible server.

    Raises:
        UsageError: no such engine, or it cannot run this policy here.
        EngineError: it runs, and its log-probabilities are not the policy's.
    """
    name = config.placement.rollout
    engine: ScoringEngine
    if name == "local" and not config.sampling.staleness:
        # Draws with the learner's own tensors: nothing to check.
        return LocalEngine(policy.model, policy.pad_id, tokenizer=policy.tokenizer)
    if name == "local":  # the learner's tensors change while it draws
        engine = OwnEngine(policy.model.name_or_path, policy.device, config.optim.dtype)
    elif name == "vllm":
        from r1.trainers.rollout.vllm_engine import VllmEngine

        device, spread = policy.device.type, config.placement.tensor_parallel
        engine = VllmEngine(policy.model.name_or_path, config.optim.dtype, device, tensor_parallel=spread)
    else:
        from r1.trainers.rollout.server import ServerEngine

        engine = ServerEngine(name)
    vocabulary = policy.model.get_input_embeddings().weight.shape[0]
    return CheckedEngine(engine, partial(policy_scores, policy), config.optim.dtype, vocabulary)
