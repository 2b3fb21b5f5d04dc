"""The settings of an environment: bad ones are explained, and a failure of the machinery is never a reward of 0."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import r1.envs.domains.math
from r1.datasets.task import Task
from r1.envs.domain import Domain
from r1.envs.judging import FAILURES, judging
from r1.verifiers.verdict import Status, TruthError, Verdict, unscored


@pytest.mark.parametrize(
    ("kwargs", "complaint"),
    [
        ({"template": "r1_zer"}, "did you mean 'r1_zero'"),
        ({"split": "dev"}, "unknown split 'dev'; expected one of: train, test"),
        ({"level": 77}, "level 77"),
        ({"families": ["nothing"]}, "unknown math family 'nothing'"),
        ({"weights": {"style": 1.0}}, "component in weights: 'style'"),
        ({"max_turns": 3}, "no feedback"),
        ({"max_turns": 0}, "at least 1, got 0"),
        ({"discount": 0.0}, "at most 1, got 0.0"),
        ({"tasks": []}, "no task"),
        ({"tasks": 5}, "must be a path"),
        ({"tasks": [{"prompt": "q"}]}, "fit no form of a math row"),
        ({"tasks": [Task("a", "q", {"answer": ""})]}, "task a"),
    ],
)
def test_a_bad_setting_is_explained(kwargs: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        gym.make("r1/math-v0", **kwargs)


class Broken:
    """A verifier whose machinery fails on one answer."""

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        return unscored("the daemon is gone") if "lost" in completion else Verdict(Status.PASS, 1.0)

    def validate(self, truth: Mapping[str, Any]) -> None:
        if not truth:
            raise TruthError("empty")


def test_a_failure_of_ours_is_never_a_reward_of_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(r1.envs.domains.math, "DOMAIN", Domain("math", accuracy=lambda sandbox=None: Broken()))
    vector = gym.make_vec("r1/math-v0", num_envs=2, num_workers=0)
    vector.reset(seed=0)
    _, rewards, _, _, infos = vector.step(["fine", "lost"])
    assert rewards[0] == 1.0
    assert np.isnan(rewards[1])
    assert list(infos["mask"]) == [False, True]
    assert infos["failure"][1] == "infrastructure"
    assert np.isnan(infos["reward_components"]["accuracy"][1])
    single = gym.make("r1/math-v0")
    single.reset(seed=0)
    _, reward, _, _, info = single.step("lost")
    assert (reward, info["mask"], info["failure"]) == (0.0, True, "infrastructure")


def test_tasks_from_a_file_with_a_broken_row_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "q", "answer": "1"}\n{"question": "q"}\n')
    with pytest.raises(ValueError, match=r"rows\.jsonl:2: the fields .* fit no form of a math row"):
        gym.make("r1/math-v0", tasks=str(path))


def test_info_has_the_same_keys_before_and_after_an_attempt() -> None:
    judge = judging("math")
    task = judge.source.at("train", 0)
    before, after = judge.info(task, [], None), judge.info(task, [], judge.verify("", task))
    assert before.keys() == after.keys()
    assert (before["failure"], after["failure"]) == ("", "no_answer")
    assert set(FAILURES) == set(Status)
