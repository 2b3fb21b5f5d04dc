"""PrimeIntellect's verifiers (and so prime-rl): the tasks of an environment as a taskset; written for verifiers 0.4.

::

    [env.taskset]
    id = "r1.prime"
    env_id = "r1/math-v0"

The reward is the verdict's. An UNSCORED verdict is a ``TaskError`` on the trace, so that the rollout has no reward.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import cache
from typing import Any

import verifiers.v1 as vf

from r1.envs.grader import Grader, tasks_of

__all__ = ["R1Taskset"]
KINDS: dict[str, Any] = {"user": vf.UserMessage, "assistant": vf.AssistantMessage}


class R1Data(vf.TaskData):  # type: ignore[misc, no-any-unimported]
    """A task on the wire: ``truth`` is plain JSON."""

    env_id: str
    truth: dict[str, Any]


class R1Task(vf.Task[R1Data]):  # type: ignore[misc, no-any-unimported]
    """Judges the last reply."""

    @vf.reward(weight=1.0)
    async def r1(self, trace: Any) -> float:
        """The weighted reward of the environment.

        Raises:
            ValueError: the reply is UNSCORED; verifiers records it as a TaskError.
        """
        return float(await asyncio.to_thread(_grader(self.data.env_id).verdict, trace.last_reply, self.data.truth))


class R1Config(vf.TasksetConfig):  # type: ignore[misc, no-any-unimported]
    """Which tasks: the id of an environment, a split, and how many."""

    env_id: str = "r1/math-v0"
    split: str = "train"
    count: int = 1000


class R1Taskset(vf.Taskset[R1Task, R1Config]):  # type: ignore[misc, no-any-unimported]
    """The tasks of an environment of r1."""

    def load(self) -> Iterable[R1Task]:
        env_id = self.config.env_id
        for task, messages in tasks_of(env_id, self.config.split, self.config.count):
            system = "\n\n".join(turn["content"] for turn in messages if turn["role"] == "system") or None
            prompt = [KINDS[turn["role"]](content=turn["content"]) for turn in messages if turn["role"] != "system"]
            data = R1Data(id=task.id, prompt=prompt, system_prompt=system, env_id=env_id, truth=dict(task.truth))
            yield R1Task(data, self.config.task)


@cache
def _grader(env_id: str) -> Grader:
    return Grader(env_id)
