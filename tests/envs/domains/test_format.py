"""Format tasks: following the rules is the whole reward."""

from __future__ import annotations

import gymnasium as gym
import pytest

import r1
from r1.datasets.task import Task

gym.register_envs(r1)
TASK = Task(
    "json", "Write the number 1 as JSON.", {"verifier": "structure", "format": "json", "content": 1}
)


@pytest.mark.parametrize(("completion", "reward"), [("1", 1.0), ("2", 0.0), ("one", 0.0), ("<think>1</think>1", 0.0)])
def test_only_the_rules_are_paid(completion: str, reward: float) -> None:
    env = gym.make("r1/format-v0", tasks=[TASK])
    env.reset()
    *_, info = env.step(completion)
    assert info["reward_components"] == {"accuracy": reward}
