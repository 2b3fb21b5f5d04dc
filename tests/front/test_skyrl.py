"""SkyRL: its registry makes our environment, whose step judges the completion."""

from __future__ import annotations

from typing import Any

import pytest
import skyrl_gym
from adapters import check_adapter

import r1
from r1.skyrl import TextEnv
from r1.verifiers import Math


@pytest.fixture(scope="module", autouse=True)
def answers() -> Any:
    import gymnasium as gym

    r1.register("test/answers-v0", tasks=[{"prompt": "2+3?", "truth": {"answer": "5"}}], verifier=Math())
    skyrl_gym.register(
        id="r1-answers", entry_point="r1.skyrl:TextEnv", kwargs={"env_config": {"env_id": "test/answers-v0"}}
    )
    yield
    del gym.registry["test/answers-v0"]


def step(text: str, truth: Any) -> Any:
    env = skyrl_gym.make("r1-answers", extras={"reward_spec": {"ground_truth": truth}})
    assert isinstance(env, TextEnv)
    env.init([{"role": "user", "content": "2+3?"}])
    return env.step(text)


def test_it_keeps_the_promises_of_an_adapter() -> None:
    def judge(texts: Any, truths: Any) -> list[float]:
        return [step(text, truth)["reward"] for text, truth in zip(texts, truths, strict=True)]

    check_adapter(judge, lost=ValueError)


def test_a_step_ends_the_episode_and_tells_the_components() -> None:
    done = step("\\boxed{5}", "5")
    assert done["done"] and done["observations"] == [] and done["metadata"]["reward_components"] == {"accuracy": 1.0}


def test_a_row_without_ground_truth_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"reward_spec has the fields \['method'\]; expected ground_truth"):
        skyrl_gym.make("r1-answers", extras={"reward_spec": {"method": "rule"}})
