"""Conversations with feedback, for the cold start of code-repair."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from r1.datasets.families import families_of
from r1.datasets.source import Procedural
from r1.trainers.grpo import main
from r1.trainers.tiny.turns import openings, pairs

TASKS = [Procedural("code", dict(families_of("code")), level=0, seed=3).at("train", i) for i in range(12)]


def test_openings_contain_feedback_and_skip_right_attempts() -> None:
    def feedback(tasks: Any, attempts: Any) -> list[str]:
        return ["" if i == 1 else f"no: {i}" for i in range(len(attempts))]

    opened = openings(TASKS, feedback, "<eos>", random.Random(0))
    assert [task.id for task, _ in opened] == [task.id for i, task in enumerate(TASKS) if i != 1]
    for task, text in opened:
        assert text.startswith(task.question)
        assert "<eos>no: " in text
    made = pairs(TASKS * 10, opened, random.Random(0))
    questions = [prompt for prompt, _ in made if "<eos>" not in prompt]
    assert 40 < len(questions) < 80
    assert set(questions) == {task.question for task in TASKS}, "first attempts of every family"
    assert {prompt for prompt, _ in made} - set(questions) == {text for _, text in opened}


def test_code_repair_trains(model_dir: Path, tmp_path: Path) -> None:
    flags = [
        "--steps",
        "1",
        "--prompts",
        "2",
        "--group",
        "2",
        "--max-tokens",
        "6",
        "--eval-tasks",
        "2",
        "--eval-samples",
        "1",
    ]
    out = tmp_path / "run"
    assert (
        main(["--env", "code-repair", "--model", str(model_dir), "--template", "plain", *flags, "--out", str(out)]) == 0
    )
    (row,) = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()][1:]
    assert row["tokens"] > 4 * 6, "three attempts of six tokens each, but for a stop token here and there"
