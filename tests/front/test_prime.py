"""PrimeIntellect's verifiers: its loader finds our taskset, whose tasks score a trace; an UNSCORED reply is an error on the trace."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import pytest
import verifiers.v1 as vf
from adapters import check_adapter

import r1
from r1.prime import R1Config, R1Data, R1Task, R1Taskset
from r1.verifiers import Math


@pytest.fixture(scope="module", autouse=True)
def answers() -> Any:
    r1.register("test/answers-v0", tasks=[{"prompt": "2+3?", "truth": {"answer": "5"}}], verifier=Math())
    yield
    del gym.registry["test/answers-v0"]


def score(text: str, truth: dict[str, Any], env_id: str = "test/answers-v0") -> float:
    task = R1Task(R1Data(id="a", prompt="?", env_id=env_id, truth=truth), vf.TaskConfig())
    return asyncio.run(task.r1(SimpleNamespace(last_reply=text)))  # type: ignore[no-any-return]


def test_it_keeps_the_promises_of_an_adapter() -> None:
    def judge(texts: Any, truths: Any) -> list[float]:
        return [score(text, truth) for text, truth in zip(texts, truths, strict=True)]

    check_adapter(judge, lost=ValueError)


def test_the_taskset_yields_the_tasks_of_the_environment() -> None:
    tasks = list(R1Taskset(R1Config(env_id="r1/math-v0", split="test", count=3)))
    env: Any = gym.make("r1/math-v0").unwrapped
    assert [task.data.id for task in tasks] == [env.get_task("test", i).id for i in range(3)]
    assert all(env.get_task("test", i).question in task.data.prompt_text for i, task in enumerate(tasks))
    answer = tasks[0].data.truth["answer"]
    assert (
        score(f"<think>\na\n</think>\n<answer>\n\\boxed{{{answer}}}\n</answer>", tasks[0].data.truth, "r1/math-v0")
        == 2.0
    )
