"""Runs as a user starts them: killed and resumed, on their own model and data, misused, interrupted."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from shared_data import ROOT

SCRIPT = str(ROOT / "trainers/grpo.py")
TIMES = re.compile(r"^seconds/|^tokens_per_s$")


def start(flags: list[str], cwd: Path | None = None, **env: str) -> subprocess.Popen[str]:
    everything = {**os.environ, "PYTHONPATH": str(ROOT / "tests/support"), "OMP_NUM_THREADS": "1", **env}
    return subprocess.Popen(
        [sys.executable, SCRIPT, *flags],
        cwd=cwd,
        env=everything,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs us in the background has SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def run(flags: list[str], cwd: Path | None = None, **env: str) -> tuple[int, str, str]:
    process = start(flags, cwd, **env)
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def rows(out: Path) -> list[dict[str, Any]]:
    """metrics.jsonl without what depends on the clock."""
    lines = (out / "metrics.jsonl").read_text().splitlines()
    return [{k: v for k, v in json.loads(line).items() if not TIMES.search(k)} for line in lines]


def weights(out: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(out / "model" / "model.safetensors")


def with_flags(quick: list[str], **changed: str) -> list[str]:
    flags = list(quick)
    for name, value in changed.items():
        name = f"--{name.replace('_', '-')}"
        if name in flags:
            flags[flags.index(name) + 1] = value
        else:
            flags += [name, value]
    return flags


# --- kill and resume ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variant",
    [{}, {"epochs": "2", "minibatches": "2", "save_every": "3", "kl_coef": "0.05"}, {"objective": "dapo"}],
    ids=["plain", "several passes", "dapo"],
)
def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    quick: list[str], tmp_path: Path, variant: dict[str, str]
) -> None:
    flags = with_flags(quick, steps="6", **variant)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert run(with_flags(flags, out=str(whole)))[0] == 0
    flags = [*with_flags(flags, out=str(killed)), "--resume"]
    for least in (1, 4):  # kill once before the first checkpoint of step 2 or 3 may be there, and once after it
        process = start(flags)
        until = time.monotonic() + 120
        log = killed / "metrics.jsonl"
        while process.poll() is None and time.monotonic() < until:
            if log.exists() and len(log.read_text().splitlines()) > least:
                break
            time.sleep(0.002)
        process.kill()
        process.communicate()
    code, _, err = run(flags)
    assert code == 0, err
    assert rows(killed) == rows(whole)
    assert [row["step"] for row in rows(killed)] == list(range(7))
    for name, tensor in weights(whole).items():
        assert torch.equal(weights(killed)[name], tensor), name
    assert any(row.get("grad_norm", 0) > 0 for row in rows(whole)[1:]), "nothing was learnt, so nothing was tested"


def test_a_kill_while_saving_leaves_the_checkpoint_before_it(quick: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies between writing a checkpoint and giving it its name."""
    from r1.trainers.checkpoint import Run
    from r1.trainers.config import parse

    made = Run(parse(quick))
    made.open()
    made.save(2, {"learner": {"x": torch.ones(3)}})

    def dies(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dies)
        with pytest.raises(KeyboardInterrupt):
            made.save(4, {"learner": {"x": torch.zeros(3)}})
    state = made.restore()
    assert state is not None
    assert state["step"] == 2
    assert torch.equal(state["learner"]["x"], torch.ones(3))
    assert not list((made.out / "checkpoints").glob("partial-*"))
    made._lock.close()


def test_a_finished_run_is_said_to_be_finished(quick: list[str]) -> None:
    first, again = run(quick), run([*quick, "--resume"])
    assert first[0] == again[0] == 0
    assert "report.html" in again[1]
    assert "step 1/" not in again[2]


def test_control_c_ends_with_a_line_that_says_how_to_go_on(quick: list[str]) -> None:
    process = start(with_flags(quick, steps="100000"))
    log = Path(quick[quick.index("--out") + 1]) / "metrics.jsonl"
    until = time.monotonic() + 120
    while not log.exists() and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "--resume" in err.splitlines()[-1]


# --- a user's own model and data ---------------------------------------------------------------------------------


def test_own_model_and_own_rows_take_the_same_path(quick: list[str], model_dir: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    data = tmp_path / "data"
    data.mkdir()
    for split, count in (("train", 8), ("test", 3)):
        lines = [json.dumps({"question": f"{i}+1=", "answer": f"so #### {i + 1}"}) for i in range(count)]
        (data / f"{split}.jsonl").write_text("\n".join(lines))
    flags = with_flags(quick, env="math", dataset=str(data), template="r1", steps="2", lr="1e-2")
    code, out, err = run(flags, cwd=tmp_path)
    assert code == 0, err
    home = Path(flags[flags.index("--out") + 1])
    assert out.strip().endswith("report.html")
    samples = [json.loads(line) for line in (home / "samples.jsonl").read_text().splitlines()]
    assert samples[0]["samples"][0]["note"]
    made = AutoModelForCausalLM.from_pretrained(home / "model")
    tokenizer = AutoTokenizer.from_pretrained(home / "model")
    assert made(**tokenizer("1+1=", return_tensors="pt")).logits.isfinite().all()


def test_it_runs_as_a_module_too(quick: list[str], tmp_path: Path) -> None:
    flags = with_flags(quick, steps="1")
    env = {**os.environ, "PYTHONPATH": str(ROOT / "tests/support")}
    made = subprocess.run(
        [sys.executable, "-m", "r1.trainers.grpo", *flags], cwd=tmp_path, env=env, capture_output=True
    )
    assert made.returncode == 0, made.stderr.decode()


def test_lost_verdicts_are_dropped_and_counted(quick: list[str]) -> None:
    code, _, err = run(with_flags(quick, steps="2"), TOY_LOSES="1")
    assert code == 0, err
    trained = rows(Path(quick[quick.index("--out") + 1]))[1:]
    assert sum(row["unscored"] for row in trained) > 0
    for row in trained:
        assert row["unscored"] < 12
        assert row["reward"] > 0, "letters pay, and a lost completion is no zero"


# --- misuse ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"env": "maths"}, "did you mean 'math'"),
        ({"env": "nothing-like-it"}, "there are math, code"),
        ({"model": "./not/there"}, "./not/there"),
        ({"dataset": "not-there.jsonl"}, "no such task file"),
        ({"device": "cuda"}, "cuda"),
        ({"steps": "-3"}, "--steps -3: at least 0"),
        ({"group": "0"}, "--group 0: at least 1"),
        ({"level": "99", "env": "math"}, "level 99"),
        ({"config": "not-there.yaml"}, "not-there.yaml"),
        ({"rollout": "teleport"}, "teleport"),
        ({"out": "/proc/nothing"}, "--out /proc/nothing"),
    ],
)
def test_bad_input_is_one_line(quick: list[str], changed: dict[str, str], complaint: str) -> None:
    if changed.get("device") == "cuda" and torch.cuda.is_available():
        pytest.skip("needs hardware: a machine without a GPU")
    code, _, err = run(with_flags(quick, **changed))
    assert code != 0
    assert "Traceback" not in err
    assert complaint in err
    assert len(err.strip().splitlines()) == 1 or "teleport" in err  # tyro frames what it refuses itself


def test_a_broken_row_is_named_by_file_and_line(quick: list[str], tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "1+1=", "answer": "2"}\n{"question": "2+2="}\n')
    code, _, err = run(with_flags(quick, env="math", dataset=str(path)))
    assert code != 0
    assert f"{path}:2:" in err
    assert len(err.strip().splitlines()) == 1


def test_a_directory_with_another_run_is_left_alone(quick: list[str]) -> None:
    assert run(with_flags(quick, steps="1"))[0] == 0
    before = rows(Path(quick[quick.index("--out") + 1]))
    code, _, err = run(with_flags(quick, steps="1", seed="5"))
    assert code != 0
    assert "another run" in err
    assert rows(Path(quick[quick.index("--out") + 1])) == before
    assert run([*with_flags(quick, steps="1", seed="5"), "--overwrite"])[0] == 0


def test_the_trainer_stays_readable() -> None:
    assert len((ROOT / "trainers/grpo.py").read_text().splitlines()) <= 200
    assert all(len(path.read_text().splitlines()) <= 400 for path in (ROOT / "trainers").glob("*.py"))
