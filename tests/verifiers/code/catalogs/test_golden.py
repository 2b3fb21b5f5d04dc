"""Golden rows of Code: labeled completions for code tasks; reward 1, 0, or null if the row cannot be judged.

Each row was labeled before it was first judged; rows that were judged wrongly then are marked ``mended``.
"""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from golden import complaints, golden

from r1.datasets.rows import task_of_row
from r1.sandbox import open_sandbox
from r1.verifiers.code import Code

ROWS = golden("code")
TOOLS = {
    "cpp": "g++",
    "c": "gcc",
    "java": "javac",
    "rust": "rustc",
    "go": "go",
    "typescript": "tsc",
    "javascript": "node",
}
QUICK = {"python", "javascript", "bash", "c"}


def truth_of(row: dict[str, Any]) -> dict[str, Any]:
    return row["truth"] if "truth" in row else dict(task_of_row(row["row"], "code", "x").truth)


BATCHES = sorted({(truth_of(row).get("language", "python"), row.get("mode", "all")) for row in ROWS})


def check(language: str, mode: str, wanted: list[dict[str, Any]]) -> None:
    """Judge the rows in one language and mode as one batch, and complain of each wrong one by its id."""
    rows = [(row, truth_of(row)) for row in wanted if row.get("mode", "all") == mode]
    rows = [(row, truth) for row, truth in rows if truth.get("language", "python") == language]
    with open_sandbox("auto", workers=2) as sandbox:
        if sandbox.tier == "namespaces" and shutil.which(TOOLS.get(language, "sh")) is None:
            pytest.skip(f"needs hardware: {TOOLS[language]}")
        verdicts = Code(sandbox, mode=mode).many([row["completion"] for row, _ in rows], [truth for _, truth in rows])
    wrong = [
        (row, verdict) for (row, _), verdict in zip(rows, verdicts, strict=True) if verdict.reward != row["reward"]
    ]
    assert not wrong, complaints(wrong)


@pytest.mark.parametrize(("language", "mode"), BATCHES)
def test_golden_rows_get_their_reward(language: str, mode: str) -> None:
    """All rows in quick languages, and the mended rows in those whose compilers take a second for each program."""
    check(language, mode, [row for row in ROWS if language in QUICK or row.get("mended")])


@pytest.mark.slow
@pytest.mark.parametrize(("language", "mode"), [batch for batch in BATCHES if batch[0] not in QUICK])
def test_golden_rows_in_compiled_languages_get_their_reward(language: str, mode: str) -> None:
    check(language, mode, ROWS)
