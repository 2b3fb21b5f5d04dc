"""r1 validate: each planted mistake is found and named; good files pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shared_data import SHARED, needs_shared

from r1.command.validate import validate

GOOD = [{"id": str(i), "prompt": f"{i} + 1?", "truth": {"answer": str(i + 1)}} for i in range(30)]


def written(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def test_a_good_file_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate(written(tmp_path / "train.jsonl", GOOD), "r1/math-v0") == 0
    assert capsys.readouterr().out == "30 tasks (30 train): 0 wrong\n"


def test_a_row_that_is_no_task_is_named_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*GOOD[:2], {"id": "x", "prompt": "?", "truth": {"answer": "\\frac{"}}]
    assert validate(written(tmp_path / "a.jsonl", rows), "math") == 2
    assert "a.jsonl:3: task x: the gold answer" in capsys.readouterr().err


def test_one_question_with_two_truths_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*GOOD, {"id": "again", "prompt": "3 + 1?", "truth": {"answer": "5"}}]
    assert validate(written(tmp_path / "a.jsonl", rows), "math") == 1
    assert capsys.readouterr().out.splitlines()[0] == "again: asks the same as 3, with another truth"


def test_many_mistakes_are_cut_short(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*GOOD, *({**row, "id": f"b{row['id']}", "truth": {"answer": "77"}} for row in GOOD)]
    assert validate(written(tmp_path / "a.jsonl", rows), "math") == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 22 and lines[-2:] == ["... and 10 more", "60 tasks (60 train): 30 wrong"]


def test_code_rows_without_an_entry_point_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": "x", "prompt": "Write f.", "truth": {"tests": [{"args": [1], "returns": 1}]}}]
    assert validate(written(tmp_path / "a.jsonl", rows), "code") == 2
    assert "a call needs the truth's entry_point" in capsys.readouterr().err


@needs_shared
def test_humaneval_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert validate(str(SHARED / "data/humaneval/HumanEval.jsonl.gz"), "code") == 0
    assert "164 tasks" in capsys.readouterr().out
