"""Toy environment: generated arithmetic, judged in three lines of our own; what the trainer's tests run on.

It has the vector environment's interface and nothing of its verifiers or processes, so those tests stay quick and
say where a fault lies. ``--env toy_env:toy/math-v0``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.envs.registration import register
from gymnasium.vector import VectorEnv

from r1.datasets.families import families_of
from r1.datasets.source import Procedural
from r1.datasets.task import Task


class ToyEnv(VectorEnv[Any, Any, Any]):
    """One attempt at ``a+b=`` and its kin. Reward: right answer + right tags. ``unscored``: NaN for texts with this in them."""

    def __init__(
        self,
        num_envs: int,
        families: Sequence[str] = ("arithmetic", "equation", "sequence"),
        level: int = 0,
        task_seed: int = 0,
        template: str | None = None,
        num_workers: int | None = None,
        max_turns: int = 1,
        unscored: str = "\0",
    ) -> None:
        self.num_envs, self.max_turns, self.unscored = num_envs, max_turns, unscored
        known = families_of("math")
        self.source = Procedural("math", {name: known[name] for name in families}, level, task_seed)

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[tuple[str, ...], dict[str, Any]]:
        options = options or {}
        mask = options.get("reset_mask", np.ones(self.num_envs, dtype=bool))
        self.tasks = [self.source.by_id(i) for i in options["task_id"]]
        if mask.all():
            self.turns = np.zeros(self.num_envs, dtype=int)
        self.turns[mask] = 0
        return tuple(t.question for t in self.tasks), {"messages": [None] * self.num_envs}

    def step(self, actions: Sequence[str]) -> tuple[tuple[str, ...], Any, Any, Any, dict[str, Any]]:
        judged = [self.judge(text, task) for text, task in zip(actions, self.tasks, strict=True)]
        self.turns += 1
        accuracy = np.array([a for a, _ in judged])
        form = np.array([f for _, f in judged])
        broken = np.array([self.unscored in text for text in actions])
        terminated = (accuracy == 1) | broken | (self.turns >= self.max_turns)
        rewards = np.where(broken, np.nan, np.where(terminated, accuracy + form, 0.0))
        notes = np.array([f"answer {t.truth['answer']}" for t in self.tasks], dtype=object)
        infos = {
            "reward_components": {"accuracy": accuracy, "format": form},
            "verdict": notes,
            "failure": np.where(accuracy == 1, "", "wrong"),
        }
        return ("again:",) * self.num_envs, rewards, terminated, np.zeros(self.num_envs, dtype=bool), infos

    @staticmethod
    def judge(text: str, task: Task) -> tuple[float, float]:
        answer = text.rpartition("<answer>")[2].partition("</answer>")[0]
        form = all(text.count(tag) == 1 for tag in ("<think>", "</think>", "<answer>", "</answer>"))
        return float(answer == task.truth["answer"]), float(form)

    def list_splits(self) -> list[str]:
        return self.source.splits()

    def num_tasks(self, split: str) -> int:
        return self.source.size(split)

    def get_task(self, split: str, index: int) -> Task:
        return self.source.at(split, index)


register("toy/math-v0", vector_entry_point="toy_env:ToyEnv")
