"""Math tasks from public files."""

from __future__ import annotations

import gymnasium as gym
import pytest
from shared_data import SHARED, needs_shared

from r1.datasets.task import Task
from r1.envs.domains.math import DOMAIN
from r1.verifiers.verdict import TruthError


@needs_shared
def test_gsm8k_rows_are_asked_and_judged() -> None:
    env = gym.make("r1/math-v0", tasks=str(SHARED / "data/gsm8k/test.jsonl"))
    for index in range(0, 1319, 53):
        env.reset(options={"index": index})
        gold = env.unwrapped.get_task("test", index).truth["answer"]
        _, reward, _, _, info = env.step(f"<think>so</think><answer>The answer is {gold}.</answer>")
        assert reward == 2.0, info


def test_a_task_without_a_readable_gold_is_refused_by_its_id() -> None:
    DOMAIN.validate(Task("fine", "1+1=?", {"answer": "2"}))
    with pytest.raises(TruthError, match=r"^task broken: "):
        DOMAIN.validate(Task("broken", "1+1=?", {"answer": ""}))
