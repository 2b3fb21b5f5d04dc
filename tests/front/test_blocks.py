"""docs/plugins.md: every block runs where its framework is installed, and prints what the comment behind it says."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pytest
from shared_data import ROOT, installed

PAGE = (ROOT / "docs/plugins.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NEEDS = {
    "TRL": "trl",
    "verl": "verl",
    "OpenRLHF": "torch",
    "PrimeIntellect verifiers": "verifiers",
    "inspect_ai": "inspect-ai",
    "lm-evaluation-harness": "r1-gym",
    "DSPy": "dspy",
    "OpenEnv": "openenv",
    "SkyRL": "skyrl-gym",
    "AReaL": "r1-gym",
    "slime": "r1-gym",
    "ms-swift": "r1-gym",
}


def test_every_framework_has_one_block() -> None:
    assert [name for name, _ in BLOCKS] == list(NEEDS) == re.findall(r"^## (.+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("name", "block"), [(n, b) for n, b in BLOCKS if installed(NEEDS[n])])
def test_a_block_prints_what_it_says(name: str, block: str) -> None:
    wanted = re.findall(r"^ *print\(.*\)  # (.+)$", block, re.MULTILINE)
    assert wanted
    printed = io.StringIO()
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(printed):
        exec(compile(block, f"docs/plugins.md, {name}", "exec"), names)
    assert printed.getvalue().splitlines() == wanted
