"""Loading: our own rows and public ones become tasks; a broken row is named by file and line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from r1.datasets.code import programs
from r1.datasets.load import TaskFileError, load_tasks, split_of_name
from r1.datasets.rows import row_of_task, task_of_row
from r1.datasets.source import Listed, Procedural
from r1.datasets.task import Message, Task
from r1.verifiers.format import Format

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


@given(
    prompt=st.text()
    | st.lists(st.builds(Message, st.sampled_from(["user", "system"]), st.text()), min_size=1).map(tuple),
    truth=st.dictionaries(st.text(max_size=5), json_values, max_size=3),
)
def test_our_rows_round_trip(prompt: Any, truth: dict[str, Any]) -> None:
    task = Task("a/1", prompt, truth, {"split": "test", "source": "x"})
    assert task_of_row(json.loads(json.dumps(row_of_task(task))), "math", "other") == task


def test_a_jsonl_file_of_our_own_rows(tmp_path: Path) -> None:
    row = {"prompt": "1+1=", "truth": {"answer": "2"}}
    tasks = load_tasks(write(tmp_path / "mine.jsonl", row, "", {**row, "id": "b", "split": "test"}), "math")
    assert [(t.id, t.meta["split"]) for t in tasks] == [("mine/1", "train"), ("b", "test")]


def test_a_folder_gives_its_files_as_splits(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", {"question": "q", "answer": "x #### 1,234"})
    write(tmp_path / "test.jsonl", {"question": "r", "answer": "#### 5"})
    tasks = {t.meta["split"]: t for t in load_tasks(tmp_path, "math")}
    assert tasks["train"].truth == {"answer": "1234"}
    assert Listed(list(tasks.values())).splits() == ["test", "train"]


def test_gzip_and_parquet(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as file:
        file.write(json.dumps({"problem": "p", "answer": 7}))
    pyarrow.parquet.write_table(pyarrow.table({"problem": ["p"], "answer": ["7"]}), tmp_path / "b.parquet")
    assert [t.truth for t in load_tasks(tmp_path, "math")] == [{"answer": "7"}] * 2


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{not json", "not JSON"),
        ("[1]", "a row is a JSON object"),
        ({"prompt": "x"}, "no task: the row has"),
        ({"prompt": 3, "truth": {}}, "prompt"),
        ({"prompt": "x", "truth": {}, "extra": 1}, "extra"),
        ({"question": "", "answer": "1"}, "question: a non-empty text"),
        ({"question": "q", "answer": None}, "answer: a text"),
        ({"question": "q", "answer": []}, "answer: an empty list"),
    ],
)
def test_a_broken_row_is_named_by_file_and_line(tmp_path: Path, row: Any, complaint: str) -> None:
    path = write(tmp_path / "rows.jsonl", {"question": "q", "answer": "1"}, row)
    with pytest.raises(TaskFileError, match=f"rows.jsonl:2: .*{complaint}"):
        load_tasks(path, "math")


@pytest.mark.parametrize("where", ["missing.jsonl", "./nothing", "nothing", "/nowhere/at/all"])
def test_a_missing_file_is_said(where: str) -> None:
    with pytest.raises(FileNotFoundError, match="no such task file"):
        load_tasks(where, "math")


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="in this folder"):
        load_tasks(tmp_path, "math")


def test_an_id_twice_is_refused() -> None:
    task = Task("a", "q", {})
    with pytest.raises(ValueError, match="'a' stands twice"):
        Listed([task, task])


@pytest.mark.parametrize(
    ("name", "split"), [("gsm8k_test.jsonl", "test"), ("latest.jsonl", "train"), ("validation-0.parquet", "validation")]
)
def test_a_files_name_tells_the_split(name: str, split: str) -> None:
    assert split_of_name(Path(name)) == split


@pytest.mark.parametrize("bad", ["x", "math/arithmetic@9/train/0/0/0", "math/nothing@1/train/0/0/0", "a/b/c/d/e/f"])
def test_a_wrong_task_id_is_explained(bad: str) -> None:
    from r1.datasets.families import families_of

    with pytest.raises(ValueError, match="task id"):
        Procedural("math", families_of("math")).by_id(bad)


@needs_shared
def test_public_sets_load() -> None:
    gsm8k = load_tasks(SHARED / "data/gsm8k/train.jsonl", "math")
    assert len(gsm8k) == 7473
    assert all(t.truth["answer"].lstrip("-").replace(".", "").isdigit() for t in gsm8k)
    humaneval = load_tasks(SHARED / "data/humaneval/HumanEval.jsonl.gz", "code")
    assert len(humaneval) == 164
    assert humaneval[0].truth["entry_point"] == "has_close_elements"


@pytest.mark.parametrize(
    ("limit", "memory_bytes"),
    [
        (256.0, 256 << 20),
        ("256.0 megabytes", 256 << 20),
        ("1 GB", 1 << 30),
        ("65536 kilobytes", 64 << 20),
        ("536870912 bytes", 512 << 20),
        (1, 64 << 20),
        ("none", None),
        (None, None),
    ],
)
def test_memory_limits_are_read_in_the_units_that_sets_use(limit: object, memory_bytes: int | None) -> None:
    row = {
        "description": "Echo.",
        "official_tests": [{"input": "1", "output": "1"}],
        "examples": [],
        "memory_limit": limit,
    }
    _, truth, _ = programs.codeforces(row)
    assert truth.get("limits", {}).get("memory_bytes") == memory_bytes


@pytest.mark.parametrize(
    "arguments",
    ['[{"num_words": 5, "relation": "at least"}]', '[{"num_words": 5, "relation": "at least", "keyword": null}]'],
)
def test_ifevals_rows_are_tasks_of_the_format_domain(tmp_path: Path, arguments: str) -> None:
    file = tmp_path / "ifeval.jsonl"
    row = '{"key": 7, "prompt": "Say it.", "instruction_id_list": ["length_constraints:number_words"], "kwargs": %s}'
    file.write_text(row % arguments)
    [task] = load_tasks(file, "format", validate=lambda task: Format().validate(task.truth))
    assert task.prompt == "Say it." and task.meta["key"] == 7
    assert [Format()(text, task.truth).reward for text in ("one two three four five", "one")] == [1.0, 0.0]


@needs_shared
@pytest.mark.parametrize("name", ["input_data_normalised", "es_input_data", "fr_input_data", "ja_input_data"])
def test_all_of_ifevals_own_prompts_are_tasks_that_can_be_judged(name: str) -> None:
    file = SHARED / f"data/ifeval/{name}.jsonl"
    tasks = load_tasks(file, "format", validate=lambda task: Format().validate(task.truth))
    assert len(tasks) == sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("deep.jsonl", b'{"question": "1", "answer": ' + b"[" * 100_000, "deep.jsonl:1: nested too deep"),
        ("cut.jsonl.gz", b"\x1f\x8b\x08\x00bad", "cut.jsonl.gz: a damaged gzip file"),
        ("none.jsonl.gz", b"no gzip", "none.jsonl.gz: a damaged gzip file"),
        ("bad.parquet", b"PAR1xx", "bad.parquet: no parquet file, or a damaged one"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TaskFileError, match=said) as error:
        load_tasks(tmp_path / name, "math")
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    file = tmp_path / "windows.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"question": "1+1", "answer": "2"}\r\n')
    assert [task.truth["answer"] for task in load_tasks(file, "math")] == ["2"]
