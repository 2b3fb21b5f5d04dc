"""inspect_ai: its `eval` runs our data set and scorer, and leaves UNSCORED samples out of the mean."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import inspect_ai
import pytest
from adapters import check_adapter
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput, get_model
from inspect_ai.scorer import Target
from inspect_ai.solver import TaskState, generate

import r1.inspect
from r1.verifiers import Math


def state(text: str, metadata: dict[str, Any]) -> TaskState:
    output = ModelOutput.from_content("mockllm/model", text)
    return TaskState(
        model="mockllm/model", sample_id=1, epoch=1, input="?", messages=[], output=output, metadata=metadata
    )  # type: ignore[arg-type]


def test_it_keeps_the_promises_of_an_adapter() -> None:
    scorer: Any = r1.inspect.scorer(Math())

    async def scores(texts: Any, truths: Any) -> list[Any]:
        return [
            await scorer(state(text, {"truth": truth}), Target("?")) for text, truth in zip(texts, truths, strict=True)
        ]

    def judge(texts: Any, truths: Any) -> list[float | None]:
        return [None if score.value != score.value else score.value for score in asyncio.run(scores(texts, truths))]

    check_adapter(judge)


def test_the_target_is_the_answer_if_the_sample_holds_no_truth() -> None:
    scorer: Any = r1.inspect.scorer(Math())
    score = asyncio.run(scorer(state("\\boxed{1/2}", {}), Target("0.5")))
    assert score.value == 1.0 and score.answer == "1/2" and score.explanation


@pytest.fixture(autouse=True)
def words_as_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """inspect counts the tokens of its mock model with a vocabulary that it downloads; words will do."""
    import tiktoken

    class Words:
        def encode(self, text: str, **_: Any) -> list[str]:
            return text.split()

    monkeypatch.setattr(tiktoken, "get_encoding", lambda name: Words())
    monkeypatch.setattr(tiktoken, "encoding_for_model", lambda name: Words())


def evaluate(tmp_path: Path, samples: MemoryDataset, outputs: list[str], verifier: Any) -> Any:
    replies = [ModelOutput.from_content("mockllm/model", text) for text in outputs]
    task = inspect_ai.Task(dataset=samples, solver=generate(), scorer=r1.inspect.scorer(verifier))
    model = get_model("mockllm/model", custom_outputs=replies)
    (log,) = inspect_ai.eval(task, model=model, log_dir=str(tmp_path), display="none", max_samples=1, max_connections=1)
    assert log.status == "success", log.error
    return log.results.scores[0]


def test_inspect_evaluates_a_data_set_and_leaves_unscored_samples_out(tmp_path: Path) -> None:
    samples = MemoryDataset([Sample(input="?", target=target) for target in ("5", "6", "")])
    found = evaluate(tmp_path, samples, ["\\boxed{5}"] * 3, Math())
    assert found.metrics["mean"].value == pytest.approx(0.5)
    assert (found.scored_samples, found.unscored_samples) == (2, 1)


def test_the_tasks_of_an_environment_are_samples(tmp_path: Path) -> None:
    samples = r1.inspect.dataset("r1/math-v0", count=3)
    answers = [f"<think>\na\n</think>\n<answer>\n\\boxed{{{sample.target}}}\n</answer>" for sample in samples]
    assert evaluate(tmp_path, samples, answers, "r1/math-v0").metrics["mean"].value == 2.0
