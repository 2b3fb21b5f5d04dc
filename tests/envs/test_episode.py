"""Which task reset asks, and how several attempts are paid."""

from __future__ import annotations

import dataclasses
from typing import Any

import gymnasium as gym
import pytest
from answers import answer_of

import r1.envs.domains.math
from r1.envs.episode import Attempt, after_attempt
from r1.envs.judging import judging
from r1.verifiers.verdict import Status, Verdict, unscored


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"taskid": "x"}, "unknown reset option 'taskid'; expected one of: task_id, index, split"),
        ({"task_id": "x"}, "task id 'x'"),
        ({"index": -1}, "-1"),
        ({"split": "dev"}, "split 'dev'"),
    ],
)
def test_a_bad_reset_option_is_explained(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        gym.make("r1/math-v0").reset(options=options)


def test_attempts_go_on_with_feedback_until_right_or_out_of_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    talking = dataclasses.replace(
        r1.envs.domains.math.DOMAIN, feedback=lambda verifier, texts, truths: [f"no: {t}" for t in texts]
    )
    monkeypatch.setattr(r1.envs.domains.math, "DOMAIN", talking)
    env = gym.make("r1/math-v0", max_turns=3, discount=0.5)
    right = answer_of(env.unwrapped.get_task("train", 0))
    env.reset(options={"index": 0})
    text, reward, terminated, truncated, info = env.step("bad")
    assert (text, reward, terminated, truncated) == ("no: bad", 0.0, False, False)
    assert [turn["role"] for turn in info["messages"][-2:]] == ["assistant", "user"]
    assert env.step(right)[1:4] == (1.0, True, False)  # 2.0 times the discount of one earlier attempt
    env.reset(options={"index": 0})
    ends = [env.step("bad")[2:4] for _ in range(3)]
    assert ends == [(False, False), (False, False), (False, True)]


PASS, FAIL = Verdict(Status.PASS, 2.0, {"accuracy": 1.0}), Verdict(Status.FAIL, 1.0, {"accuracy": 0.0})


@pytest.mark.parametrize(
    ("verdict", "earlier", "turns", "attempt"),
    [
        (PASS, 0, 1, Attempt(2.0, True, False)),
        (FAIL, 0, 1, Attempt(1.0, True, False)),
        (PASS, 2, 3, Attempt(0.5, True, False)),
        (FAIL, 0, 3, Attempt(0.0, False, False)),
        (FAIL, 2, 3, Attempt(0.25, False, True)),
        (unscored("the daemon is gone"), 0, 3, Attempt(None, True, False)),
    ],
)
def test_an_attempt_ends_the_episode_when_it_passes_is_the_last_or_cannot_be_scored(
    verdict: Verdict, earlier: int, turns: int, attempt: Attempt
) -> None:
    assert after_attempt(judging("math"), verdict, earlier, turns, discount=0.5) == attempt
