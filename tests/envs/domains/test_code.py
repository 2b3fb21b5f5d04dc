"""Code tasks: public files, and repair with feedback."""

from __future__ import annotations

from functools import partial

import gymnasium as gym
import pytest
from shared_data import SHARED, needs_shared

from r1.datasets.task import Task
from r1.envs.domains.code import DOMAIN


@needs_shared
def test_humaneval_rows_are_asked_and_judged() -> None:
    env = gym.make(f"r1/{DOMAIN.name}-v0", tasks=str(SHARED / "data/humaneval/HumanEval.jsonl.gz"))
    for index in (0, 11, 50):
        _, _ = env.reset(options={"index": index})
        task = env.unwrapped.get_task("train", index)
        for body, accuracy in ((task.meta["solution"], 1.0), ("    return None\n", 0.0)):
            env.reset(options={"index": index})
            code = f"```python\n{task.truth['prompt']}{body}\n```"
            *_, info = env.step(f"<think>so</think><answer>\n{code}\n</answer>")
            assert info["reward_components"]["accuracy"] == accuracy, info
    env.close()


BROKEN = "<think>so</think><answer>\ndef {}(x):\n    return undefined_name\n</answer>"


@pytest.mark.parametrize("vector", [False, True])
def test_code_repair_shows_the_failing_visible_test_and_nothing_hidden(vector: bool) -> None:
    tests = [{"args": [3], "returns": 9, "visible": True}, {"args": [7777], "returns": 60481729}]
    task = Task("sq", "f(x): the square", {"language": "python", "entry_point": "f", "tests": tests})
    attempts = [BROKEN.format("f"), BROKEN.replace("undefined_name", "9"), BROKEN.replace("undefined_name", "x*x")]
    make = partial(gym.make_vec, num_envs=2) if vector else gym.make
    env = make("r1/code-repair-v0", tasks=[task], weights={"accuracy": 1.0, "format": 0.0})
    env.reset(seed=0)
    seen = []
    for attempt in attempts:
        text, reward, terminated, truncated, _ = env.step([attempt.format("f")] * 2 if vector else attempt.format("f"))
        seen.append(
            (text[0], reward[0], terminated[0], truncated[0]) if vector else (text, reward, terminated, truncated)
        )
    env.close()
    assert "NameError" in seen[0][0]
    assert seen[1][0]
    assert not any("60481729" in text or "/tmp" in text for text, *_ in seen)
    assert [step[1] for step in seen] == pytest.approx([0.0, 0.0, 0.81])
    assert [bool(step[2]) for step in seen] == [False, False, True]
