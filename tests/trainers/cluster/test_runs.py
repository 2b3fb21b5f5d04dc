"""Runs on Ray: ranks, actors and killed workers change where work is done, not its results."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from shared_data import ROOT, SUPPORT

OF_THE_PLACE = ("seconds/", "tokens_per_s", "memory/", "engine_gap", "canary_gap")


def curve(out: Path) -> list[dict[str, float]]:
    """metrics.jsonl without the metrics that depend on where the run was."""
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    return [{k: v for k, v in row.items() if not k.startswith(OF_THE_PLACE)} for row in rows]


BASE = [
    *("--env", "toy_env:toy/math-v0", "--steps", "4", "--prompts", "4", "--group", "4", "--max-tokens", "8"),
    *("--lr", "1e-3", "--eval-tasks", "3", "--eval-samples", "1", "--eval-every", "4", "--save-every", "2"),
    *("--device", "cpu"),
]


def run_on_nodes(runs: list[tuple[list[str], list[str]]], cpus: list[int]) -> str:
    """Return standard error of the runs, after checking that they succeeded and left nothing on the nodes."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/support/trainers/two_nodes.py"), json.dumps(runs), *map(str, cpus)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SUPPORT)), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=500,
    )
    print(done.stderr)
    assert done.returncode == 0, done.stderr
    return done.stderr


def assert_same_curve(other: Path, one: Path) -> None:
    expected, found = curve(one), curve(other)
    assert len(expected) == 5
    assert [row["step"] for row in found] == [row["step"] for row in expected]
    for ours, theirs in zip(expected, found, strict=True):
        for key, value in ours.items():
            if value is None:
                assert theirs[key] is None
                continue
            assert theirs[key] == pytest.approx(value, rel=1e-3, abs=1e-4), (other.name, ours["step"], key)


needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray")


@needs_ray
@pytest.mark.runs
def test_two_nodes_train_as_one_process_although_workers_die(model_dir: Path, tmp_path: Path) -> None:
    """2 learners sample themselves or have 1 or 2 rollout actors; actors and a judge, then a learner rank, are killed.

    A rollout actor dies while it draws and another one while it is taking new weights.
    """
    base, ranks = [*BASE, "--model", str(model_dir)], ["--learners", "2", "--rollouts"]
    stale = [*base, "--staleness", "1"]
    said = run_on_nodes(
        [
            ([*base, "--out", str(tmp_path / "one")], []),
            ([*base, "--out", str(tmp_path / "spread"), *ranks, "1"], []),
            ([*base, "--out", str(tmp_path / "colocated"), "--learners", "2", "--nodes", "2"], []),
            ([*base, "--out", str(tmp_path / "killed"), *ranks, "2"], ["rollout", "judge", "transfer"]),
            ([*base, "--out", str(tmp_path / "learner"), *ranks, "1"], ["learner"]),
            ([*stale, "--out", str(tmp_path / "stale")], []),
            ([*stale, "--out", str(tmp_path / "stale-killed"), *ranks, "1"], ["rollout", "learner"]),
        ],
        [2, 2],
    )
    assert said.count("; replaced") >= 3  # actors really died
    assert said.count("a judge was killed") == 1
    assert said.count("continuing from the last checkpoint") >= 2
    for name in ("spread", "colocated", "killed", "learner"):
        assert_same_curve(tmp_path / name, tmp_path / "one")
    assert_same_curve(tmp_path / "stale-killed", tmp_path / "stale")
    assert [row["staleness"] for row in curve(tmp_path / "stale")[1:]] == [0, 1, 1, 1]


@needs_ray
@pytest.mark.slow
def test_the_other_nodes_take_over_the_work_of_a_dead_one(model_dir: Path, tmp_path: Path) -> None:
    """The learners are on one node, a rollout actor and a judge on each of two others, one of which dies."""
    base = [*BASE, "--model", str(model_dir)]
    said = run_on_nodes(
        [
            ([*base, "--out", str(tmp_path / "one")], []),
            ([*base, "--out", str(tmp_path / "node"), "--learners", "2", "--rollouts", "2"], ["node"]),
        ],
        [2, 1, 1],
    )
    assert "a node was killed" in said
    assert "continuing without it" in said
    assert_same_curve(tmp_path / "node", tmp_path / "one")
