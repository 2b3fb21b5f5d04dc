"""Engines: which rollout engine and which learner a configuration means, made and checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from r1.trainers.batch import Batch
from r1.trainers.canary import CheckedEngine, ScoringEngine, policy_scores
from r1.trainers.config import Config, UsageError
from r1.trainers.learner import Learner
from r1.trainers.policy import Policy
from r1.trainers.rollout import LocalEngine, RolloutEngine


class LearnerLike(Protocol):
    """What trains: here, or spread over ranks."""

    def score(self, batch: Batch) -> Batch: ...
    def update(self, batch: Batch, step: int) -> dict[str, float]: ...
    def state(self) -> dict[str, Any]: ...
    def load_state(self, state: Mapping[str, Any]) -> None: ...


def engine_and_learner(config: Config, policy: Policy) -> tuple[RolloutEngine, LearnerLike]:
    """Both in this process, or both on Ray where ``--learners`` or ``--rollouts`` ask for more than that.

    Raises:
        UsageError, EngineError: as :func:`engine_for` and :func:`r1.trainers.cluster.place` do.
    """
    if config.placement.learners > 1 or config.placement.rollouts:
        try:
            from r1.trainers.cluster import place
        except ImportError as error:
            raise UsageError(f"--learners and --rollouts: {error}; pip install ray==2.60.0") from error
        return place(config, policy)
    return engine_for(config, policy), Learner(policy, config)


def engine_for(config: Config, policy: Policy) -> RolloutEngine:
    """The engine named by ``--rollout``: ``local``, ``vllm``, or the URL of an OpenAI-compatible server.

    Raises:
        UsageError: no such engine, or it cannot run this policy here.
        EngineError: it runs, and its log-probabilities are not the policy's.
    """
    name = config.placement.rollout
    if name == "local":
        # Draws with the learner's own tensors: nothing to check.
        return LocalEngine(policy.model, policy.pad_id, tokenizer=policy.tokenizer)
    engine: ScoringEngine
    if name == "vllm":
        from r1.trainers.rollout_vllm import VllmEngine

        engine = VllmEngine(policy.model.name_or_path, config.optim.dtype, policy.device.type)
    elif name.startswith(("http://", "https://")):
        from r1.trainers.rollout_server import ServerEngine

        engine = ServerEngine(name)
    else:
        raise UsageError(f"--rollout {name}: there are local, vllm, and the URL of an OpenAI-compatible server")
    vocabulary = policy.model.get_input_embeddings().weight.shape[0]
    return CheckedEngine(engine, partial(policy_scores, policy), config.optim.dtype, vocabulary)
