"""TextEnv: one question, one verdict, clean under Gymnasium's checker."""

from __future__ import annotations

import gymnasium as gym
import pytest
from answers import GOOD, answer_of
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env

import r1
from r1.datasets.task import Message, Task
from r1.envs.text import TextEnv


@pytest.mark.parametrize("env_id", r1.ENV_IDS)
def test_check_env_finds_nothing(env_id: str) -> None:
    env = gym.make(env_id)
    check_env(env.unwrapped, skip_render_check=False)
    env.close()


@pytest.mark.parametrize("env_id", r1.ENV_IDS)
def test_the_same_seed_asks_the_same_tasks(env_id: str) -> None:
    env = gym.make(env_id)
    asked = [[env.reset(seed=5)[1]["task_id"]] + [env.reset()[1]["task_id"] for _ in range(5)] for _ in range(2)]
    assert asked[0] == asked[1]
    assert len(set(asked[0])) > 1
    assert env.reset(seed=6)[1]["task_id"] != asked[0][0]


def test_an_episode_is_one_question_and_one_verdict() -> None:
    env = gym.make("r1/math-v0", template="plain")
    assert isinstance(env.unwrapped, TextEnv)
    text, info = env.reset(options={"index": 4})
    task = env.unwrapped.get_task("train", 4)
    assert text == task.prompt
    assert info["messages"] == [{"role": "user", "content": text}]
    text, reward, terminated, truncated, info = env.step(answer_of(task))
    assert (text, reward, terminated, truncated) == ("", 2.0, True, False)
    assert info["reward_components"] == {"accuracy": 1.0, "format": 1.0}
    assert (info["failure"], info["mask"], info["task_id"]) == ("", False, task.id)
    with pytest.raises(ResetNeeded):
        env.step("again")


def test_a_completion_is_a_text() -> None:
    env = gym.make("r1/math-v0").unwrapped
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"step\(\) expects a str action, got int: 5"):
        env.step(5)  # type: ignore[arg-type]
    assert env.step(GOOD.format(1))[2]  # the episode is as it was


def test_stepping_before_reset_is_refused() -> None:
    with pytest.raises(ResetNeeded):
        gym.make("r1/math-v0").unwrapped.step("x")


def test_wrong_and_empty_completions_are_told_apart() -> None:
    env = gym.make("r1/math-v0").unwrapped
    failures = []
    for completion in (GOOD.format("123456789"), "", "<think>never ends"):
        env.reset(options={"index": 0})
        _, reward, _, _, info = env.step(completion)
        failures.append((reward, info["failure"]))
    assert failures == [(1.0, "wrong"), (0.0, "no_answer"), (0.0, "no_answer")]


def test_a_task_is_found_again_by_its_id_in_another_environment() -> None:
    task = gym.make("r1/math-v0", level=2).unwrapped.get_task("test", 17)
    text, info = gym.make("r1/math-v0", template="plain").reset(options={"task_id": task.id})
    assert (text, info["task_id"]) == (task.prompt, task.id)


def test_procedural_train_and_test_share_no_question() -> None:
    env = gym.make("r1/math-v0").unwrapped
    prompts = {split: {env.get_task(split, i).prompt for i in range(1500)} for split in env.list_splits()}
    assert not prompts["train"] & prompts["test"]


def test_a_misspelt_environment_gets_a_suggestion() -> None:
    with pytest.raises(gym.error.NameNotFound, match="Did you mean"):
        gym.make("r1/maths-v0")


def test_tasks_may_be_a_conversation() -> None:
    turns = (Message("system", "Be brief."), Message("user", "1+1=?"))
    env = gym.make("r1/math-v0", tasks=[Task("t", turns, {"answer": "2"})])
    _, info = env.reset()
    assert [turn["role"] for turn in info["messages"]] == ["system", "user"]


def test_render_shows_the_conversation() -> None:
    env = gym.make("r1/math-v0", template="plain", render_mode="ansi")
    env.reset(options={"index": 0})
    env.step("I think 7")
    assert env.render().endswith("[assistant]\nI think 7")
