"""Episode: the rules that the single and the vector environment share: which task, how many attempts, what they pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from r1.datasets.task import Task
from r1.envs.judging import Judging
from r1.verifiers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Attempt:
    """What follows from one judged attempt: the reward (None: UNSCORED), and whether and how the episode ended."""

    reward: float | None
    terminated: bool
    truncated: bool

    @property
    def ended(self) -> bool:
        return self.terminated or self.truncated


def check_turns(judge: Judging, max_turns: int, discount: float) -> None:
    if max_turns < 1:
        raise ValueError(f"max_turns={max_turns}: at least 1")
    if max_turns > 1 and judge.domain.feedback is None:
        raise ValueError(f"max_turns={max_turns}: r1/{judge.domain.name}-v0 gives no feedback, so one attempt is all")
    if not 0 < discount <= 1:
        raise ValueError(f"discount={discount}: above 0 and at most 1")


def pick_task(judge: Judging, options: dict[str, Any], generator: Any) -> Task:
    """The task that reset's options name, or one drawn from ``generator`` (a NumPy Generator)."""
    unknown = sorted(set(options) - {"task_id", "index", "split", "reset_mask"})
    if unknown:
        raise ValueError(f"reset option {unknown[0]!r}: there are task_id, index, split")
    split = options.get("split") or judge.split
    if "task_id" in options:
        return judge.source.by_id(options["task_id"])
    if "index" in options:
        return judge.source.at(split, int(options["index"]))
    return judge.source.at(split, int(generator.integers(judge.source.size(split))))


def after_attempt(judge: Judging, verdict: Verdict, earlier: int, max_turns: int, discount: float) -> Attempt:
    """End the episode, or go on (then feedback is the next observation). ``earlier`` counts the attempts before this one."""
    last = earlier + 1 >= max_turns
    passed = verdict.parts.get(judge.names[0], 0.0) >= 1.0
    if not (passed or last or verdict.reward is None):
        return Attempt(0.0, False, False)
    reward = None if verdict.reward is None else verdict.reward * discount**earlier
    out_of_turns = max_turns > 1 and last and not passed and verdict.reward is not None
    return Attempt(reward, not out_of_turns, out_of_turns)
