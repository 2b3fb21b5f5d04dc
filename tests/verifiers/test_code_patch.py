"""Repair: which program a completion stands for, given the one that it repairs (tests/golden/code_patch.jsonl; null: none)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shared_data import ROOT
from timing import assert_linear

from r1.verifiers.code.find.patch import apply_patch, find_patch
from r1.verifiers.code.find.program import extract

ROWS = [json.loads(line) for line in (ROOT / "tests/golden/code_patch.jsonl").read_text("utf-8").splitlines()]


def _repaired(completion: str, base: str) -> str | None:
    patch = find_patch(completion, base)
    if patch is None:
        found = extract(completion)
        return found and found.source
    try:
        return apply_patch(base, patch)
    except ValueError:
        return None


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_golden(row: dict[str, Any]) -> None:
    found = _repaired(row["completion"], row["base"])
    assert (found and found.strip()) == (row["expected"] and row["expected"].strip())


@pytest.mark.parametrize(
    "unit",
    [
        "<<<<<<< SEARCH\n",
        "<<<<<<< SEARCH\n=======\n",
        "=======\n",
        "@@ -1 +1 @@\n",
        "--- a\n",
        "-a\n",
        "```diff\n",
        "*** ",
    ],
)
def test_hostile_patches_are_read_in_linear_time(unit: str) -> None:
    assert_linear(lambda text: _repaired(text, "a\nb\n"), unit)
