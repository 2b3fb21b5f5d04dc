"""The command line: few flags, kept from growing; files and flags in their order; mistakes said in one line."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from r1.trainers.command_line import parse
from r1.trainers.config import Config, Placement, UsageError
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


def test_the_nearer_to_the_user_wins(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("objective: dapo\nsampling:\n  group: 7\nclip_low: 0.1\nlr: 0.5\n")
    config = parse(["--config", str(file), "--lr", "0.25", "--model", "x"])
    assert config.objective.clip_high == OBJECTIVES["dapo"]["clip_high"]
    assert (config.objective.clip_low, config.sampling.group, config.optim.lr) == (0.1, 7, 0.25)


def test_without_a_model_the_tiny_policys_settings_hold_unless_a_flag_says_otherwise() -> None:
    assert parse(["--env", "math"]).template == "plain"
    assert parse(["--env", "math", "--steps", "3"]).steps == 3
    assert parse(["--env", "math", "--model", "x"]).template is None


def test_r1s_epsilon_is_legal() -> None:
    assert parse(["--clip-low", "10", "--clip-high", "10"]).objective.clip_low == 10


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("grup: 3", "did you mean 'group'"), ("group: many", "group"), ("- 1", "a mapping"), ("a: [", "not YAML")],
)
def test_a_mistake_in_the_file_is_said(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=re.escape(complaint)):
        parse(["--config", str(file)])


def test_the_default_is_r1s_group_size_and_reference_interval() -> None:
    config = Config()
    assert (config.sampling.group, config.sampling.prompts, config.objective.ref_every) == (16, 32, 400)


@pytest.mark.parametrize(
    ("flags", "on_ray", "colocated"),
    [
        ([], False, False),
        (["--learners", "2"], True, True),
        (["--nodes", "2"], True, True),
        (["--rollouts", "1"], True, False),
    ],
)
def test_whoever_trains_draws_too_where_no_actors_are_asked_for(
    flags: list[str], on_ray: bool, colocated: bool
) -> None:
    placement = parse(["--model", "x", *flags]).placement
    assert (placement.on_ray, placement.colocated) == (on_ray, colocated)


def test_a_placement_that_cannot_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--staleness 1: .* --rollouts"):
        parse(["--learners", "2", "--staleness", "1"])
    assert parse(["--learners", "2", "--rollouts", "1", "--staleness", "1"]).objective.correction == "tis"
    file = tmp_path / "run.yaml"
    file.write_text("tensor_parallel: 2\n")
    spread = ["--rollout", "vllm", "--config", str(file)]
    with pytest.raises(UsageError, match=r"--learners 3: must be a multiple of tensor_parallel \(2\)"):
        parse([*spread, "--learners", "3"])
    assert parse([*spread, "--learners", "4"]).placement.engine_width == 2
    with pytest.raises(UsageError, match="--nodes must be .* at least 1, got 0"):
        parse(["--nodes", "0"])


def test_a_run_may_go_on_with_other_numbers_of_machines() -> None:
    from r1.trainers.run.directory import FREE_TO_CHANGE

    assert {f.name for f in dataclasses.fields(Placement)} - FREE_TO_CHANGE == {
        "rollout"
    }  # another engine, other samples


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
def test_a_wrong_flag_is_said_in_one_line(flags: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match=said) as error:
        parse(["--model", "x", *flags.split()])
    assert "\n" not in str(error.value)
    assert capsys.readouterr().err == ""


def test_one_completion_a_task_is_enough_where_the_batch_is_the_baseline() -> None:
    assert parse(["--model", "x", "--group", "1", "--objective", "reinforce_pp"]).sampling.group == 1
