"""OpenRLHF: its own single-turn executor loads our reward function from a file and asks it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from openrlhf.utils.agent import SingleTurnAgentExecutor

FILE = "import r1.openrlhf\nfrom r1.verifiers import Math\nreward_func = r1.openrlhf.reward(Math())\n"


def test_openrlhfs_executor_gets_rewards_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "reward.py"
    path.write_text(FILE)
    executor = SingleTurnAgentExecutor(str(path))
    queries, prompts, labels = ["2+3=\\boxed{5}</s>", "2+3=\\boxed{6}"], ["2+3="] * 2, ['{"answer": "5"}'] * 2
    results = asyncio.run(executor._fetch_rewards_via_func(queries, prompts, labels))
    assert [float(result["rewards"]) for result in results] == [1.0, 0.0]
