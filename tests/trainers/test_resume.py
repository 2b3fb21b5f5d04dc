"""Runs that are killed at any moment end with the same weights as runs that are left alone."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import torch
from training import assert_checkpoints_readable, rows, run, start, weights, with_flags

VARIANTS = {
    "plain": {},
    "several passes": {"epochs": "2", "minibatches": "2", "save_every": "3", "kl_coef": "0.05"},
    "dapo": {"objective": "dapo"},
    # Half of the samples in a checkpoint have not been trained on yet.
    "one step off, several passes": {"staleness": "1", "epochs": "2", "minibatches": "2"},
}


def assert_same(killed: Path, whole: Path, steps: int) -> None:
    assert rows(killed) == rows(whole)
    assert [row["step"] for row in rows(killed)] == list(range(steps + 1))
    for name, tensor in weights(whole).items():
        assert torch.equal(weights(killed)[name], tensor), name
    assert any(row.get("grad_norm", 0) > 0 for row in rows(whole)[1:]), "nothing was learned, so nothing was tested"


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def wait_for_steps(process: subprocess.Popen[str], log: Path, least: int) -> None:
    """Wait until the log has more than ``least`` lines, or the process has ended."""
    until = time.monotonic() + 120
    while len(lines(log)) <= least and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)


def assert_kills_change_nothing(flags: list[str], tmp_path: Path) -> None:
    """A run of six steps is killed twice and ends with the weights of one that is left alone."""
    flags = with_flags(flags, steps="6")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert run(with_flags(flags, out=str(whole)))[0] == 0
    flags = [*with_flags(flags, out=str(killed)), "--resume"]
    for least in (1, 4):  # kill once before the first checkpoint of step 2 or 3 may be there, and once after it
        process = start(flags)
        wait_for_steps(process, killed / "metrics.jsonl", least)
        process.kill()
        process.communicate()
        assert_checkpoints_readable(killed)
    code, _, err = run(flags)
    assert code == 0, err
    assert_same(killed, whole, 6)


@pytest.mark.runs
@pytest.mark.parametrize("variant", ["several passes", "dapo", "one step off, several passes"])
def test_a_killed_run_ends_like_one_that_was_never_killed(quick: list[str], tmp_path: Path, variant: str) -> None:
    assert_kills_change_nothing(with_flags(quick, **VARIANTS[variant]), tmp_path)
    if "one step off" in variant:
        assert [row["staleness"] for row in rows(tmp_path / "whole")[1:]] == [0, 1, 1, 1, 1, 1]


@pytest.mark.slow
def test_a_killed_run_of_adapters_ends_like_one_that_was_never_killed(quick: list[str], tmp_path: Path) -> None:
    """Only adapters are trained; their optimizer state is restored by index. Kills come in the middle of several passes."""
    settings = tmp_path / "adapters.yaml"
    settings.write_text("lora_rank: 4\n")
    assert_kills_change_nothing(with_flags(quick, config=str(settings), **VARIANTS["several passes"]), tmp_path)
    assert (tmp_path / "killed/model/adapter").is_dir()


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_twenty_runs_killed_at_random_moments_end_with_the_same_weights(quick: list[str], tmp_path: Path) -> None:
    """Each run is killed three times: a quarter of the kills at any time after the start, the others soon after a step."""
    chance = random.Random(20)
    names = list(VARIANTS)
    kills: list[int] = []  # number of steps before each kill
    for i in range(20):
        variant = names[i % len(names)]
        flags = with_flags(quick, steps="12", **VARIANTS[variant])
        whole, killed = tmp_path / variant, tmp_path / f"killed-{i}"
        if not whole.exists():
            assert run(with_flags(flags, out=str(whole)))[0] == 0
        flags = [*with_flags(flags, out=str(killed)), "--resume"]
        for _ in range(3):
            least = -1 if chance.random() < 0.25 else chance.randrange(13)
            process = start(flags)
            wait_for_steps(process, killed / "metrics.jsonl", least)
            time.sleep(chance.uniform(0.0, 4.0 if least < 0 else 0.2))
            if process.poll() is None:
                process.kill()
                kills.append(len(lines(killed / "metrics.jsonl")))
            process.communicate()
            assert_checkpoints_readable(killed)
        code, _, err = run(flags)
        assert code == 0, err
        assert_same(killed, whole, 12)
        print(f"run {i} ({variant}): same weights")
        shutil.rmtree(killed)
    print(
        f"{len(kills)} kills in 20 runs, {len([k for k in kills if 0 < k < 13])} of them between the first and the last step"
    )
    assert len(kills) >= 40


def judges(pid: int) -> list[int]:
    """The judge processes of a run."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == pid and b"judge.worker" in (path / "cmdline").read_bytes():
                found.append(int(path.name))
    return found


@pytest.mark.runs
def test_killed_judges_change_nothing(quick: list[str], tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    flags = with_flags(quick, steps="40", eval_every="40", save_every="40")
    assert run(with_flags(flags, out=str(whole)), TOY_WORKERS="2")[0] == 0
    process = start(with_flags(flags, out=str(killed)), TOY_WORKERS="2")
    kills = 0
    for least in range(2, 40, 4):
        wait_for_steps(process, killed / "metrics.jsonl", least)
        for judge in judges(process.pid)[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(judge, signal.SIGKILL)
                kills += 1
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert kills >= 3
    assert all(row.get("unscored", 0) == 0 for row in rows(killed))
    assert_same(killed, whole, 40)


@pytest.mark.runs
def test_a_full_disk_is_a_one_line_error_and_the_run_can_continue_later(quick: list[str], tmp_path: Path) -> None:
    """A limit on file sizes makes the log, the exported policy and the checkpoint fail, one after the other."""
    flags = with_flags(quick, steps="6")
    whole, poor = tmp_path / "whole", tmp_path / "poor"
    assert run(with_flags(flags, out=str(whole)))[0] == 0
    flags = [*with_flags(flags, out=str(poor)), "--resume"]
    policy = (whole / "model/model.safetensors").stat().st_size
    log = (whole / "samples.jsonl").stat().st_size // 2
    for most in (log, policy - 1, policy + 1):
        process = start(flags, most_bytes=most)
        out, err = process.communicate(timeout=240)
        assert process.returncode == 2, err
        said = [line for line in err.splitlines() if line.startswith("grpo.py: error: ")]
        assert len(said) == 1 and "File too large" in said[0] and "with --resume to continue" in said[0], err
        assert "Traceback" not in err + out
        assert_checkpoints_readable(poor)
    code, _, err = run(flags)
    assert code == 0, err
    assert_same(poor, whole, 6)


@pytest.mark.runs
def test_a_run_lengthened_to_twice_its_steps_equals_one_of_that_length(quick: list[str], tmp_path: Path) -> None:
    whole, longer = tmp_path / "whole", tmp_path / "longer"
    assert run(with_flags(quick, out=str(whole), steps="6"))[0] == 0
    assert run(with_flags(quick, out=str(longer), steps="3"))[0] == 0
    flags = with_flags(quick, out=str(longer), steps="6")
    code, _, err = run(flags)
    assert code == 2 and "holds this run with 3 steps; add --resume to go on to 6" in err
    code, _, err = run([*flags, "--resume"])
    assert code == 0, err
    # The last step of the shorter run was evaluated, too; nothing else differs.
    evaluated = [
        {k: v for k, v in row.items() if row["step"] != 3 or not k.startswith("eval/")} for row in rows(longer)
    ]
    assert evaluated == [
        {k: v for k, v in row.items() if row["step"] != 3 or not k.startswith("eval/")} for row in rows(whole)
    ]
    for name, tensor in weights(whole).items():
        assert torch.equal(weights(longer)[name], tensor), name
