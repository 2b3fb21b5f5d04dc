"""Episodes of several attempts: what was written by whom, what it pays, and the tiny policy that has seen feedback."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from r1.datasets.families import families_of
from r1.datasets.source import Procedural
from r1.trainers.command_line import parse
from r1.trainers.grpo import main
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import Request, Sample, SamplingParams
from r1.trainers.rollout.episodes import play
from r1.trainers.rollout.local import LocalEngine
from r1.trainers.tiny.cold_start import tiny_policy
from r1.trainers.tiny.turns import openings, pairs

TASKS = [Procedural("code", dict(families_of("code")), level=0, seed=3).at("train", i) for i in range(12)]


class Answering:
    """An environment of two places that says "no" until the third attempt, or until it hears an answer that it likes."""

    num_envs = 2

    def __init__(self, right_at: dict[str, int]) -> None:
        self.right_at, self.attempts, self.heard = right_at, np.zeros(2, dtype=int), []  # type: ignore[var-annotated]

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        mask = np.asarray(options.get("reset_mask", [True, True]))
        self.ids = options["task_id"]
        self.attempts[mask] = 0
        return tuple(f"ask {i}" for i in self.ids), {}

    def step(self, actions: Any) -> Any:
        self.heard.append(tuple(actions))
        self.attempts += 1
        right = np.array([self.attempts[i] >= self.right_at[task_id] for i, task_id in enumerate(self.ids)])
        out = self.attempts >= 3
        rewards = np.where(right, 1.0 / self.attempts, 0.0)
        return ("no", "no"), rewards, right, out & ~right, {}


class Scripted:
    """An engine that writes the numbers of its calls, and nothing where ``room`` is used up."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def generate(self, requests: Any, sampling: SamplingParams) -> list[list[Sample]]:
        self.asked += [request.prompt_ids for request in requests for _ in request.seeds]
        call = 20 + len(self.asked)
        return [[Sample(r.prompt_ids, (call, 1), (-0.5, -0.25), "stop", 7) for _ in r.seeds] for r in requests]


def test_each_turn_goes_on_from_all_that_was_said_and_only_the_policys_words_are_its_own(policy: Policy) -> None:
    env, engine = Answering({TASKS[0].id: 1, TASKS[1].id: 3}), Scripted()
    first, second = play(env, policy, engine, TASKS[:2], 1, SamplingParams(4), (0,))  # type: ignore[arg-type]
    assert (first.reward, sum(first.own), len(first.token_ids)) == (1.0, 2, 2)
    assert second.reward == pytest.approx(1 / 3)
    no = policy.encode_turn("no", 1)
    assert second.own == [True, True, *[False] * len(no), True, True, *[False] * len(no), True, True]
    assert [value for value, own in zip(second.logp, second.own, strict=True) if own] == [-0.5, -0.25] * 3
    assert engine.asked[-1] == (*second.prompt_ids, *second.token_ids[:-2]), "the last request is all before it"
    assert env.heard[1][0] == "", "an episode that is over is stepped over"


def test_a_text_that_fills_the_context_ends_in_empty_attempts_not_in_an_error(policy: Policy) -> None:
    engine = LocalEngine(policy.model, policy.pad_id)
    engine.context = len(policy.encode(None, f"ask {TASKS[1].id}")) + 3
    env = Answering({TASKS[0].id: 9, TASKS[1].id: 9})
    episodes = play(env, policy, engine, [TASKS[1]], 2, SamplingParams(8), (0,))  # type: ignore[arg-type]
    for episode in episodes:
        assert sum(episode.own) <= 3
        assert (episode.text, episode.finish) == ("", "length")
        assert len(episode.token_ids) == len(episode.own) == len(episode.logp)


def test_an_empty_completion_is_a_row_like_any_other(policy: Policy) -> None:
    from r1.trainers.learner.batch import collate
    from r1.trainers.rollout.episodes import Episode

    empty = Episode("t", "?", (5, 6), finish="length")
    batch = collate([empty, Episode("t", "?", (5,), [7, 1], [True, True], [-1.0, -1.0])], 0, policy.device)
    assert batch.own_BT.tolist() == [[False] * 3, [False, True, True]]


def test_a_prompt_without_room_is_answered_with_nothing(policy: Policy) -> None:
    engine = LocalEngine(policy.model, policy.pad_id)
    engine.context = 4
    full, short = engine.generate([Request((5, 6, 7, 8), (1,)), Request((5, 6), (1,))], SamplingParams(9))
    assert (full[0].token_ids, full[0].logp, full[0].finish) == ((), (), "length")
    assert len(short[0].token_ids) == 2


def test_openings_hold_a_real_feedback_and_what_passed_is_left_out() -> None:
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


def test_code_repair_has_a_tiny_policy_of_its_own() -> None:
    config = parse(["--env", "code-repair"])
    assert (config.template, config.sampling.max_tokens) == ("plain", 96)


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


@pytest.mark.slow
def test_the_tiny_policy_repairs_in_its_second_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two minutes: the cold start, with feedback of the real environment."""
    monkeypatch.setenv("R1_CACHE", str(tmp_path))
    model = tiny_policy("code-repair", 0)
    out = tmp_path / "run"
    flags = ["--env", "code-repair", "--model", str(model), "--template", "plain", "--max-tokens", "96", "--steps", "0"]
    assert main([*flags, "--prompts", "8", "--group", "8", "--eval-tasks", "64", "--out", str(out)]) == 0
    rows = [json.loads(line) for line in next((out / "evals").glob("*.jsonl")).read_text().splitlines()]
    paid = [row["reward"] for row in rows]
    assert (
        sum(0 < reward < 2 and row["components"]["accuracy"] == 1 for reward, row in zip(paid, rows, strict=True)) >= 4
    )
