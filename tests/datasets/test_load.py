"""Loading files, folders and public sets; an error names file and line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from shared_data import SHARED, needs_shared

from r1.datasets.load import TaskFileError, load_tasks, split_of_name
from r1.datasets.source import Listed


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


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
    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as file:
        file.write(json.dumps({"problem": "p", "answer": 7}))
    pyarrow.parquet.write_table(pyarrow.table({"problem": ["p"], "answer": ["7"]}), tmp_path / "b.parquet")
    assert [t.truth for t in load_tasks(tmp_path, "math")] == [{"answer": "7"}] * 2


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{not json", "not JSON"),
        ("[1]", "expected a JSON object, got list"),
        ({"prompt": "x"}, "the fields .'prompt'. fit no form"),
        ({"prompt": 3, "truth": {}}, "prompt"),
        ({"prompt": "x", "truth": {}, "extra": 1}, "extra"),
        ({"question": "", "answer": "1"}, "question: expected a non-empty text, got"),
        ({"question": "q", "answer": None}, r"the fields .'question'. .None: .'answer'.. fit no form"),
        ({"question": "q", "answer": []}, "answer: the list is empty"),
    ],
)
def test_a_broken_row_is_named_by_file_and_line(tmp_path: Path, row: Any, complaint: str) -> None:
    path = write(tmp_path / "rows.jsonl", {"question": "q", "answer": "1"}, row)
    with pytest.raises(TaskFileError, match=f"rows.jsonl:2: .*{complaint}"):
        load_tasks(path, "math")


@pytest.mark.parametrize("where", ["missing.jsonl", "./nothing", "nothing", "/nowhere/at/all"])
def test_a_missing_file_is_an_error(where: str) -> None:
    with pytest.raises(FileNotFoundError, match="no such task file"):
        load_tasks(where, "math")


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="file in this folder"):
        load_tasks(tmp_path, "math")


@pytest.mark.parametrize(
    ("name", "split"), [("gsm8k_test.jsonl", "test"), ("latest.jsonl", "train"), ("validation-0.parquet", "validation")]
)
def test_a_file_name_tells_the_split(name: str, split: str) -> None:
    assert split_of_name(Path(name)) == split


@needs_shared
def test_public_sets_load() -> None:
    gsm8k = load_tasks(SHARED / "data/gsm8k/train.jsonl", "math")
    assert len(gsm8k) == 7473
    assert all(t.truth["answer"].lstrip("-").replace(".", "").isdigit() for t in gsm8k)
    humaneval = load_tasks(SHARED / "data/humaneval/HumanEval.jsonl.gz", "code")
    assert len(humaneval) == 164
    assert humaneval[0].truth["entry_point"] == "has_close_elements"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("deep.jsonl", b'{"question": "1", "answer": ' + b"[" * 100_000, "deep.jsonl:1: JSON nested too deeply"),
        ("cut.jsonl.gz", b"\x1f\x8b\x08\x00bad", "cut.jsonl.gz: damaged gzip file"),
        ("none.jsonl.gz", b"no gzip", "none.jsonl.gz: damaged gzip file"),
        ("bad.parquet", b"PAR1xx", "bad.parquet: not a parquet file, or damaged"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TaskFileError, match=message) as error:
        load_tasks(tmp_path / name, "math")
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_is_not_part_of_the_first_row(tmp_path: Path) -> None:
    file = tmp_path / "windows.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"question": "1+1", "answer": "2"}\r\n')
    assert [task.truth["answer"] for task in load_tasks(file, "math")] == ["2"]
