"""The command line: its flags, their precedence over files and presets, and one-line errors."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from r1.trainers.command_line import SET_ONLY, parse
from r1.trainers.config import Config, UsageError, flat
from r1.trainers.presets import OBJECTIVES

FLAGS = {
    "env", "model", "dataset", "level", "template", "steps", "seed", "out", "resume", "overwrite", "unsafe-sandbox", "config",
    "prompts", "group", "max-tokens", "temperature", "staleness", "objective", "clip-low", "clip-high", "kl-coef", "ref-every", "epochs",
    "minibatches", "advantage-scale", "correction", "lr", "warmup", "tokens", "dtype", "rollout", "device", "workers",
    "learners", "rollouts", "nodes", "eval-tasks", "eval-samples", "eval-every", "save-every",
}  # fmt: skip


def test_the_list_of_flags_does_not_grow(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    shown = set(re.findall(r"^│ --([a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    assert shown <= FLAGS, shown - FLAGS
    assert len(FLAGS) <= 40


def test_flags_take_precedence_over_the_file_and_the_file_over_the_objective(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("objective: dapo\nsampling:\n  group: 7\nclip_low: 0.1\nlr: 0.5\n")
    config = parse(["--config", str(file), "--lr", "0.25", "--model", "x"])
    assert config.objective.clip_high == OBJECTIVES["dapo"]["clip_high"]
    assert (config.objective.clip_low, config.sampling.group, config.optim.lr) == (0.1, 7, 0.25)


def test_without_a_model_the_tiny_policys_settings_are_the_defaults() -> None:
    assert parse(["--env", "math"]).template == "plain"
    assert parse(["--env", "math", "--steps", "3"]).steps == 3
    assert parse(["--env", "math", "--model", "x"]).template is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("grup: 3", "did you mean 'group'"), ("group: many", "group"), ("- 1", "a mapping"), ("a: [", "not YAML")],
)
def test_a_mistake_in_the_file_is_reported(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=re.escape(complaint)):
        parse(["--config", str(file)])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ("--steps abc", "--steps: invalid literal.*'abc'"),
        ("--bogus 1", "Unrecognized options: --bogus"),
        ("--prompt 3", "did you mean --prompts"),
        ("--objective gpro", "'gpro'.*'grpo', 'dr_grpo'"),
        ("--lr", "Missing value.*--lr"),
        ("--lr -1", "--lr must be .* at least 0, got -1.0"),
        ("--lr nan", "--lr must be a finite number .* got nan"),
        ("--kl-coef inf", "--kl-coef must be a finite number .* got inf"),
        ("--temperature nan", "--temperature must be .* got nan"),
        ("--temperature inf", "--temperature must be .* got inf"),
        ("--workers -2", "--workers must be .* at least 0, got -2"),
        ("--group 1", "--group must be at least 2 because advantages are relative to the group"),
    ],
)
def test_a_wrong_flag_is_a_one_line_error(flags: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match=said) as error:
        parse(["--model", "x", *flags.split()])
    assert "\n" not in str(error.value)
    assert capsys.readouterr().err == ""


def test_code_repair_has_its_own_tiny_settings() -> None:
    config = parse(["--env", "code-repair"])
    assert (config.template, config.sampling.max_tokens) == ("plain", 96)


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["--lora-rank", "8"], "--lora-rank is no flag; write --set lora_rank=VALUE, or lora_rank: VALUE in a file"),
        (["--track=wandb"], "--track is no flag; write --set track=VALUE"),
        (["--set"], "--set : expected name=value, such as --set lora_rank=8"),
        (["--set", "lora_rank"], "--set lora_rank: expected name=value"),
        (["--set", "lora_rnk=8"], "--set lora_rnk=8: unknown setting 'lora_rnk'; did you mean 'lora_rank'?"),
        (["--set", "lora_rank=many"], "--set lora_rank=many: lora_rank: Input should be a valid integer"),
        (
            ["--set", "track=paper"],
            "--set track=paper: track: Input should be 'none', 'tensorboard', 'wandb' or 'trackio'",
        ),
        (["--set", "config=a.yaml"], "unknown setting 'config'"),
    ],
)
def test_a_setting_without_a_flag_is_named_with_the_way_to_set_it(argv: list[str], complaint: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(argv)
    assert complaint in str(error.value) and "\n" not in str(error.value)


def test_every_setting_can_be_set() -> None:
    for name, value in flat(Config()).items():
        if name in SET_ONLY:
            text = "null" if value is None else json.dumps(value)
            assert flat(parse(["--set", f"{name}={text}"]))[name] == value, name
    assert parse(["--set", "lora_rank=8", "--steps", "3", "--set", "stop=[a, b]"]).sampling.stop == ("a", "b")
    assert parse(["--set", "lr=1e-3"]).optim.lr == 1e-3  # YAML 1.1 reads this as a text


def test_arguments_are_refused_before_torch_is_loaded() -> None:
    code = (
        "import runpy, sys\n"
        "sys.argv = ['grpo.py', '--stpes', '3']\n"
        "try: runpy.run_module('r1.trainers.grpo', run_name='__main__')\n"
        "except SystemExit as stop: print(stop.code, 'torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.stdout == "2 False\n"
    assert run.stderr == "grpo.py: error: Unrecognized options: --stpes, 3; did you mean --steps?\n"


def test_control_c_before_the_run_begins_is_one_line() -> None:
    code = (
        "import os, signal, sys\n"
        "from r1.trainers.command_line import begin\n"
        "sys.argv = ['grpo.py']\n"
        "begin()\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "grpo.py: stopped before the start\n")
