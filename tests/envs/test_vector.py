"""TextVectorEnv: a batch equals single steps, and only the selected episodes restart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import pytest
from answers import GOOD, answer_of
from gymnasium.error import ResetNeeded

from r1.envs.vector import TextVectorEnv
from r1.verifiers.verdict import Verdict
from r1.verifiers.weighted import judge_many


def test_a_group_is_one_task_repeated_and_batch_equals_single() -> None:
    single = gym.make("r1/math-v0").unwrapped
    tasks = [single.get_task("train", i) for i in range(3)]
    ids = [task.id for task in tasks for _ in range(4)]
    completions = [c for t in tasks for c in (answer_of(t), GOOD.format(-1), "nothing", answer_of(t) + " more")]
    env = gym.make_vec("r1/math-v0", num_envs=12, num_workers=2)
    assert isinstance(env.unwrapped, TextVectorEnv)
    _, infos = env.reset(options={"task_id": ids})
    assert list(infos["task_id"]) == ids
    _, rewards, terminated, truncated, infos = env.step(completions)
    for i, completion in enumerate(completions):
        single.reset(options={"task_id": ids[i]})
        _, reward, _, _, info = single.step(completion)
        assert (rewards[i], infos["verdict"][i], infos["failure"][i]) == (reward, info["verdict"], info["failure"])
        assert infos["reward_components"]["format"][i] == info["reward_components"]["format"]
    assert terminated.all()
    assert not truncated.any()
    with pytest.raises(ResetNeeded):
        env.step(completions)
    env.close()


def test_what_was_written_twice_for_a_task_is_judged_once_and_never_by_anothers_truth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    env = gym.make_vec("r1/math-v0", num_envs=6, num_workers=0)
    first, second = (env.unwrapped.get_task("train", i) for i in (0, 1))
    assert first.truth != second.truth
    env.reset(options={"task_id": [first.id] * 3 + [second.id] * 3})
    judged: list[str] = []

    def counting(verifier: Any, texts: list[str], truths: list[Mapping[str, Any]]) -> list[Verdict]:
        judged.extend(texts)
        return judge_many(verifier, texts, truths)

    monkeypatch.setattr("r1.envs.vector.judge_many", counting)
    right, other = answer_of(first), answer_of(second)
    _, rewards, _, _, infos = env.step([right, other, right, right, other, other])
    assert rewards.tolist() == [rewards[0], rewards[1], rewards[0], rewards[1], rewards[0], rewards[0]]
    assert rewards[0] > rewards[1]
    assert sorted(judged) == sorted([right, other] * 2)
    assert len(infos["verdict"]) == 6
    env.close()


def test_a_mask_restarts_only_the_marked_episodes() -> None:
    env = gym.make_vec("r1/math-v0", num_envs=3, num_workers=0)
    env.reset(seed=0)
    *_, infos = env.step(["a", "b", "c"])
    _, again = env.reset(options={"reset_mask": [True, False, True], "index": 9})
    assert again["task_id"][1] == infos["task_id"][1]
    assert again["task_id"][0] == again["task_id"][2] != infos["task_id"][0]
    with pytest.raises(ResetNeeded, match="1 of 3"):
        env.step(["a", "b", "c"])


@pytest.mark.parametrize("actions", [["a"], ["a", 3]])
def test_a_wrong_batch_is_refused(actions: list[Any]) -> None:
    env = gym.make_vec("r1/math-v0", num_envs=2, num_workers=0)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="expects 2 str actions"):
        env.step(actions)
