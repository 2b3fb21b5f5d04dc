"""Which task reset asks, and how several attempts are paid."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest
from answers import answer_of


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
    import dataclasses

    import r1.envs.domains.math

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
