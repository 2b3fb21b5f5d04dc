"""Episode: which task is asked, how many attempts it gets and what they pay, for TextEnv and TextVectorEnv."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from r1.datasets.task import Task
from r1.envs.judging import Judging
from r1.envs.unknown import unknown
from r1.verifiers.verdict import Verdict

RESET_OPTIONS = ("task_id", "index", "split")


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one judged attempt.

    Attributes:
        reward: what the attempt pays; None for an UNSCORED verdict.
        terminated, truncated: how the episode ended; both False if it goes on.
    """

    reward: float | None
    terminated: bool
    truncated: bool

    @property
    def ended(self) -> bool:
        return self.terminated or self.truncated


def check_turns(judge: Judging, max_turns: int, discount: float) -> None:
    """Raise ValueError for settings that the domain does not allow."""
    if max_turns < 1:
        raise ValueError(f"max_turns must be at least 1, got {max_turns}")
    if max_turns > 1 and judge.domain.feedback is None:
        raise ValueError(
            f"max_turns must be 1, got {max_turns}: r1/{judge.domain.name}-v0 gives no feedback for further attempts"
        )
    if not 0 < discount <= 1:
        raise ValueError(f"discount must be above 0 and at most 1, got {discount}")


def pick_task(judge: Judging, options: dict[str, Any], generator: Any) -> Task:
    """The task that the options of ``reset`` name, or one drawn with ``generator`` (a NumPy Generator).

    Raises:
        ValueError: unknown option, task id, index or split.
    """
    for option in sorted(set(options) - {*RESET_OPTIONS, "reset_mask"}):
        raise unknown("reset option", option, RESET_OPTIONS)
    split = options.get("split") or judge.split
    if "task_id" in options:
        return judge.source.by_id(options["task_id"])
    if "index" in options:
        return judge.source.at(split, int(options["index"]))
    return judge.source.at(split, int(generator.integers(judge.source.size(split))))


def after_attempt(judge: Judging, verdict: Verdict, earlier: int, max_turns: int, discount: float) -> Attempt:
    """Whether the episode ends after this attempt, and what it pays. ``earlier`` is the number of attempts before it."""
    last = earlier + 1 >= max_turns
    passed = verdict.parts.get(judge.names[0], 0.0) >= 1.0
    if not (passed or last or verdict.reward is None):
        return Attempt(0.0, False, False)
    reward = None if verdict.reward is None else verdict.reward * discount**earlier
    out_of_turns = max_turns > 1 and last and not passed and verdict.reward is not None
    return Attempt(reward, not out_of_turns, out_of_turns)
