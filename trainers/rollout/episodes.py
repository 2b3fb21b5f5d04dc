"""Episodes: an environment asks tasks, an engine completes them, and a verifier judges, until every reward is known."""

from __future__ import annotations

import contextlib
import difflib
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from r1.datasets.task import Task
from r1.trainers.config import Config, UsageError
from r1.trainers.meters import Clock
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import Request, RolloutEngine, SamplingParams, sample_seed


@dataclass(slots=True)
class Episode:
    """One attempt at a task, from prompt to reward."""

    task_id: str
    prompt: str  # the question, for display
    prompt_ids: tuple[int, ...]
    token_ids: list[int] = field(default_factory=list)  # everything after the prompt
    own: list[bool] = field(default_factory=list)  # of each token: True if the policy wrote it
    logp: list[float] = field(default_factory=list)  # of each token, from the engine; 0 if not own
    reward: float = 0.0  # NaN: unscored
    components: dict[str, float] = field(default_factory=dict)
    text: str = ""  # the last completion, as judged
    note: str = ""  # the verifier's reason
    failure: str = ""
    finish: str = ""  # "stop" or "length"
    version: int = 0  # of the policy that wrote the last completion


class TaskEnv(Protocol):
    """The part of a vector environment's interface that the trainer uses."""

    num_envs: int

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[tuple[str, ...], dict[str, Any]]: ...
    def step(self, actions: Sequence[str]) -> tuple[tuple[str, ...], Any, Any, Any, dict[str, Any]]: ...
    def list_splits(self) -> list[str]: ...
    def num_tasks(self, split: str) -> int: ...
    def get_task(self, split: str, index: int) -> Task: ...
    def close(self) -> None: ...


def open_env(config: Config) -> TaskEnv:
    """Open the vector environment of a run, with one sub-environment for each completion of a step.

    Raises:
        UsageError: unknown environment or setting, missing task file, or an invalid row in it.
    """
    import gymnasium as gym

    import r1

    is_id = "/" in config.env or ":" in config.env or config.env in gym.registry
    env_id = config.env if is_id else f"r1/{config.env}-v0"
    if env_id not in gym.registry and ":" not in env_id:
        short = [i.removeprefix("r1/").removesuffix("-v0") for i in r1.ENV_IDS]
        near = difflib.get_close_matches(config.env, [*short, *gym.registry], 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else "or any Gymnasium id of a text environment"
        raise UsageError(f"--env {config.env}: unknown environment; expected one of: {', '.join(short)}; {hint}")
    settings: dict[str, Any] = {"template": config.template}
    if config.sampling.max_turns > 1:  # else the environment's default
        settings["max_turns"] = config.sampling.max_turns
    settings |= {"tasks": config.dataset} if config.dataset else {"level": config.level, "task_seed": config.seed}
    settings |= {"num_workers": config.placement.workers or None}
    if config.placement.on_ray:
        settings["judge"] = "ray"  # judges and sandboxes on every node
    if config.unsafe_sandbox:
        settings["sandbox"] = "unsafe"
    rows = config.sampling.prompts * config.sampling.group
    try:
        env = gym.make_vec(env_id, num_envs=rows, **settings)
    except TypeError as error:
        if env_id in r1.ENV_IDS:
            raise
        raise UsageError(
            f"--env {config.env}: not a text environment with tasks ({error}); register one with "
            "r1.register('my/env-v0', tasks=..., verifier=...) and name it --env module:my/env-v0"
        ) from error
    except (ValueError, OSError, ImportError, gym.error.Error) as error:
        named = f"--dataset {config.dataset}: " if config.dataset and config.dataset not in str(error) else ""
        raise UsageError(f"{named}{' '.join(str(error).split())}") from error
    missing = [name for name in ("list_splits", "num_tasks", "get_task") if not hasattr(env, name)]
    if missing:
        env.close()
        raise UsageError(
            f"--env {config.env}: its vector environment has no {', '.join(missing)}; see r1.trainers.rollout.episodes.TaskEnv"
        )
    return env  # type: ignore[return-value]


class TaskStream:
    """The training tasks in order. Generated tasks never repeat; listed ones are reshuffled each epoch.

    The cursor is the entire state. Without a test split, the last tasks are held out for evaluation.
    """

    def __init__(self, env: TaskEnv, seed: int, held_out: int) -> None:
        self.env, self.seed, self.cursor = env, seed, 0
        splits = env.list_splits()
        self.split = "train" if "train" in splits else splits[0]
        others = [s for s in ("test", "validation", "dev") if s in splits and s != self.split]
        total = env.num_tasks(self.split)
        self.size = total if others else max(1, total - min(held_out, total // 10))
        self.procedural = total >= 1 << 20
        if others:
            held: list[tuple[str, int]] = [(others[0], i) for i in range(min(held_out, env.num_tasks(others[0])))]
        else:
            held = [(self.split, i) for i in range(self.size, total)]
        self.held_out = [env.get_task(*key) for key in held]

    def take(self, count: int) -> list[Task]:
        """Return the next ``count`` tasks."""
        tasks = []
        for i in range(self.cursor, self.cursor + count):
            epoch, place = divmod(i, self.size)
            if not self.procedural:
                place = int(np.random.default_rng([self.seed, epoch]).permutation(self.size)[place])
            tasks.append(self.env.get_task(self.split, place))
        self.cursor += count
        return tasks


def play(
    env: TaskEnv,
    policy: Policy,
    engine: RolloutEngine,
    tasks: Sequence[Task],
    group: int,
    sampling: SamplingParams,
    key: Sequence[object],
    clock: Clock | None = None,
) -> list[Episode]:
    """Attempt every task ``group`` times; return the episodes in the order of tasks, those of one task together.

    ``key`` (run seed, step, ...) with the index of task and attempt determines the randomness of each completion.
    """
    rows = [(task, (*key, i, k)) for i, task in enumerate(tasks) for k in range(group)]
    episodes: list[Episode] = []
    for start in range(0, len(rows), env.num_envs):
        part = rows[start : start + env.num_envs]
        padded = part + [part[-1]] * (env.num_envs - len(part))  # the environment's batch has a fixed size
        played = _play_batch(
            env, policy, engine, [t for t, _ in padded], [k for _, k in part], sampling, clock or Clock()
        )
        episodes += played
    return episodes


def _play_batch(
    env: TaskEnv,
    policy: Policy,
    engine: RolloutEngine,
    tasks: Sequence[Task],
    keys: Sequence[tuple[object, ...]],
    sampling: SamplingParams,
    clock: Clock,
) -> list[Episode]:
    """Play one episode for each of ``keys``; the remaining sub-environments repeat the last task, unplayed."""
    ids = [task.id for task in tasks]
    observations, infos = env.reset(options={"task_id": ids})
    messages = infos.get("messages", [None] * len(ids))
    prompts: dict[str, tuple[int, ...]] = {}
    for task_id, turns, text in zip(ids, messages, observations, strict=True):
        if task_id not in prompts:
            prompts[task_id] = policy.encode(turns, text)
    episodes = [Episode(task.id, task.question, prompts[task.id]) for task in tasks[: len(keys)]]
    open_rows = list(range(len(episodes)))
    for turn in range(1000):
        with clock("generate"):
            drawn = _draw(engine, [episodes[i] for i in open_rows], [(*keys[i], turn) for i in open_rows], sampling)
        actions, decode = [""] * len(ids), functools.cache(policy.decode)  # texts often repeat within a group
        for i, sample in zip(open_rows, drawn, strict=True):
            episode = episodes[i]
            episode.token_ids += sample.token_ids
            episode.logp += sample.logp
            episode.own += [True] * len(sample.token_ids)
            episode.finish, episode.version = sample.finish, sample.version
            episode.text = actions[i] = decode(sample.token_ids)
        with clock("judge"):
            if turn:  # the environment steps only open episodes, so reopen the finished ones
                closed = np.ones(len(ids), dtype=bool)
                closed[open_rows] = False
                env.reset(options={"task_id": ids, "reset_mask": closed})
            observations, rewards, terminated, truncated, infos = env.step(actions)
        for i in open_rows:
            _record(episodes[i], float(rewards[i]), infos, i)
        open_rows = [i for i in open_rows if not (terminated[i] or truncated[i])]
        if not open_rows:
            break
        for i in open_rows:
            episode = episodes[i]
            answer = policy.encode_turn(observations[i], (*episode.prompt_ids, *episode.token_ids)[-1])
            episode.token_ids += answer
            episode.own += [False] * len(answer)
            episode.logp += [0.0] * len(answer)
    return episodes


def _draw(
    engine: RolloutEngine, episodes: list[Episode], keys: list[tuple[object, ...]], sampling: SamplingParams
) -> list[Any]:
    """Sample once for each episode; episodes with the same text so far share a request, so that it is read once."""
    shared: dict[tuple[int, ...], list[int]] = {}
    for i, episode in enumerate(episodes):
        shared.setdefault((*episode.prompt_ids, *episode.token_ids), []).append(i)
    requests = [Request(text, tuple(sample_seed(*keys[i]) for i in rows)) for text, rows in shared.items()]
    drawn: list[Any] = [None] * len(episodes)
    for rows, samples in zip(shared.values(), engine.generate(requests, sampling), strict=True):
        for i, sample in zip(rows, samples, strict=True):
            drawn[i] = sample
    return drawn


def _record(episode: Episode, reward: float, infos: Mapping[str, Any], i: int) -> None:
    """Add the reward of a turn; components, note and failure are those of the last turn."""
    episode.reward += reward
    episode.components = {
        k: float(v[i]) for k, v in infos.get("reward_components", {}).items() if not k.startswith("_")
    }
    episode.note = str(infos["verdict"][i]) if "verdict" in infos else ""
    episode.failure = str(infos["failure"][i]) if "failure" in infos else ""


@contextlib.contextmanager
def closing(*things: Any) -> Iterator[None]:
    """Close several things at the end of a block, in the order given."""
    try:
        yield
    finally:
        for thing in things:
            thing.close()
