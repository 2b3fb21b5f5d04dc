"""Trainer: makes the parts of a run from its configuration, and closes them however the run ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import torch

from r1.trainers.config import Config, UsageError, check_rollout
from r1.trainers.learner.learner import Learner
from r1.trainers.learner.protocol import LearnerLike
from r1.trainers.learner.turn_taking import TurnTakingLearner
from r1.trainers.meters import Clock
from r1.trainers.policy.policy import Policy, load_policy, pick_device
from r1.trainers.rollout.canary import CheckedEngine, policy_scores
from r1.trainers.rollout.engine import RolloutEngine, SamplingParams, ScoringEngine
from r1.trainers.rollout.episodes import TaskEnv, TaskStream, closing, open_env
from r1.trainers.rollout.local import LocalEngine, OwnEngine
from r1.trainers.rollout.overlap import Overlap
from r1.trainers.rollout.speech import check_speech
from r1.trainers.tiny.cold_start import tiny_policy


@dataclass
class Trainer:
    """Everything that a training step needs."""

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
    def sampling(self) -> SamplingParams:
        s = self.config.sampling
        return SamplingParams(s.max_tokens, s.temperature, self.policy.stop_ids, s.stop)


@contextlib.contextmanager
def open_trainer(config: Config) -> Iterator[Trainer]:
    """Open the environment, policy, engine and learner of a configuration.

    Raises:
        UsageError: something that the configuration names does not exist or cannot run here.
    """
    device = pick_device(config.placement.device)
    if config.placement.on_ray:
        join_cluster(config, device.type)
    env = open_env(config)
    with closing(env):
        # When the learners run elsewhere, this process needs its copy only for the tokenizer and for exports.
        here = torch.device("cpu") if config.placement.on_ray else device
        policy = load_policy(config.model or str(tiny_policy(config.domain, config.seed)), here, config.optim.dtype)
        tasks = TaskStream(env, config.seed, config.operation.eval_tasks)
        engine, learner = engine_and_learner(config, policy, device.type)
        trainer = Trainer(config, env, tasks, policy, engine, learner, Clock())
        with closing(engine, trainer.overlap):  # engine first: closing its actors ends any rollout still in flight
            if config.model:
                # Not through the canary, which keeps the first completions of the run.
                check_speech(engine.engine if isinstance(engine, CheckedEngine) else engine, policy, config.model)
            yield trainer


def prompt_line(t: Trainer) -> str:
    """Show the first held-out task's prompt as the policy reads it, special tokens included."""
    ids = [t.tasks.held_out[0].id] * t.env.num_envs
    observations, infos = t.env.reset(options={"task_id": ids})
    text = t.policy.tokenizer.decode(t.policy.encode(infos.get("messages", [None])[0], observations[0]))
    return f"a prompt as the model reads it: {text if len(text) <= 500 else text[:250] + ' ... ' + text[-250:]!r}"


def policy_line(config: Config, policy: Policy) -> str:
    """Describe the trained policy in one line for people."""
    count = sum(p.numel() for p in policy.model.parameters())
    size = f"{count / 1e6:.1f} million parameters"
    if config.model:
        return f"{config.model}, {size}"
    return (
        f"tiny policy: trained from scratch on the easiest {config.domain} tasks, with flaws for RL to remove; {size}"
    )


def join_cluster(config: Config, device: str) -> None:
    """Join or start the Ray cluster that the placement needs. Call it before anything is placed there.

    Raises:
        UsageError: Ray is not installed, or the cluster is too small or out of reach.
    """
    try:
        from r1.trainers.cluster.placement import start_ray
    except ImportError as error:
        raise UsageError(
            f"--learners/--rollouts need Ray ({error}); install it with: pip install 'r1-gym[ray]'"
        ) from error
    start_ray(config, device)


def engine_and_learner(config: Config, policy: Policy, device: str) -> tuple[RolloutEngine, LearnerLike]:
    """Make the rollout engine and the learner, on Ray if ``--learners``, ``--rollouts`` or ``--nodes`` ask for it.

    Raises:
        UsageError, EngineError, LearnerDied: from :func:`engine_for` and :func:`r1.trainers.cluster.place_on_ray`.
    """
    check_rollout(config.placement)
    if config.placement.on_ray:
        join_cluster(config, device)
        from r1.trainers.cluster.placement import place_on_ray

        return place_on_ray(config, policy, device)
    engine, learner = engine_for(config, policy), Learner(policy, config)
    shares_gpu = config.placement.rollout == "vllm" and policy.device.type == "cuda" and not config.sampling.staleness
    return engine, TurnTakingLearner(learner, engine) if shares_gpu else learner


def engine_for(config: Config, policy: Policy) -> RolloutEngine:
    """Make the engine that ``--rollout`` names: ``local``, ``vllm``, or the URL of an OpenAI-compatible server.

    Raises:
        UsageError: the engine does not exist or cannot run this policy here.
        EngineError: the engine's log-probabilities differ from the policy's.
    """
    name = config.placement.rollout
    engine: ScoringEngine
    if name == "local" and not config.sampling.staleness:
        # This engine samples with the learner's own tensors, so a check would compare them with themselves.
        return LocalEngine(policy.model, policy.pad_id, tokenizer=policy.tokenizer)
    if name == "local":  # a copy, because the learner changes its tensors while the engine samples
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
