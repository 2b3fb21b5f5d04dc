"""The command line: its flags, their precedence over files and presets, and one-line errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from r1.trainers.command_line import parse
from r1.trainers.config import UsageError
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
