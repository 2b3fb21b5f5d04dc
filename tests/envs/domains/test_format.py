"""Format tasks: following the rules is the whole reward."""

from __future__ import annotations

import gymnasium as gym
import pytest

from r1.datasets.task import Task
from r1.envs.domains.format import DOMAIN

TASK = Task("json", "Write the number 1 as JSON.", {"verifier": "structure", "format": "json", "content": 1})


@pytest.mark.parametrize(("completion", "reward"), [("1", 1.0), ("2", 0.0), ("one", 0.0), ("<think>1</think>1", 0.0)])
def test_only_the_rules_are_paid(completion: str, reward: float) -> None:
    env = gym.make(f"r1/{DOMAIN.name}-v0", tasks=[TASK])
    env.reset()
    *_, info = env.step(completion)
    assert info["reward_components"] == {"accuracy": reward}
