"""slime: what its source says about custom reward models (contract; slime is not on an index)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import pytest
from adapters import check_adapter

import r1
import r1.slime
from r1.verifiers import Math


@pytest.fixture(scope="module", autouse=True)
def answers() -> Any:
    r1.register("test/answers-v0", tasks=[{"prompt": "2+3?", "truth": {"answer": "5"}}], verifier=Math())
    yield
    del gym.registry["test/answers-v0"]


def sample(text: str, truth: Any, env_id: str = "test/answers-v0") -> SimpleNamespace:
    return SimpleNamespace(prompt="?", response=text, label=truth, metadata={"env_id": env_id})


def test_a_group_of_samples_keeps_the_promises_of_an_adapter() -> None:
    def judge(texts: Any, truths: Any) -> list[float]:
        samples = [sample(text, truth) for text, truth in zip(texts, truths, strict=True)]
        return [result["reward"] for result in asyncio.run(r1.slime.reward(None, samples))]

    check_adapter(judge, lost=ValueError)


def test_a_single_sample_gets_its_components() -> None:
    found = asyncio.run(r1.slime.reward(None, sample("\\boxed{5}", "5", "r1/math-v0")))
    assert found == {"reward": 1.0, "status": "fail", "accuracy": 1.0, "format": 0.0}
