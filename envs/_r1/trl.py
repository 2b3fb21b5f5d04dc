"""TRL: reward functions, data sets and environments for `trl.GRPOTrainer`; written for TRL 1.16.

::

    trainer = GRPOTrainer(model, reward_funcs=[r1.trl.reward("r1/math-v0")], train_dataset=r1.trl.dataset("r1/math-v0"))

An UNSCORED verdict becomes None, which TRL leaves out of the group.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from r1.envs.grader import Grader, judging_of, tasks_of
from r1.verifiers.verdict import Status, Verdict, Verifier

OF_TRL = ("prompts", "completion_ids", "trainer_state", "environments")
"""What TRL hands over besides the columns of the data set."""


class Reward:
    """A reward function; see :func:`reward`."""

    def __init__(self, verifier: Verifier | str, name: str = "") -> None:
        self.grader = Grader(verifier)
        self.__name__ = name or self.grader.name

    def __call__(
        self, completions: Any, log_extra: Any = None, log_metric: Any = None, **columns: Any
    ) -> list[float | None]:
        verdicts = self.grader.verdicts(completions, {k: v for k, v in columns.items() if k not in OF_TRL})
        if log_extra is not None:
            log_extra(f"{self.__name__}/note", [verdict.note for verdict in verdicts])
        if log_metric is not None:
            log_metric(f"{self.__name__}/unscored", _share(verdicts, Status.UNSCORED))
        return [verdict.reward for verdict in verdicts]


class AsyncReward(Reward):
    """The same for TRL's event loop, which runs such functions side by side."""

    async def __call__(self, completions: Any, **columns: Any) -> list[float | None]:  # type: ignore[override]
        return await asyncio.to_thread(super().__call__, completions, **columns)


def reward(verifier: Verifier | str, *, name: str = "", asynchronous: bool = False) -> Reward:
    """Make a reward function of a verifier, a callable ``(completion, truth)``, or the id of an environment.

    The truth is the column ``truth`` if the data set has one, else all its columns: ``Math()`` needs ``answer``. The function can be
    pickled and judges off the main thread. It logs the share of UNSCORED completions, and the note of each to the completions table.

    Raises:
        ValueError: an unknown environment; at the first call, columns without a truth that the verifier can judge.
    """
    return (AsyncReward if asynchronous else Reward)(verifier, name)


def rewards(env_id: str, **settings: Any) -> tuple[list[Reward], list[float]]:
    """One reward function for each component of an environment, and their weights for ``GRPOConfig(reward_weights=...)``."""
    components = judging_of(env_id, **settings).verifier.components
    functions = []
    for name, (_, verifier) in components.items():
        functions.append(Reward(verifier, f"r1/{name}"))
        functions[-1].grader.opening = judging_of(env_id, **settings).template.opening
    return functions, [weight for weight, _ in components.values()]


def dataset(env_id: str, split: str = "train", count: int | None = None, **settings: Any) -> Any:
    """The tasks of an environment as a ``datasets.Dataset``: ``prompt`` (chat messages), ``truth`` (JSON text) and ``task_id``.

    Args:
        env_id, split, count, **settings: see :func:`r1.envs.grader.tasks_of`.
    """
    from datasets import Dataset  # type: ignore[attr-defined]

    rows = [
        {"prompt": messages, "truth": json.dumps(dict(task.truth)), "task_id": task.id}
        for task, messages in tasks_of(env_id, split, count, **settings)
    ]
    return Dataset.from_list(rows)


def _share(verdicts: list[Verdict], status: Status) -> float:
    return sum(verdict.status is status for verdict in verdicts) / max(len(verdicts), 1)
