"""Golden rows (tests/golden/*.jsonl): labelled before they were judged, each with an id, a category and the reason of its label."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from shared_data import ROOT

FOLDER = ROOT / "tests/golden"


def golden(name: str) -> list[dict[str, Any]]:
    """The rows of ``tests/golden/<name>.jsonl``."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def each(rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The rows as parameters of a test, under their ids."""
    return [pytest.param(row, id=row["id"]) for row in rows]


def complaints(wrong: Iterable[tuple[Mapping[str, Any], object]]) -> str:
    """One line for each row that was judged otherwise than labelled: its id, category, reason, and what came instead."""
    return "\n".join(f"{row['id']} ({row['category']}): {row['why']}; got {got}" for row, got in wrong)


def known_wrong(file: str) -> set[str]:
    """The ids of the rows of a case file that are judged otherwise than labeled; ``known_wrong.jsonl`` gives the reason of each."""
    return {row["id"] for row in golden("known_wrong") if row["file"] == file}
