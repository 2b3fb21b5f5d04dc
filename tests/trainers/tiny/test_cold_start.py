"""The cold-started tiny policy learns what it should: slow, with the real cold start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from training import rows

from r1.trainers.grpo import main
from r1.trainers.tiny.cold_start import tiny_policy


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_with_staleness_1_the_policy_learns_as_much(tmp_path: Path) -> None:
    """Complete runs, from about 40 % held-out accuracy. They take a minute, after the cold start."""
    curves = {}
    for staleness in ("0", "1"):
        out = tmp_path / staleness
        flags = ["--env", "math", "--steps", "60", "--staleness", staleness, "--out", str(out)]
        assert main([*flags, "--eval-tasks", "256"]) == 0
        found = [row for row in rows(out) if "eval/accuracy" in row]
        curves[staleness] = [row["eval/accuracy"] for row in found]
        assert [row.get("staleness", 0) for row in rows(out)[2:]] == [float(staleness)] * 59
    print({name: [round(value, 3) for value in curve] for name, curve in curves.items()})
    assert curves["0"][0] == curves["1"][0] < 0.5
    assert min(curve[-1] for curve in curves.values()) > 0.9
    assert abs(curves["0"][-1] - curves["1"][-1]) < 0.04


@pytest.mark.slow
def test_the_tiny_policy_repairs_in_its_second_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cold start, with feedback of the real environment, takes two minutes."""
    monkeypatch.setenv("R1_CACHE", str(tmp_path))
    model = tiny_policy("code-repair", 0)
    out = tmp_path / "run"
    flags = ["--env", "code-repair", "--model", str(model), "--template", "plain", "--max-tokens", "96", "--steps", "0"]
    assert main([*flags, "--prompts", "8", "--group", "8", "--eval-tasks", "64", "--out", str(out)]) == 0
    rows = [json.loads(line) for line in next((out / "evals").glob("*.jsonl")).read_text().splitlines()]
    paid = [row["reward"] for row in rows]
    assert (
        sum(0 < reward < 2 and row["components"]["accuracy"] == 1 for reward, row in zip(paid, rows, strict=True)) >= 4
    )
