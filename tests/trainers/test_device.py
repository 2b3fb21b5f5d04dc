"""Runs on a fake GPU: every tensor is on the right device, and the numbers are those of the CPU."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from shared_data import ROOT
from training import rows

pytest.importorskip("torch.utils.backend_registration")


SETTINGS = {
    "plain": {},
    "packed": {"layout": "packed", "gradient_checkpointing": True},
    "adapters": {"layout": "shared", "lora_rank": 4},
    "epochs": {"objective": "gspo", "epochs": 2, "minibatches": 2, "correction": "tis"},
    "stopped": {"objective": "dapo", "stop": ["</answer>"]},
    "ahead": {"staleness": 1},
}


FLAGS = "--env math --steps 2 --prompts 4 --group 4 --max-tokens 48 --eval-tasks 2 --eval-samples 1 --overwrite".split()


ALIKE = ("reward", "length", "loss", "grad_norm", "entropy", "engine_gap", "trained_share")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each device a directory with one run of each setting; one process makes all of them."""
    return {device: run_all(device, tmp_path_factory.mktemp(device)) for device in ("cpu", "pretend")}


def run_all(device: str, folder: Path) -> Path:
    commands = []
    for name, settings in SETTINGS.items():
        (folder / f"{name}.yaml").write_text(json.dumps(settings))
        commands.append([*FLAGS, "--config", str(folder / f"{name}.yaml"), "--out", str(folder / name)])
    program = [sys.executable, str(ROOT / "tests/support/trainers/fake_gpu.py"), device, json.dumps(commands)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.mark.runs
@pytest.mark.parametrize("name", SETTINGS)
def test_a_run_on_another_device_has_the_numbers_of_the_cpu(name: str, runs: dict[str, Path]) -> None:
    for here, there in zip(rows(runs["cpu"] / name), rows(runs["pretend"] / name), strict=True):
        assert here.keys() == there.keys()
        for figure in here.keys() & ALIKE:
            assert there[figure] == pytest.approx(here[figure], rel=2e-3, abs=2e-5), (here["step"], figure)
