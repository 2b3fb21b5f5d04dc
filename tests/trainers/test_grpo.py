"""Runs as a user starts them: from start to end, with their own model and data, misused, interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from shared_data import ROOT, SUPPORT
from training import rows, run, start, with_flags

from r1.trainers import grpo
from r1.trainers.config import Config, UsageError
from r1.trainers.learner.protocol import LearnerDied
from r1.trainers.rollout.engine import EngineError
from r1.trainers.run.interrupt import Stopped


@pytest.mark.runs
def test_resuming_a_finished_run_only_prints_its_report(quick: list[str]) -> None:
    first, again = run(quick), run([*quick, "--resume"])
    assert first[0] == again[0] == 0
    assert "report.html" in again[1]
    assert "step 1/" not in again[2]


@pytest.mark.runs
def test_a_run_that_stops_improving_ends_early_and_keeps_the_best(quick: list[str], tmp_path: Path) -> None:
    """With a learning rate of 0 nothing improves. The metrics also go to TensorBoard's files."""
    settings = tmp_path / "run.yaml"
    settings.write_text("patience: 2\ntrack: tensorboard\n")
    flags = with_flags(quick, lr="0", steps="50", eval_every="1", save_every="50", config=str(settings))
    code, said, err = run(flags)
    assert code == 0, err
    out = Path(quick[quick.index("--out") + 1])
    assert [row["step"] for row in rows(out)] == [0, 1, 2]
    assert "after 2 steps" in said
    assert (out / "checkpoints/step-00000002/state.pt").exists()
    assert (out / "best").resolve().name == "best-00000000"
    assert (out / "best/model.safetensors").read_bytes() == (out / "model/model.safetensors").read_bytes()
    assert list((out / "tensorboard").glob("events*"))
    assert run([*flags, "--resume"])[0] == 0
    assert len(rows(out)) == 3


@pytest.mark.parametrize("staleness", ["0", "1"])
def test_control_c_ends_with_a_checkpoint_and_tells_how_to_continue(quick: list[str], staleness: str) -> None:
    flags = with_flags(quick, steps="100000", save_every="100000", staleness=staleness)
    process = start(flags, TOY_WORKERS="2")
    out = Path(quick[quick.index("--out") + 1])
    log, until = out / "metrics.jsonl", time.monotonic() + 120
    while (not log.exists() or len(log.read_text().splitlines()) < 3) and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, so that the judges get it, too
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    last = rows(out)[-1]["step"]
    assert err.splitlines()[-1] == (
        f"grpo.py: stopped after step {last}; to continue, run the same command with --resume"
    )
    assert (out / f"checkpoints/step-{last:08d}/state.pt").exists()
    assert rows(out)[-1]["unscored"] == 0


@pytest.mark.runs
def test_a_users_own_model_and_rows_can_be_trained(quick: list[str], model_dir: Path, tmp_path: Path) -> None:
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


@pytest.mark.runs
def test_it_also_runs_as_a_module(quick: list[str], tmp_path: Path) -> None:
    flags = with_flags(quick, steps="1")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SUPPORT))}
    made = subprocess.run(
        [sys.executable, "-m", "r1.trainers.grpo", *flags], cwd=tmp_path, env=env, capture_output=True
    )
    assert made.returncode == 0, made.stderr.decode()


def test_unscored_completions_are_dropped_and_counted(quick: list[str]) -> None:
    code, _, err = run(with_flags(quick, steps="2"), TOY_LOSES="1")
    assert code == 0, err
    trained = rows(Path(quick[quick.index("--out") + 1]))[1:]
    assert sum(row["unscored"] for row in trained) > 0
    for row in trained:
        assert row["unscored"] < 12
        assert row["reward"] > 0, "letters pay, and an unscored completion does not count as 0"


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"env": "maths"}, "did you mean 'math'"),
        ({"env": "nothing-like-it"}, "expected one of: math, code"),
        ({"model": "./not/there"}, "./not/there"),
        ({"dataset": "not-there.jsonl"}, "no such task file"),
        ({"device": "cuda"}, "cuda"),
        ({"steps": "-3"}, "--steps must be a finite number of at least 0, got -3"),
        ({"group": "0"}, "--group must be a finite number of at least 1, got 0"),
        ({"level": "99", "env": "math"}, "level 99"),
        ({"config": "not-there.yaml"}, "not-there.yaml"),
        ({"rollout": "teleport"}, "teleport"),
        ({"out": "/proc/nothing"}, "--out /proc/nothing"),
    ],
)
def test_bad_input_is_a_one_line_error(quick: list[str], changed: dict[str, str], complaint: str) -> None:
    if changed.get("device") == "cuda" and torch.cuda.is_available():
        pytest.skip("needs hardware: a machine without a GPU")
    code, _, err = run(with_flags(quick, **changed))
    assert code != 0
    assert "Traceback" not in err
    assert complaint in err
    assert len(err.strip().splitlines()) == 1 or "teleport" in err  # tyro frames its own errors


def test_a_broken_row_is_named_by_file_and_line(quick: list[str], tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "1+1=", "answer": "2"}\n{"question": "2+2="}\n')
    code, _, err = run(with_flags(quick, env="math", dataset=str(path)))
    assert code != 0
    assert f"{path}:2:" in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.runs
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
    assert all(len(path.read_text().splitlines()) <= 400 for path in (ROOT / "trainers").rglob("*.py"))


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UsageError("--model x: not there"), 2, "error: --model x"),
        (EngineError("no rollout actor is left"), 1, "stopped: no rollout actor is left"),
        (LearnerDied("a learner rank died"), 1, "stopped: a learner rank died"),
        (FloatingPointError("gradient norm nan"), 1, "stopped: gradient norm nan"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB. GPU 0"), 1, "fewer --tokens"),
        (Stopped(7, signal.SIGINT), 130, "stopped after step 7; to continue, run the same command with --resume"),
        (Stopped(7, signal.SIGTERM), 143, "stopped after step 7; to continue, run the same command with --resume"),
        (KeyboardInterrupt(), 130, "--resume"),
    ],
)
def test_every_failure_is_one_line_and_an_exit_status(
    error: BaseException, status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ends(config: Config) -> None:
        raise error

    monkeypatch.setattr(grpo, "train", ends)
    assert grpo.main(["--model", "x"]) == status
    text = capsys.readouterr().err.strip().splitlines()
    assert said in text[-1] and text[-1].startswith("grpo.py: ")


def test_after_a_learner_rank_died_the_run_resumes_up_to_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[bool, bool]] = []

    def dies(config: Config) -> None:
        tried.append((config.resume, config.overwrite))
        raise LearnerDied("a learner rank died")

    monkeypatch.setattr(grpo, "train", dies)
    with pytest.raises(LearnerDied):
        grpo.train_on(Config(overwrite=True))
    assert tried == [(False, True), *[(True, False)] * 3]
