"""The tiny policy's directory says the same when it is read back, and its traces are what they claim to be."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from training import rows

from r1.datasets.families import families_of
from r1.datasets.source import Procedural
from r1.envs.prompts import template_of
from r1.trainers.grpo import main
from r1.trainers.policy.policy import Policy, load_policy
from r1.trainers.tiny.model import CHARACTERS, TAGS, make_model, make_tokenizer
from r1.trainers.tiny.traces import WRITERS, write
from r1.verifiers.math import Math
from r1.verifiers.think import Think

TEXT = "".join(CHARACTERS) + "fix g(b,d):b plus d\ndef g(b,d):return b*d+9" + "".join(TAGS)


def test_a_policy_read_back_reads_and_scores_as_the_one_that_was_saved(tmp_path: Path) -> None:
    tokenizer = make_tokenizer()
    made = Policy(make_model(len(tokenizer), seed=3), tokenizer)
    made.export(tmp_path)
    read = load_policy(str(tmp_path), torch.device("cpu"))
    assert read.encode(None, TEXT) == made.encode(None, TEXT)
    assert read.decode(read.encode(None, TEXT)) == TEXT
    ids_BT = torch.tensor([made.encode(None, TEXT)])
    mask_BT = torch.ones_like(ids_BT, dtype=torch.bool)
    mask_BT[:, 0] = False
    assert torch.equal(read.logp(ids_BT, mask_BT, 1.0)[0], made.logp(ids_BT, mask_BT, 1.0)[0])


@pytest.mark.parametrize("domain", ["math", "code"])
def test_every_task_of_the_easiest_level_and_every_trace_is_within_the_tokenizers_characters(domain: str) -> None:
    tokenizer, rng = make_tokenizer(), random.Random(0)
    families = {name: family for name, family in families_of(domain).items() if name in WRITERS}
    source = Procedural(domain, families, level=0, seed=5)
    for task in (source.at("train", i) for i in range(200)):
        for text in (task.question, write(task, rng, habit_share=0.5)):
            assert tokenizer.unk_token_id not in tokenizer(text)["input_ids"], text


def test_a_trace_without_a_habit_is_right_and_one_with_a_habit_is_not() -> None:
    think, judge, rng = Think(template_of("plain").think), Math(), random.Random(1)
    source = Procedural("math", dict(families_of("math")), level=0, seed=7)
    for task in (source.at("train", i) for i in range(150)):
        right, wrong = write(task, rng, habit_share=0.0), write(task, rng, habit_share=1.0)
        assert judge(right, task.truth).reward == think(right, {}).reward == 1.0
        # a habit that changes nothing here (no carry to forget) leaves the trace as it is
        assert wrong == right or 0.0 in (judge(wrong, task.truth).reward, think(wrong, {}).reward)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_drawn_one_step_ahead_the_policy_learns_as_much(tmp_path: Path) -> None:
    """Runs as the user's; each starts from about 40 % of held-out answers right. A minute, and the cold start's before it."""
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
