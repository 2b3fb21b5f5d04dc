"""TextVectorEnv: many episodes at once, their completions judged as one parallel batch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from r1.datasets.task import Task
from r1.envs.episode import after_attempt, check_turns, pick_task
from r1.envs.judging import judging
from r1.envs.space import Unicode
from r1.envs.unknown import unknown
from r1.verifiers.verdict import Verdict
from r1.verifiers.weighted import judge_many

Info = dict[str, Any]


class TextVectorEnv(VectorEnv[tuple[str, ...], Sequence[str], NDArray[Any]]):
    """Asks ``num_envs`` tasks and judges their completions in parallel: ``gym.make_vec("r1/math-v0", num_envs=64, ...)``.

    A GRPO group is one task repeated: ``reset(options={"task_id": [a, a, a, a, b, b, b, b]})``. Rewards are float64
    of shape [num_envs]; NaN marks an UNSCORED completion (the machinery failed): drop it, do not count it as 0.
    Episodes do not restart by themselves (autoreset mode DISABLED); ``reset(options={"reset_mask": mask})`` restarts
    the selected ones.

    Args:
        num_envs: number of episodes.
        num_workers: number of judging processes; None means one per core, 0 judges in this process. Domains that run
            programs ignore it, because the sandbox has workers of its own.
        timeout_s: seconds after which the worker that judges an answer is killed.
        judge: ``local``, or ``ray`` for processes and sandboxes on every node of the current Ray cluster.
        max_turns, discount, **settings: see :class:`r1.envs.text.TextEnv`.

    Raises:
        ValueError: a setting that does not exist or is out of range.
    """

    metadata = {"autoreset_mode": AutoresetMode.DISABLED, "render_modes": []}

    def __init__(
        self,
        num_envs: int,
        domain: str,
        num_workers: int | None = None,
        timeout_s: float = 5.0,
        max_turns: int = 1,
        discount: float = 1.0,
        judge: str = "local",
        **settings: Any,
    ) -> None:
        if num_envs < 1:
            raise ValueError(f"num_envs must be at least 1, got {num_envs}")
        if judge not in ("local", "ray"):
            raise unknown("judge", judge, ("local", "ray"))
        self.judging = judging(domain, **settings)
        check_turns(self.judging, max_turns, discount)
        self.num_envs, self.max_turns, self.discount = num_envs, max_turns, discount
        self.single_observation_space = self.single_action_space = Unicode()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        workers = min(num_envs, os.cpu_count() or 1) if num_workers is None else num_workers
        self._judge: Any = None
        if judge == "ray":
            from r1.verifiers.judge.ray_judge import RayJudge

            own = 0 if self.judging.domain.batches else num_workers
            self._judge = RayJudge(self.judging.verifier, workers=own, timeout_s=timeout_s)
        elif workers and not self.judging.domain.batches:
            from r1.verifiers.judge import Judge

            self._judge = Judge(self.judging.verifier, workers=workers, timeout_s=timeout_s)
        self._tasks: list[Task] = []
        self._messages: list[list[dict[str, str]]] = []
        self._attempts = np.zeros(num_envs, dtype=np.int64)
        self._open = np.zeros(num_envs, dtype=bool)
        self._texts: list[str] = [""] * num_envs

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[tuple[str, ...], Info]:
        """Start episodes. ``options`` are those of TextEnv; ``task_id`` and ``index`` may be lists of length ``num_envs``.

        With a list of seeds each episode gets its own random generator; with one seed all share one generator.

        Raises:
            ValueError: unknown option or task, or a list of another length than ``num_envs``.
        """
        seeds = list(seed) if isinstance(seed, Sequence) else None
        if seeds is None:
            super().reset(seed=seed)  # type: ignore[arg-type]  # an int or None by now
        elif len(seeds) != self.num_envs:
            raise ValueError(f"seed must have {self.num_envs} entries, one per environment, got {len(seeds)}")
        options = dict(options or {})
        mask = np.asarray(options.pop("reset_mask", np.ones(self.num_envs, dtype=bool)), dtype=bool)
        if mask.shape != (self.num_envs,) or (not self._tasks and not mask.all()):
            raise ValueError(f"reset_mask must hold {self.num_envs} booleans, all True on the first reset")
        if not self._tasks:
            self._tasks, self._messages = [None] * self.num_envs, [[] for _ in range(self.num_envs)]  # type: ignore[list-item]
        named: dict[str, Task] = {}  # a group repeats one task: make it once
        for i in np.flatnonzero(mask):
            generator = self.np_random if seeds is None else np.random.default_rng(seeds[i])
            own = self._options_of(options, int(i))
            task = named.get(own.get("task_id", "")) or pick_task(self.judging, own, generator)
            named[task.id] = task
            self._tasks[i], self._messages[i] = task, self.judging.template.messages(task)
            self._texts[i] = self.judging.observation(task)
        self._attempts[mask], self._open[mask] = 0, True
        return tuple(self._texts), self._infos([None] * self.num_envs)

    def step(
        self, actions: Sequence[str]
    ) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], Info]:
        """Judge one completion per episode.

        Raises:
            ResetNeeded: an episode is over.
            ValueError: ``actions`` are not ``num_envs`` str.
        """
        if len(actions) != self.num_envs or not all(isinstance(action, str) for action in actions):
            raise ValueError(f"step() expects {self.num_envs} str actions, one per environment")
        if not self._open.all():
            raise ResetNeeded(f"{int((~self._open).sum())} of {self.num_envs} episodes are over: call reset()")
        verdicts = self.verify_many(actions, self._tasks)
        rewards = np.zeros(self.num_envs)
        terminated, truncated = np.zeros(self.num_envs, dtype=bool), np.zeros(self.num_envs, dtype=bool)
        for i, verdict in enumerate(verdicts):
            outcome = after_attempt(self.judging, verdict, int(self._attempts[i]), self.max_turns, self.discount)
            self._messages[i] = [*self._messages[i], {"role": "assistant", "content": actions[i]}]
            self._texts[i] = ""
            rewards[i] = np.nan if outcome.reward is None else outcome.reward
            terminated[i], truncated[i] = outcome.terminated, outcome.truncated
        self._attempts += 1
        self._open = ~(terminated | truncated)
        again = [int(i) for i in np.flatnonzero(self._open)]
        if again:
            texts = self.judging.feedback([actions[i] for i in again], [self._tasks[i] for i in again])
            for i, text in zip(again, texts, strict=True):
                self._texts[i] = text
                self._messages[i].append({"role": "user", "content": text})
        return tuple(self._texts), rewards, terminated, truncated, self._infos(verdicts)

    def verify_many(self, completions: Sequence[str], tasks: Sequence[Task]) -> list[Verdict]:
        """Judge completions of tasks without episodes. Equal completions of one task object are judged once."""
        asked = [(self.judging.judged(text), id(task)) for text, task in zip(completions, tasks, strict=True)]
        distinct = {key: (key[0], task.truth) for key, task in zip(asked, tasks, strict=True)}
        texts, truths = [text for text, _ in distinct.values()], [truth for _, truth in distinct.values()]
        judge = self._judge or partial(judge_many, self.judging.verifier)
        verdicts = dict(zip(distinct, judge(texts, truths), strict=True))
        return [verdicts[key] for key in asked]

    def list_splits(self) -> list[str]:
        return self.judging.source.splits()

    def num_tasks(self, split: str | None = None) -> int:
        return self.judging.source.size(split or self.judging.split)

    def get_task(self, split: str, index: int) -> Task:
        return self.judging.source.at(split, index)

    def close_extras(self, **kwargs: Any) -> None:
        if self._judge is not None:
            self._judge.close()

    def _options_of(self, options: dict[str, Any], i: int) -> dict[str, Any]:
        own = dict(options)
        for key in ("task_id", "index"):
            if key in own and not isinstance(own[key], str | int):
                if len(own[key]) != self.num_envs:
                    raise ValueError(
                        f"options[{key!r}] must have {self.num_envs} entries, one per environment, got {len(own[key])}"
                    )
                own[key] = own[key][i]
        return own

    def _infos(self, verdicts: Sequence[Verdict | None]) -> Info:
        """Info in Gymnasium's vector layout: an array and a mask ``_key`` for each key, nested dicts likewise."""
        infos: Info = {}
        for i, verdict in enumerate(verdicts):
            messages = [dict(turn) for turn in self._messages[i]]
            infos = self._add_info(infos, self.judging.info(self._tasks[i], messages, verdict), i)
        return infos
