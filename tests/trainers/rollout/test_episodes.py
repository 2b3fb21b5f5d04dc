"""Episodes of several turns: which tokens the policy wrote, and what each turn pays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from r1.datasets.families import families_of
from r1.datasets.source import Procedural
from r1.trainers.config import Config, UsageError, with_settings
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import Sample, SamplingParams
from r1.trainers.rollout.episodes import open_env, play
from r1.trainers.rollout.local import LocalEngine

TASKS = [Procedural("code", dict(families_of("code")), level=0, seed=3).at("train", i) for i in range(12)]


class Answering:
    """Two environments that answer "no" to each attempt before ``right_at`` and end after three."""

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
    """An engine whose completions contain the number of requests so far."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def generate(self, requests: Any, sampling: SamplingParams) -> list[list[Sample]]:
        self.asked += [request.prompt_ids for request in requests for _ in request.seeds]
        call = 20 + len(self.asked)
        return [[Sample(r.prompt_ids, (call, 1), (-0.5, -0.25), "stop", 7) for _ in r.seeds] for r in requests]


def test_each_turn_continues_the_whole_text_and_only_the_policys_tokens_are_own(policy: Policy) -> None:
    env, engine = Answering({TASKS[0].id: 1, TASKS[1].id: 3}), Scripted()
    first, second = play(env, policy, engine, TASKS[:2], 1, SamplingParams(4), (0,))  # type: ignore[arg-type]
    assert (first.reward, sum(first.own), len(first.token_ids)) == (1.0, 2, 2)
    assert second.reward == pytest.approx(1 / 3)
    no = policy.encode_turn("no", 1)
    assert second.own == [True, True, *[False] * len(no), True, True, *[False] * len(no), True, True]
    assert [value for value, own in zip(second.logp, second.own, strict=True) if own] == [-0.5, -0.25] * 3
    assert engine.asked[-1] == (*second.prompt_ids, *second.token_ids[:-2]), (
        "the last request has all of the text before it"
    )
    assert env.heard[1][0] == "", "a finished episode gets an empty action"


def test_a_text_that_fills_the_context_leads_to_empty_attempts(policy: Policy) -> None:
    engine = LocalEngine(policy.model, policy.pad_id)
    engine.context = len(policy.encode(None, f"ask {TASKS[1].id}")) + 3
    env = Answering({TASKS[0].id: 9, TASKS[1].id: 9})
    episodes = play(env, policy, engine, [TASKS[1]], 2, SamplingParams(8), (0,))  # type: ignore[arg-type]
    for episode in episodes:
        assert sum(episode.own) <= 3
        assert (episode.text, episode.finish) == ("", "length")
        assert len(episode.token_ids) == len(episode.own) == len(episode.logp)


def test_an_environment_of_ones_own_is_named_by_module_and_id(tmp_path, monkeypatch) -> None:
    import gymnasium as gym

    (tmp_path / "mine_of_a_test.py").write_text(
        "import r1\n"
        "r1.register('mine/sum-v0', tasks=[{'prompt': '1+1=', 'answer': '2'}] * 2, verifier=lambda text, truth: truth['answer'] in text)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    try:
        env = open_env(
            with_settings(Config(), {"env": "mine_of_a_test:mine/sum-v0", "prompts": 1, "group": 2, "workers": 1})
        )
        env.reset(options={"index": 0})
        assert env.step(["2", "3"])[1].tolist() == [1.0, 0.0]
        env.close()
    finally:
        gym.registry.pop("mine/sum-v0", None)


def test_an_environment_without_tasks_is_refused_with_the_remedy() -> None:
    with pytest.raises(
        UsageError, match=r"--env CartPole-v1: not a text environment .* r1\.register\('my/env-v0'"
    ) as caught:
        open_env(with_settings(Config(), {"env": "CartPole-v1"}))
    assert "\n" not in str(caught.value)
