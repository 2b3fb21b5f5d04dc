"""Rows: our own rows and rows of public sets become tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from r1.datasets.load import load_tasks
from r1.datasets.rows import task_of_row
from r1.datasets.task import Message, Task
from r1.verifiers.format import Format

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def row_of_task(task: Task) -> dict[str, Any]:
    """Our own row of a task."""
    prompt: Any = task.prompt
    if not isinstance(prompt, str):
        prompt = [{"role": turn.role, "content": turn.content} for turn in prompt]
    return {"id": task.id, "prompt": prompt, "truth": dict(task.truth), "meta": dict(task.meta)}


@given(
    prompt=st.text()
    | st.lists(st.builds(Message, st.sampled_from(["user", "system"]), st.text()), min_size=1).map(tuple),
    truth=st.dictionaries(st.text(max_size=5), json_values, max_size=3),
)
def test_our_rows_round_trip(prompt: Any, truth: dict[str, Any]) -> None:
    task = Task("a/1", prompt, truth, {"split": "test", "source": "x"})
    assert task_of_row(json.loads(json.dumps(row_of_task(task))), "math", "other") == task


@pytest.mark.parametrize(
    ("row", "truth"),
    [
        ({"question": "q", "answer": "so 1 + 2 = 3 #### 1,234"}, {"answer": "1234"}),
        ({"question": "q", "answer": 7}, {"answer": "7"}),
        ({"problem": "q", "answer": ["1", 2]}, {"answer": ["1", "2"]}),
        ({"problem": "q", "expected_answer": "x"}, {"answer": "x"}),
        ({"prompt": "q", "ground_truth": "x"}, {"answer": "x"}),
    ],
)
def test_public_math_rows(row: dict[str, Any], truth: dict[str, Any]) -> None:
    task = task_of_row({"id": 5, "split": "test", **row}, "math", "other")
    assert (task.id, task.prompt, task.truth, task.meta["split"]) == ("5", "q", truth, "test")


def test_a_row_that_fits_no_form_names_the_expected_fields() -> None:
    with pytest.raises(
        ValueError, match=r"the fields \['x'\] fit no form of a math row; expected \{prompt, truth\} or \{answer"
    ):
        task_of_row({"x": 1}, "math", "other")
    with pytest.raises(ValueError, match=r"expected \{prompt, truth\}$"):
        task_of_row({"x": 1}, "language", "other")


@pytest.mark.parametrize(
    "arguments",
    ['[{"num_words": 5, "relation": "at least"}]', '[{"num_words": 5, "relation": "at least", "keyword": null}]'],
)
def test_a_row_of_ifeval_is_a_task_of_the_format_domain(tmp_path: Path, arguments: str) -> None:
    file = tmp_path / "ifeval.jsonl"
    row = '{"key": 7, "prompt": "Say it.", "instruction_id_list": ["length_constraints:number_words"], "kwargs": %s}'
    file.write_text(row % arguments)
    [task] = load_tasks(file, "format", validate=lambda task: Format().validate(task.truth))
    assert task.prompt == "Say it." and task.meta["key"] == 7
    assert [Format()(text, task.truth).reward for text in ("one two three four five", "one")] == [1.0, 0.0]


@needs_shared
@pytest.mark.parametrize("name", ["input_data_normalised", "es_input_data", "fr_input_data", "ja_input_data"])
def test_every_prompt_of_ifeval_and_m_ifeval_is_a_task_that_can_be_judged(name: str) -> None:
    file = SHARED / f"data/ifeval/{name}.jsonl"
    tasks = load_tasks(file, "format", validate=lambda task: Format().validate(task.truth))
    assert len(tasks) == sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
