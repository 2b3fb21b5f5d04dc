"""TRL: its own trainer takes our reward functions and data sets, and UNSCORED is missing from a group."""

from __future__ import annotations

import asyncio
import json
import pickle
from pathlib import Path
from typing import Any

import datasets
import pytest
from adapters import check_adapter
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

import r1.trl
from r1.trainers.tiny.model import make_model, make_tokenizer
from r1.verifiers import Math, Think

STEPS, PROMPTS, GROUP = 3, 2, 4


def columns_of(truths: Any) -> dict[str, list[Any]]:
    return {"answer": [truth["answer"] for truth in truths]}


def test_it_keeps_the_promises_of_an_adapter() -> None:
    function = r1.trl.reward(Math())
    check_adapter(lambda texts, truths: function(prompts=list(texts), completions=list(texts), **columns_of(truths)))


def test_the_asynchronous_form_keeps_them_too() -> None:
    function = r1.trl.reward(Math(), asynchronous=True)
    check_adapter(lambda texts, truths: asyncio.run(function(completions=list(texts), **columns_of(truths))))  # type: ignore[arg-type]


def test_chat_messages_are_read_and_the_function_can_be_pickled() -> None:
    function = pickle.loads(pickle.dumps(r1.trl.reward("r1/math-v0", name="math")))
    chat = [[{"role": "assistant", "content": "<think>\na\n</think>\n<answer>\n\\boxed{5}\n</answer>"}]]
    assert function.__name__ == "math"
    assert function(completions=chat, truth=['{"answer": "5"}'], prompts=["?"]) == [2.0]


def test_the_data_set_has_the_columns_that_the_reward_needs() -> None:
    rows = r1.trl.dataset("r1/math-v0", count=5)
    assert set(rows.column_names) == {"prompt", "truth", "task_id"} and len(rows) == 5
    answers = [
        f"<think>\na\n</think>\n<answer>\n\\boxed{{{json.loads(text)['answer']}}}\n</answer>" for text in rows["truth"]
    ]
    assert r1.trl.reward("r1/math-v0")(completions=answers, truth=list(rows["truth"])) == [2.0] * 5


def test_one_function_for_each_component() -> None:
    functions, weights = r1.trl.rewards("r1/math-v0")
    assert [f.__name__ for f in functions] == ["r1/accuracy", "r1/format"] and weights == [1.0, 1.0]
    assert [f(completions=["\\boxed{5}"], truth=["5"]) for f in functions] == [[1.0], [0.0]]


def train(out: Path, model: str, reward: Any, rows: datasets.Dataset) -> tuple[list[float], dict[str, list[float]]]:
    """The mean reward of each step of TRL's trainer, and the metrics that it logged."""
    curve: list[float] = []
    logged: dict[str, list[float]] = {}

    class Watch(TrainerCallback):
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if "reward" in logs:
                curve.append(logs["reward"])
            for name, value in logs.items():
                logged.setdefault(name, []).append(value)

    arguments = GRPOConfig(
        str(out), per_device_train_batch_size=PROMPTS * GROUP, num_generations=GROUP, max_completion_length=8,
        learning_rate=1e-3, beta=0.0, max_steps=STEPS, bf16=False, use_cpu=True, shuffle_dataset=False, seed=1,
        report_to="none", save_strategy="no", logging_steps=1, disable_tqdm=True, gradient_checkpointing=False,
    )  # fmt: skip
    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(model, dtype="float32"),
        processing_class=AutoTokenizer.from_pretrained(model, padding_side="left"),
        reward_funcs=reward,
        args=arguments,
        train_dataset=rows,
        callbacks=[Watch()],
    )
    trainer.train()
    return curve, logged


def noise(completion: str, truth: Any) -> float:
    return (sum(map(ord, completion)) % 7) / 7


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    where = str(tmp_path_factory.mktemp("model"))
    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(where)
    make_model(len(tokenizer), seed=0, hidden=32, layers=1, heads=2).save_pretrained(where)
    return where


@pytest.fixture(scope="module")
def questions() -> datasets.Dataset:
    rows = r1.trl.dataset("r1/math-v0", count=STEPS * PROMPTS)
    return rows.map(lambda row: {"prompt": row["prompt"][-1]["content"][:40]})  # the tiny model has no chat template


def test_the_curve_of_a_run_is_that_of_a_reward_written_by_hand(tmp_path: Path, model: str, questions: Any) -> None:
    def by_hand(completions: list[str], truth: list[str], **_: Any) -> list[float]:
        math, think = Math(), Think()
        truths = [json.loads(text) for text in truth]
        return [
            float(math(c, t).reward or 0) + float(think(c, {}).reward or 0) + noise(c, t)
            for c, t in zip(completions, truths, strict=True)
        ]

    adapters = [r1.trl.reward(Math()), r1.trl.reward(Think()), r1.trl.reward(noise)]
    ours, logged = train(tmp_path / "ours", model, adapters, questions)
    theirs, _ = train(tmp_path / "theirs", model, by_hand, questions)
    assert ours == pytest.approx(theirs, abs=1e-6) and len(set(ours)) > 1
    assert logged["Math/unscored"] == [0.0] * STEPS


def test_a_group_goes_on_without_its_unscored_completions(tmp_path: Path, model: str, questions: Any) -> None:
    calls: list[str] = []

    def now_and_then(completion: str, truth: Any) -> float | None:
        calls.append(completion)
        return None if len(calls) % 4 == 1 else noise(completion, truth)

    curve, logged = train(tmp_path, model, r1.trl.reward(now_and_then), questions)
    assert len(calls) == STEPS * PROMPTS * GROUP
    assert all(0 < value < 1 for value in curve)
    assert logged["now_and_then/unscored"] == [0.25] * STEPS
