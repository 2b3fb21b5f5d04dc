"""Config: everything a run can be told, as one frozen tree; the command line and a YAML file fill it in."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import tyro
import yaml
from pydantic import TypeAdapter, ValidationError
from tyro.conf import Suppress


class UsageError(ValueError):
    """What a user wrote cannot work. The text is one line: what, with what value, what to do."""


@dataclass(frozen=True)
class Sampling:
    """What a step draws."""

    prompts: int = 32  # different tasks a step (P)
    group: int = 16  # completions of each task (G)
    max_tokens: int = 1024  # longest completion
    temperature: float = 1.0  # log-probabilities are those of this temperature everywhere
    staleness: int = 0  # 1: completions are drawn and judged while the step before trains, by weights one update old
    max_turns: Suppress[int] = 1  # of environments that answer back
    stop: Suppress[tuple[str, ...]] = ()  # texts that end a completion, and stay in it


@dataclass(frozen=True)
class Objective:
    """What is maximised; ``--objective`` sets a whole row of docs/trainer.md's table, single flags change one entry."""

    objective: Literal["grpo", "dr_grpo", "dapo", "gspo", "cispo", "rloo", "reinforce_pp"] = "grpo"  # row of the table
    clip_low: float = 0.2  # ratio is clipped to [1 - clip_low, 1 + clip_high]; R1 used 10
    clip_high: float = 0.2
    kl_coef: float = 0.001  # weight of the KL to the reference, in the loss
    ref_every: int = 400  # the reference becomes the policy every so many steps (0: never)
    epochs: int = 1  # passes over the samples of a step
    minibatches: int = 1  # optimiser steps a pass
    advantage_scale: Literal["std", "batch", "none"] = "std"  # what centred rewards are divided by
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
    per_reward: Suppress[bool] = False  # normalise each reward component by itself [GDPO]
    mask_truncated: Suppress[bool] = False  # completions cut at max_tokens teach nothing [DAPO]
    dynamic_sampling: Suppress[int] = 0  # draw up to so many extra batches until every group has a signal [DAPO]
    overlong_buffer: Suppress[int] = 0  # tokens before max_tokens over which a penalty grows to -1 [DAPO eq. 13]
    correction_low: Suppress[float] = 0.5
    correction_high: Suppress[float] = 2.0


@dataclass(frozen=True)
class Optim:
    """How the policy is moved."""

    lr: float = 1e-6
    warmup: int = 0  # steps in which the learning rate rises from 0
    final_lr: Suppress[float] = 1.0  # share of lr reached, in a straight line, at the last step
    tokens: int = 0  # padded tokens a micro-batch: memory and speed, not results (0: 16384 on a GPU, 2048 on a CPU)
    dtype: Literal["float32", "bfloat16"] = "float32"  # of the computation; master weights are float32
    max_grad_norm: Suppress[float] = 1.0
    weight_decay: Suppress[float] = 0.0
    gradient_checkpointing: Suppress[bool] = False
    layout: Suppress[Literal["auto", "padded", "packed", "shared"]] = "auto"  # of a micro-batch; see passes.py
    float32_head: Suppress[bool] = False  # with dtype bfloat16: the output embedding, where rounding costs most
    lora_rank: Suppress[int] = 0  # train adapters of this rank instead of the weights (0: the weights)
    lora_alpha: Suppress[int] = 0  # adapters count alpha / rank times (0: twice)
    compile: Suppress[bool] = False  # torch.compile, for long runs
    liger: Suppress[bool] = False  # Liger's fused kernels, on a GPU


@dataclass(frozen=True)
class Placement:
    """Where things run."""

    rollout: str = "local"  # engine that draws completions: local, vllm, or the URL of an OpenAI-compatible server
    learners: int = 1  # ranks that train, each with a shard of the policy; more than one of them are placed by Ray
    rollouts: int = 0  # Ray actors that draw completions (0: whoever trains does, in turn)
    nodes: int = 1  # Ray nodes to wait for; learners are packed, rollouts and judges are spread over all there are
    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers: int = 0  # processes that judge (0: as many as there are cores)
    tensor_parallel: Suppress[int] = 1  # GPUs over which one vLLM engine is spread

    @property
    def on_ray(self) -> bool:
        return self.learners > 1 or self.rollouts > 0 or self.nodes > 1

    @property
    def colocated(self) -> bool:
        """Learner ranks on Ray that draw, too."""
        return self.on_ray and not self.rollouts

    @property
    def engine_width(self) -> int:
        """GPUs of one rollout engine."""
        return self.tensor_parallel if self.rollout == "vllm" else 1


@dataclass(frozen=True)
class Operation:
    """What is kept and measured beside the training."""

    eval_tasks: int = 128  # held-out tasks
    eval_samples: int = 4  # completions of each, at the training temperature
    eval_every: int = 20  # steps (always before the first and after the last one)
    save_every: int = 20  # steps between checkpoints
    keep: Suppress[int] = 2  # checkpoints
    track: Suppress[Literal["none", "tensorboard", "wandb", "trackio"]] = (
        "none"  # where metrics go beside metrics.jsonl
    )
    patience: Suppress[int] = 0  # evaluations without a better held-out accuracy before the run ends (0: never)


@dataclass(frozen=True)
class Config:
    """Improve a policy on an environment's tasks with group-relative policy optimisation (GRPO)."""

    env: str = "math"  # math, code, format, ..., or any Gymnasium id
    model: str | None = None  # Hugging Face directory or hub id of a causal LM; default: a tiny policy made here
    dataset: str | None = None  # tasks: JSONL or parquet file, or hub id; default: the environment's own
    level: int = 0  # difficulty of generated tasks
    template: str | None = None  # prompt template; default: the environment's
    steps: int = 200
    seed: int = 0
    out: Path | None = None  # directory of the run; default: runs/<env>
    resume: bool = False  # go on from the newest checkpoint in the directory, if there is one
    overwrite: bool = False  # delete what the directory holds
    unsafe_sandbox: bool = False  # run untrusted programs without isolation
    config: Path | None = None  # YAML file with any of these names; flags win over it
    sampling: Sampling = field(default_factory=Sampling)
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

# What a named objective sets; sources in loss.py, the table for people in docs/trainer.md.
OBJECTIVES: dict[str, dict[str, Any]] = {
    "grpo": {},
    "dr_grpo": {"aggregate": "constant", "advantage_scale": "none", "kl_coef": 0.0},
    "dapo": {"aggregate": "token", "clip_high": 0.28, "kl_coef": 0.0, "mask_truncated": True, "dynamic_sampling": 3},
    "gspo": {"ratio": "sequence", "clip_low": 3e-4, "clip_high": 4e-4, "kl_coef": 0.0},
    "cispo": {"surrogate": "cispo", "aggregate": "token", "clip_low": 1.0, "clip_high": 4.0, "kl_coef": 0.0},
    "rloo": {"baseline": "loo", "advantage_scale": "none", "aggregate": "constant", "kl": "k1", "kl_in_reward": True},
    "reinforce_pp": {"baseline": "batch", "advantage_scale": "batch", "aggregate": "token", "kl": "k2"},
}


def flat(config: Config) -> dict[str, Any]:
    """Name -> value of every setting; names are unique across sections."""
    top = {f.name: getattr(config, f.name) for f in dataclasses.fields(config) if f.name not in SECTIONS}
    return top | {k: v for section in SECTIONS for k, v in dataclasses.asdict(getattr(config, section)).items()}


def with_settings(config: Config, settings: Mapping[str, Any]) -> Config:
    """``config`` with some settings replaced by name, without a look at their types."""
    homes = {f.name: s for s in SECTIONS for f in dataclasses.fields(getattr(config, s))}
    parts: dict[str, dict[str, Any]] = {}
    for name, value in settings.items():
        parts.setdefault(homes.get(name, ""), {})[name] = value
    changed = {s: replace(getattr(config, s), **values) for s, values in parts.items() if s}
    return replace(config, **parts.get("", {}), **changed)


def read_yaml(path: Path, base: Config) -> dict[str, Any]:
    """Settings of a YAML file: flat, or under the names of the sections.

    Raises:
        UsageError: no such file, not YAML, an unknown name (with the nearest one), or a value of the wrong type.
    """
    try:
        tree = yaml.safe_load(path.read_text())
    except OSError as error:
        raise UsageError(f"--config {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"--config {path}: not YAML: {' '.join(str(error).split())}") from error
    if tree is not None and not isinstance(tree, dict):
        raise UsageError(f"--config {path}: a mapping of names to values is needed, not a {type(tree).__name__}")
    settings: dict[str, Any] = {}
    for key, value in (tree or {}).items():
        settings.update(value if key in SECTIONS and isinstance(value, dict) else {key: value})
    settings = {str(k).replace("-", "_"): v for k, v in settings.items()}
    known = flat(base)
    for name in settings:
        if name not in known or name == "config":
            near = difflib.get_close_matches(name, known, 1)
            raise UsageError(f"--config {path}: no setting {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    try:
        checked = TypeAdapter(Config).validate_python(dataclasses.asdict(with_settings(base, settings)))
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"--config {path}: {first['loc'][-1]}: {first['msg']}, not {first['input']!r}") from error
    return {name: flat(checked)[name] for name in settings}


def check(config: Config) -> Config:
    """``config``, if its settings make sense together; checked here since tyro would frame the message."""
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
        if not least <= value < math.inf:  # which nothing holds for "nan"
            raise UsageError(
                f"--{name} {value}: " + (f"at least {least} is needed" if value < least else "not a number")
            )
    if config.sampling.group == 1 and config.objective.baseline != "batch":
        raise UsageError("--group 1: a completion is compared with its group; 2 at least, or --objective reinforce_pp")
    if "" in config.sampling.stop:
        raise UsageError("stop: an empty text would end every completion at once")
    if not 0 < config.sampling.temperature < math.inf:
        raise UsageError(f"--temperature {config.sampling.temperature}: exploration needs a finite one above 0")
    if config.sampling.staleness not in (0, 1):
        raise UsageError(f"--staleness {config.sampling.staleness}: 0 draws and trains in turn, 1 at the same time")
    check_rollout(config.placement)
    check_colocated(config)
    if config.resume and config.overwrite:
        raise UsageError("--resume and --overwrite: one keeps the run, the other deletes it; choose one")
    if config.sampling.staleness and config.objective.correction == "none":
        # Samples of older weights are another policy's: uncorrected, they would bias the gradient.
        return with_settings(config, {"correction": "tis"})
    return config


def check_rollout(placement: Placement) -> None:
    """That there is such an engine, and that it can be placed as was asked.

    Raises:
        UsageError: it is not, or cannot.
    """
    name = placement.rollout
    if name in ("local", "vllm"):
        return
    if not name.startswith(("http://", "https://")):
        raise UsageError(f"--rollout {name}: there are local, vllm, and the URL of an OpenAI-compatible server")
    if placement.on_ray:
        raise UsageError(f"--rollout {name}: --learners and --rollouts place engines of their own, local or vllm")


def check_colocated(config: Config) -> None:
    """That ranks which draw and train in turn can do so.

    Raises:
        UsageError: they cannot.
    """
    p = config.placement
    if not p.colocated:
        return
    if config.sampling.staleness:
        raise UsageError("--staleness 1: ranks that draw, too, cannot do both at once; give drawing its own --rollouts")
    if p.learners % p.engine_width:
        raise UsageError(f"--learners {p.learners}: engines of tensor_parallel {p.engine_width} need a multiple of it")


def parse(argv: Sequence[str] | None = None) -> Config:
    """The config of a command line. What is set nearer to the user wins: flags, YAML file, objective, tiny policy, defaults."""
    from r1.trainers.presets import TINY

    named = _cli(argv, Config())  # only to see which model, environment, file and objective are named
    settings = read_yaml(named.config, Config()) if named.config else {}
    asked = _cli(argv, with_settings(Config(), settings))
    base = Config() if asked.model else with_settings(Config(), TINY.get(asked.domain, {}))
    base = with_settings(base, OBJECTIVES[asked.objective.objective])
    return check(_cli(argv, with_settings(base, settings)))


def _cli(argv: Sequence[str] | None, default: Config) -> Config:
    """What tyro makes of a command line; its complaints in one line, as all others."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return tyro.cli(
                tyro.conf.OmitArgPrefixes[Config],
                prog="grpo.py",
                description=Config.__doc__,
                args=argv,
                default=default,
            )
    except SystemExit as stop:
        if not stop.code:  # --help
            raise
        raise UsageError(_in_one_line(said.getvalue())) from None


def _in_one_line(framed: str) -> str:
    """tyro's complaint without its frame, and the option that it thinks was meant."""
    lines = (re.sub(r"^\s*[│╭╰|+]|[│╮╯|+]\s*$", " ", line) for line in framed.splitlines())
    parts = [" ".join(part.split()) for part in re.split(r"[─-]{3,}", " ".join(lines))]
    complaint = next((part for part in parts[1:] if part and not part.startswith("For full")), framed.strip())
    complaint = complaint.partition(" Argument helptext:")[0].removesuffix(".")
    meant = next((part for part in parts if part.startswith("Perhaps you meant:")), "")
    near = re.search(r"--[\w-]+", meant)
    return complaint + (f"; did you mean {near[0]}?" if near else "; --help lists all options")
