"""The configuration: defaults, placement, and combinations of settings that exclude each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from r1.trainers.command_line import parse
from r1.trainers.config import Config, UsageError


def test_the_default_is_r1s_group_size_and_reference_interval() -> None:
    config = Config()
    assert (config.sampling.group, config.sampling.prompts, config.objective.ref_every) == (16, 32, 400)


def test_r1s_epsilon_is_legal() -> None:
    assert parse(["--clip-low", "10", "--clip-high", "10"]).objective.clip_low == 10


def test_single_samples_are_allowed_with_a_batch_baseline() -> None:
    assert parse(["--model", "x", "--group", "1", "--objective", "reinforce_pp"]).sampling.group == 1


@pytest.mark.parametrize(
    ("flags", "on_ray", "colocated"),
    [
        ([], False, False),
        (["--learners", "2"], True, True),
        (["--nodes", "2"], True, True),
        (["--rollouts", "1"], True, False),
    ],
)
def test_learners_also_sample_unless_there_are_rollout_actors(flags: list[str], on_ray: bool, colocated: bool) -> None:
    placement = parse(["--model", "x", *flags]).placement
    assert (placement.on_ray, placement.colocated) == (on_ray, colocated)


def test_an_impossible_placement_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--staleness 1: .* --rollouts"):
        parse(["--learners", "2", "--staleness", "1"])
    assert parse(["--learners", "2", "--rollouts", "1", "--staleness", "1"]).objective.correction == "tis"
    file = tmp_path / "run.yaml"
    file.write_text("tensor_parallel: 2\n")
    spread = ["--rollout", "vllm", "--config", str(file)]
    with pytest.raises(UsageError, match=r"--learners 3: must be a multiple of tensor_parallel \(2\)"):
        parse([*spread, "--learners", "3"])
    assert parse([*spread, "--learners", "4"]).placement.engine_width == 2
    with pytest.raises(UsageError, match=r"--nodes must be .* at least 1, got 0"):
        parse(["--nodes", "0"])


def test_stale_samples_get_a_correction_by_default() -> None:
    assert parse(["--model", "x", "--staleness", "1"]).objective.correction == "tis"
    assert parse(["--model", "x", "--staleness", "1", "--correction", "seq_mis"]).objective.correction == "seq_mis"
    assert parse(["--model", "x"]).objective.correction == "none"
    with pytest.raises(UsageError, match="--staleness 2"):
        parse(["--model", "x", "--staleness", "2"])
    for flags in (["--rollout", "nonsense", "--learners", "2"], ["--rollout", "http://x", "--rollouts", "1"]):
        with pytest.raises(UsageError, match="--rollout"):
            parse(["--model", "x", *flags])
