"""verl: its reward loop calls our function by module path, and its advantages leave UNSCORED completions out."""

from __future__ import annotations

import asyncio
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
import torch
from adapters import check_adapter
from omegaconf import OmegaConf
from verl import DataProto
from verl.trainer.ppo.core_algos import compute_grpo_outcome_advantage, get_adv_estimator_fn
from verl.trainer.ppo.ray_trainer import compute_advantage
from verl.trainer.ppo.reward import load_reward_manager

import r1
import r1.verl
from r1.trainers.tiny.model import make_tokenizer
from r1.verifiers import Math


@pytest.fixture(scope="module", autouse=True)
def answers() -> Any:
    """An environment that pays for the answer alone; environments of one's own reach verl's workers through an imported module."""
    import gymnasium as gym

    rows = [{"prompt": "2+3?", "truth": {"answer": "5"}}]
    r1.register("test/answers-v0", tasks=rows, verifier=Math())
    yield
    del gym.registry["test/answers-v0"]


def manager(**reward_kwargs: Any) -> Any:
    function = {"path": "pkg://r1.verl", "name": "compute_score", "reward_kwargs": reward_kwargs}
    reward = {"custom_reward_function": function, "reward_manager": {"source": "register", "name": "naive"}}
    loader = {"reward": {**reward, "sandbox_fusion": {"url": None}}}
    return load_reward_manager(OmegaConf.create(loader), make_tokenizer())


def sample(text: str, truth: Any, source: str = "test/answers-v0") -> DataProto:
    tokenizer = make_tokenizer()
    ids = tokenizer(text, return_tensors="pt")["input_ids"] if text else torch.tensor([[tokenizer.eos_token_id]])
    return DataProto.from_dict(
        tensors={"responses": ids, "attention_mask": torch.ones_like(ids)},
        non_tensors={
            "data_source": np.array([source], dtype=object),
            "reward_model": np.array([{"ground_truth": truth}], dtype=object),
            "extra_info": np.array([{}], dtype=object),
        },
    )


def run(loop: Any, texts: Any, truths: Any) -> list[dict[str, Any]]:
    async def all_of_them() -> list[dict[str, Any]]:
        loop.loop = asyncio.get_running_loop()
        return [await loop.run_single(sample(text, truth)) for text, truth in zip(texts, truths, strict=True)]

    return asyncio.run(all_of_them())


def test_verls_reward_loop_keeps_the_promises_of_an_adapter() -> None:
    loop = manager(unscored="nan")

    def judge(texts: Any, truths: Any) -> list[float | None]:
        scores = [result["reward_score"] for result in run(loop, texts, [json.dumps(truth) for truth in truths])]
        return [None if math.isnan(score) else score for score in scores]

    check_adapter(judge)


def test_extra_information_has_the_same_keys_for_every_completion() -> None:
    results = run(manager(unscored="nan"), ["\\boxed{5}", "", "\\boxed{5}"], ["5", "5", {"answer": ""}])
    assert {frozenset(result["reward_extra_info"]) for result in results} == {
        frozenset({"score", "acc", "unscored", "status", "note"})
    }
    assert [result["reward_extra_info"]["unscored"] for result in results] == [0.0, 0.0, 1.0]


def test_without_the_estimator_an_unscored_completion_stops_the_run_with_the_remedy() -> None:
    with pytest.raises(RuntimeError, match=r"algorithm\.adv_estimator=r1_grpo"):
        run(manager(), ["\\boxed{5}"], [{"answer": ""}])


def test_the_verifier_can_be_named_apart_from_the_data_source() -> None:
    async def judge() -> dict[str, Any]:
        return await r1.verl.compute_score("openai/gsm8k", "\\boxed{5}", "5", verifier="test/answers-v0")

    assert asyncio.run(judge())["score"] == 1.0


def test_installing_r1_makes_the_estimator_known() -> None:
    assert get_adv_estimator_fn("r1_grpo") is r1.verl.grpo_advantage


@pytest.mark.parametrize("by_std", [True, False])
def test_advantages_are_verls_own_where_every_completion_is_scored(by_std: bool) -> None:
    rewards_BT = torch.zeros(8, 3)
    rewards_BT[:, 2] = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.5, 0.5, 0.5, 0.0])
    mask_BT = torch.ones(8, 3)
    mask_BT[1, 2] = 0
    index_B = np.array([*"aaaabbbb"], dtype=object)
    theirs, _ = compute_grpo_outcome_advantage(rewards_BT.clone(), mask_BT, index_B, norm_adv_by_std_in_grpo=by_std)
    config = {"norm_adv_by_std_in_grpo": by_std}
    ours, returns = r1.verl.grpo_advantage(rewards_BT.clone(), mask_BT, index_B, config)
    assert torch.allclose(ours, theirs, atol=1e-6) and torch.equal(ours, returns)


def test_unscored_completions_have_no_part_in_their_group() -> None:
    rewards_BT = torch.zeros(5, 2)
    rewards_BT[:, 1] = torch.tensor([1.0, math.nan, 0.0, math.nan, 1.0])
    batch = DataProto.from_dict(
        tensors={"token_level_rewards": rewards_BT, "response_mask": torch.ones(5, 2)},
        non_tensors={"uid": np.array([*"aaabb"], dtype=object)},
    )
    advantages_BT = compute_advantage(batch, "r1_grpo", config=OmegaConf.create({})).batch["advantages"]
    alone, _ = compute_grpo_outcome_advantage(rewards_BT[[0, 2]], torch.ones(2, 2), np.array(["a", "a"]))
    assert torch.allclose(advantages_BT[[0, 2]], alone)
    assert torch.equal(advantages_BT[[1, 3, 4]], torch.zeros(3, 2))  # 4 is alone in its group, so it teaches nothing
    assert batch.batch["token_level_rewards"].sum(-1).tolist() == [1.0, 0.5, 0.0, 1.0, 1.0]  # metrics stay finite


def test_the_data_file_has_verls_columns_and_its_answers_are_paid(tmp_path: Path) -> None:
    assert r1.verl.write_dataset(tmp_path / "train.parquet", "r1/math-v0", count=4) == 4
    rows = pyarrow.parquet.read_table(tmp_path / "train.parquet").to_pylist()
    assert set(rows[0]) == {"data_source", "prompt", "ability", "reward_model", "extra_info"}
    for row in rows:
        answer = json.loads(row["reward_model"]["ground_truth"])["answer"]
        text = f"<think>\na\n</think>\n<answer>\n\\boxed{{{answer}}}\n</answer>"
        score = asyncio.run(r1.verl.compute_score(row["data_source"], text, row["reward_model"]["ground_truth"]))
        assert score["score"] == 2.0 and score["acc"] == 1.0
