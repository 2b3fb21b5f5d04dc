"""Attacks: every row of the shared catalog. Hacks earn nothing, and correct programs keep their reward."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from attack_cases import attack_check, judge_with, own_to_gvisor
from shared_data import needs_shared, rows
from tiers import TIERS, sandbox_of

from r1.sandbox import Sandbox

CASES = rows("cases/attacks.jsonl")
TOOLS = {
    "c": "gcc",
    "cpp": "g++",
    "java": "javac",
    "javascript": "node",
    "rust": "rustc",
    "bash": "bash",
    "python": "sh",
}


@pytest.fixture(scope="module", params=TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


@pytest.fixture(scope="module")
def canaries() -> Iterator[Any]:
    before = dict(os.environ)
    yield attack_check().canaries()
    os.environ.clear()
    os.environ.update(before)


@needs_shared
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the shared module keeps its canaries open
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_an_attack_earns_nothing_and_leaves_nothing(case: dict[str, Any], sandbox: Sandbox, canaries: Any) -> None:
    if shutil.which(TOOLS[case["language"]]) is None:
        pytest.skip(f"{TOOLS[case['language']]} is not installed")
    names, hits = canaries
    complaints, letters, _ = attack_check().check(attack_check().fill(case, names), judge_with(sandbox), names, hits)
    complaints = [complaint for complaint in complaints if not complaint.startswith("took ")]  # a busy machine is slow
    gvisor = sandbox.tier == "docker+runsc" and own_to_gvisor(case, complaints)
    assert not complaints or gvisor, (letters, case["kind"])
