"""Engines: which rollout engine a configuration means, made and checked."""

from __future__ import annotations

from functools import partial

from r1.trainers.canary import CheckedEngine, ScoringEngine, policy_scores
from r1.trainers.config import Config, UsageError
from r1.trainers.policy import Policy
from r1.trainers.rollout import LocalEngine, RolloutEngine


def engine_for(config: Config, policy: Policy) -> RolloutEngine:
    """The engine named by ``--rollout``: ``local``, ``vllm``, or the URL of an OpenAI-compatible server.

    Raises:
        UsageError: no such engine, or it cannot run this policy here.
        EngineError: it runs, and its log-probabilities are not the policy's.
    """
    name = config.placement.rollout
    if name == "local":
        return LocalEngine(policy.model, policy.pad_id)  # draws with the learner's own tensors: nothing to check
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
