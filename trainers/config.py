"""Config: every setting of a run, as one tree of frozen dataclasses; field comments are the help of the command line."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tyro.conf import Suppress


class UsageError(ValueError):
    """A request of the user cannot work. The message is one line: which setting, with which value, and the remedy."""


@dataclass(frozen=True)
class SamplingConfig:
    """What a step samples."""

    prompts: int = 32  # different tasks a step (P)
    group: int = 16  # completions of each task (G)
    max_tokens: int = 1024  # longest completion
    temperature: float = 1.0  # all log-probabilities are those of this temperature
    staleness: int = 0  # 1: sample and judge while the previous step trains, with weights one update old
    max_turns: Suppress[int] = 1  # in environments that answer back
    stop: Suppress[tuple[str, ...]] = ()  # texts that end a completion, and stay in it


@dataclass(frozen=True)
class Objective:
    """What is maximized; ``--objective`` sets a whole row of docs/trainer.md's table, single flags change one entry."""

    objective: Literal["grpo", "dr_grpo", "dapo", "gspo", "cispo", "rloo", "reinforce_pp"] = "grpo"  # row of the table
    clip_low: float = 0.2  # ratio is clipped to [1 - clip_low, 1 + clip_high]; R1 used 10
    clip_high: float = 0.2
    kl_coef: float = 0.001  # weight of the KL to the reference, in the loss
    ref_every: int = 400  # steps between copies of the policy into the reference (0: never)
    epochs: int = 1  # passes over the samples of a step
    minibatches: int = 1  # optimizer steps a pass
    advantage_scale: Literal["std", "batch", "none"] = "std"  # what centered rewards are divided by
    correction: Literal["none", "tis", "mis", "seq_tis", "seq_mis"] = "none"  # for an engine whose numbers differ
    baseline: Suppress[Literal["mean", "loo", "batch"]] = "mean"
    aggregate: Suppress[Literal["sequence", "token", "constant"]] = "sequence"
    ratio: Suppress[Literal["token", "sequence"]] = "token"
    surrogate: Suppress[Literal["clip", "cispo"]] = "clip"
    dual_clip: Suppress[float | None] = None
    kl: Suppress[Literal["k1", "k2", "k3"]] = "k3"
    kl_in_reward: Suppress[bool] = False
    kl_unbiased: Suppress[bool] = False  # KL times the ratio [V3.2]
    drift_mask: Suppress[float | None] = None  # δ of the off-policy sequence mask [V3.2]
    per_reward: Suppress[bool] = False  # normalize each reward component by itself [GDPO]
    mask_truncated: Suppress[bool] = False  # completions cut at max_tokens get no gradient [DAPO]
    dynamic_sampling: Suppress[int] = 0  # extra batches sampled at most until every group has a signal [DAPO]
    overlong_buffer: Suppress[int] = 0  # tokens before max_tokens over which a penalty grows to -1 [DAPO eq. 13]
    correction_low: Suppress[float] = 0.5
    correction_high: Suppress[float] = 2.0


@dataclass(frozen=True)
class Optim:
    """How the policy is updated."""

    lr: float = 1e-6
    warmup: int = 0  # steps in which the learning rate rises from 0
    final_lr: Suppress[float] = 1.0  # fraction of lr that a linear decay reaches at the last step
    tokens: int = 0  # padded tokens a micro-batch: memory and speed, not results (0: 16384 on a GPU, 2048 on a CPU)
    dtype: Literal["float32", "bfloat16"] = "float32"  # of the computation; master weights are float32
    max_grad_norm: Suppress[float] = 1.0
    weight_decay: Suppress[float] = 0.0
    gradient_checkpointing: Suppress[bool] = False
    layout: Suppress[Literal["auto", "padded", "packed", "shared"]] = "auto"  # of a micro-batch; see microbatches.py
    float32_head: Suppress[bool] = False  # with dtype bfloat16: keep the output embedding, where rounding costs most
    lora_rank: Suppress[int] = 0  # train adapters of this rank instead of the weights (0: the weights)
    lora_alpha: Suppress[int] = 0  # adapters are scaled by alpha / rank (0: by 2)
    compile: Suppress[bool] = False  # torch.compile, for long runs
    liger: Suppress[bool] = False  # Liger's fused kernels, on a GPU


@dataclass(frozen=True)
class Placement:
    """Which processes and machines a run uses."""

    rollout: str = "local"  # engine that samples completions: local, vllm, or the URL of an OpenAI-compatible server
    learners: int = 1  # ranks that train, each with a shard of the policy; more than one run on Ray
    rollouts: int = 0  # Ray actors that sample completions (0: the learners do, in turn with training)
    nodes: int = 1  # Ray nodes to wait for; learners are packed, rollouts and judges are spread over all nodes
    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers: int = 0  # processes that judge (0: as many as there are cores)
    tensor_parallel: Suppress[int] = 1  # GPUs over which one vLLM engine is spread

    @property
    def on_ray(self) -> bool:
        return self.learners > 1 or self.rollouts > 0 or self.nodes > 1

    @property
    def colocated(self) -> bool:
        """Whether the learner ranks on Ray also sample."""
        return self.on_ray and not self.rollouts

    @property
    def engine_width(self) -> int:
        """GPUs of one rollout engine."""
        return self.tensor_parallel if self.rollout == "vllm" else 1


@dataclass(frozen=True)
class Operation:
    """What is evaluated, logged and saved."""

    eval_tasks: int = 128  # held-out tasks
    eval_samples: int = 4  # completions of each, at the training temperature
    eval_every: int = 20  # steps (always before the first and after the last one)
    save_every: int = 20  # steps between checkpoints
    keep: Suppress[int] = 2  # checkpoints
    track: Suppress[Literal["none", "tensorboard", "wandb", "trackio"]] = "none"  # gets the metrics, too
    patience: Suppress[int] = 0  # evaluations without a better held-out accuracy before the run ends (0: never)


@dataclass(frozen=True)
class Config:
    """Improve a policy on an environment's tasks with group-relative policy optimization (GRPO)."""

    env: str = "math"  # math, code, format, ..., or any Gymnasium id
    model: str | None = None  # Hugging Face directory or hub id of a causal LM; default: a tiny policy made here
    dataset: str | None = None  # tasks: JSONL or parquet file, or hub id; default: the environment's own
    level: int = 0  # difficulty of generated tasks
    template: str | None = None  # prompt template; default: the environment's
    steps: int = 200
    seed: int = 0
    out: Path | None = None  # directory of the run; default: runs/<env>
    resume: bool = False  # continue from the newest checkpoint in the directory, if there is one
    overwrite: bool = False  # delete what the directory holds
    unsafe_sandbox: bool = False  # run untrusted programs without isolation
    config: Path | None = None  # YAML file with any of these names; flags take precedence
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    objective: Objective = field(default_factory=Objective)
    optim: Optim = field(default_factory=Optim)
    placement: Placement = field(default_factory=Placement)
    operation: Operation = field(default_factory=Operation)

    @property
    def domain(self) -> str:
        """``math`` for --env math and for --env r1/math-v0."""
        return re.sub(r"^r1/(.*)-v\d+$", r"\1", self.env)

    @property
    def out_dir(self) -> Path:
        return self.out or Path("runs") / re.sub(r"[^\w.-]+", "-", self.domain)


SECTIONS = ("sampling", "objective", "optim", "placement", "operation")


def flat(config: Config) -> dict[str, Any]:
    """Return the value of every setting by name; names are unique across sections."""
    top = {f.name: getattr(config, f.name) for f in dataclasses.fields(config) if f.name not in SECTIONS}
    return top | {k: v for section in SECTIONS for k, v in dataclasses.asdict(getattr(config, section)).items()}


def with_settings(config: Config, settings: Mapping[str, Any]) -> Config:
    """Return ``config`` with some settings replaced by name; types are not checked."""
    homes = {f.name: s for s in SECTIONS for f in dataclasses.fields(getattr(config, s))}
    parts: dict[str, dict[str, Any]] = {}
    for name, value in settings.items():
        parts.setdefault(homes.get(name, ""), {})[name] = value
    changed = {s: replace(getattr(config, s), **values) for s, values in parts.items() if s}
    return replace(config, **parts.get("", {}), **changed)


def check(config: Config) -> Config:
    """Return ``config`` if its settings make sense together; stale samples get a correction unless one is set.

    The checks are here rather than in tyro's types because tyro would print a framed message of many lines.

    Raises:
        UsageError: a number is out of range, or two settings exclude each other.
    """
    _check_ranges(config)
    if config.sampling.group == 1 and config.objective.baseline != "batch":
        raise UsageError(
            "--group must be at least 2 because advantages are relative to the group; "
            "for single samples use --objective reinforce_pp"
        )
    if "" in config.sampling.stop:
        raise UsageError("stop must not contain an empty text: it would end every completion at once")
    if not 0 < config.sampling.temperature < math.inf:
        raise UsageError(f"--temperature must be finite and above 0, got {config.sampling.temperature}")
    if config.sampling.staleness not in (0, 1):
        raise UsageError(
            f"--staleness {config.sampling.staleness}: expected 0 (sample and train in turn) or 1 (at the same time)"
        )
    check_rollout(config.placement)
    check_colocated(config)
    if config.resume and config.overwrite:
        raise UsageError("--resume keeps the run and --overwrite deletes it; choose one")
    if config.sampling.staleness and config.objective.correction == "none":
        # Older weights are another policy: without a correction their samples would bias the gradient.
        return with_settings(config, {"correction": "tis"})
    return config


def _check_ranges(config: Config) -> None:
    for name, value, least in (
        ("steps", config.steps, 0),
        ("prompts", config.sampling.prompts, 1),
        ("group", config.sampling.group, 1),
        ("max-tokens", config.sampling.max_tokens, 1),
        ("epochs", config.objective.epochs, 1),
        ("minibatches", config.objective.minibatches, 1),
        ("eval-every", config.operation.eval_every, 1),
        ("save-every", config.operation.save_every, 1),
        ("learners", config.placement.learners, 1),
        ("rollouts", config.placement.rollouts, 0),
        ("nodes", config.placement.nodes, 1),
        ("tensor-parallel", config.placement.tensor_parallel, 1),
        ("workers", config.placement.workers, 0),
        ("tokens", config.optim.tokens, 0),
        ("warmup", config.optim.warmup, 0),
        ("eval-tasks", config.operation.eval_tasks, 0),
        ("eval-samples", config.operation.eval_samples, 1),
        ("lr", config.optim.lr, 0),
        ("kl-coef", config.objective.kl_coef, 0),
        ("clip-low", config.objective.clip_low, 0),
        ("clip-high", config.objective.clip_high, 0),
    ):
        if not least <= value < math.inf:  # false for NaN, too
            raise UsageError(f"--{name} must be a finite number of at least {least}, got {value}")


def check_rollout(placement: Placement) -> None:
    """Check that the rollout engine exists and that the placement can use it.

    Raises:
        UsageError: it does not exist, or a server is combined with Ray.
    """
    name = placement.rollout
    if name in ("local", "vllm"):
        return
    if not name.startswith(("http://", "https://")):
        raise UsageError(f"--rollout {name}: expected one of: local, vllm, the URL of an OpenAI-compatible server")
    if placement.on_ray:
        raise UsageError(f"--rollout {name}: --learners and --rollouts start their own engines; use local or vllm")


def check_colocated(config: Config) -> None:
    """Check that ranks that sample and train in turn can do so.

    Raises:
        UsageError: they would have to do both at once, or their number does not divide into engines.
    """
    p = config.placement
    if not p.colocated:
        return
    if config.sampling.staleness:
        raise UsageError("--staleness 1: learner ranks cannot sample while they train; add actors with --rollouts")
    if p.learners % p.engine_width:
        raise UsageError(f"--learners {p.learners}: must be a multiple of tensor_parallel ({p.engine_width})")
