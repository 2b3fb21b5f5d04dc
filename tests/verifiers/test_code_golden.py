"""Labelled code tasks and completions (tests/golden/code.jsonl): reward 1, 0, or null where nobody can judge.

Each was labelled before it was first judged; those that were judged wrongly then are why a rule is as it is.
"""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest
from shared_data import ROOT

from r1.datasets.rows import task_of_row
from r1.sandbox import open_sandbox
from r1.verifiers.code import Code

ROWS = [json.loads(line) for line in (ROOT / "tests/golden/code.jsonl").read_text("utf-8").splitlines()]
TOOLS = {
    "cpp": "g++",
    "c": "gcc",
    "java": "javac",
    "rust": "rustc",
    "go": "go",
    "typescript": "tsc",
    "javascript": "node",
}


def _truth(row: dict[str, Any]) -> dict[str, Any]:
    return row["truth"] if "truth" in row else dict(task_of_row(row["row"], "code", "x").truth)


QUICK = {"python", "javascript", "bash", "c"}
SETS = sorted({(_truth(row).get("language", "python"), row.get("mode", "all")) for row in ROWS})


def _judge(language: str, mode: str, wanted: list[dict[str, Any]]) -> None:
    rows = [(row, _truth(row)) for row in wanted if row.get("mode", "all") == mode]
    rows = [(row, truth) for row, truth in rows if truth.get("language", "python") == language]
    with open_sandbox("auto", workers=2) as sandbox:
        if sandbox.tier == "namespaces" and shutil.which(TOOLS.get(language, "sh")) is None:
            pytest.skip(f"needs hardware: {TOOLS[language]}")
        verdicts = Code(sandbox, mode=mode).many([row["completion"] for row, _ in rows], [truth for _, truth in rows])
    wrong = {
        row["id"]: verdict for (row, _), verdict in zip(rows, verdicts, strict=True) if verdict.reward != row["reward"]
    }
    assert wrong == {}


@pytest.mark.parametrize(("language", "mode"), SETS)
def test_golden(language: str, mode: str) -> None:
    """Of the languages whose compilers take a second a program only those that were once judged wrongly."""
    _judge(language, mode, [row for row in ROWS if language in QUICK or row.get("mended")])


@pytest.mark.slow
@pytest.mark.parametrize(("language", "mode"), [one for one in SETS if one[0] not in QUICK])
def test_golden_of_compiled_languages(language: str, mode: str) -> None:
    _judge(language, mode, ROWS)
