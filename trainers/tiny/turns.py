"""Turns: conversations with a failed first attempt, which teach the tiny policy what feedback looks like."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from r1.datasets.task import Task
from r1.trainers.sft import Supervised
from r1.trainers.tiny.traces import HABIT_SHARE, write

SECOND_START = Supervised(rows=32, lr=4e-3, warmup=20, optimizer="muon")
SECOND_START_STEPS = 240
CONVERSATIONS = 768  # judged once each; each appears several times, with different last attempts
AGAIN_SHARE = 0.5  # fraction of the last attempts that have a habit, too

Feedback = Callable[[Sequence[Task], Sequence[str]], list[str]]
"""(tasks, attempts) -> the environment's answers, "" for an attempt that happens to be right."""


def openings(tasks: Sequence[Task], feedback: Feedback, stop: str, rng: random.Random) -> list[tuple[Task, str]]:
    """Return each task with the text before its second attempt: question, wrong attempt, stop token, feedback."""
    attempts = [write(task, rng, habit_share=1.0) for task in tasks]
    answers = feedback(tasks, attempts)
    return [
        (task, f"{task.question}{attempt}{stop}{answer}")
        for task, attempt, answer in zip(tasks, attempts, answers, strict=True)
        if answer
    ]


def pairs(tasks: Sequence[Task], opened: Sequence[tuple[Task, str]], rng: random.Random) -> list[tuple[str, str]]:
    """Return, for each task, a first attempt or, with probability 1/2, the last attempt of a random conversation."""
    found = []
    for task in tasks:
        if rng.random() < 0.5:
            told, text = rng.choice(opened)
            found.append((text, write(told, rng, AGAIN_SHARE)))
        else:
            found.append((task.question, write(task, rng, HABIT_SHARE)))
    return found


def environment_feedback(env_id: str) -> Feedback:
    """Return a function that gets an environment's actual answers to first attempts."""

    def ask(tasks: Sequence[Task], attempts: Sequence[str]) -> list[str]:
        import gymnasium as gym

        import r1  # noqa: F401  # registers the environments

        env: Any = gym.make_vec(env_id, num_envs=len(tasks), template="plain")
        try:
            env.reset(options={"task_id": [task.id for task in tasks]})
            texts, *_ = env.step(list(attempts))
        finally:
            env.close()
        return list(texts)

    return ask
