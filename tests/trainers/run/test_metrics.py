"""Metrics: means over scored episodes, and a log that survives kills and rewinds."""

from __future__ import annotations

import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from r1.trainers.rollout.episodes import Episode
from r1.trainers.run.metrics import MetricsLog, episode_metrics, has_signal


def episode(reward: float, own: int, finish: str = "stop", failure: str = "") -> Episode:
    return Episode(
        *("t", "?", (1, 2), [5] * (own + 1), [True] * own + [False], [-1.0] * (own + 1)),
        reward=reward,
        components={"accuracy": reward},
        finish=finish,
        failure=failure,
    )


def test_means_by_hand() -> None:
    """Two groups of two: an unscored episode counts for lengths, not for rewards; tokens of the environment never count."""
    episodes = [episode(1.0, 2), episode(0.0, 4, "length", "wrong"), episode(1.0, 6), episode(math.nan, 8)]
    assert episode_metrics(episodes, 2) == {
        "reward": 2 / 3,
        "reward/accuracy": 2 / 3,
        "length": 5.0,
        "length/p90": 8,
        "length/right": 4.0,
        "length/wrong": 4.0,
        "truncated": 0.25,
        "unscored": 1,
        "groups_without_signal": 0.5,
        "tokens": 20,
    }


def test_without_scored_episodes_means_are_none() -> None:
    metrics = episode_metrics([episode(math.nan, 1)] * 2, 2)
    assert (metrics["reward"], metrics["length/right"], metrics["unscored"]) == (None, None, 2)


@given(st.lists(st.sampled_from([0.0, 0.5, math.nan]), min_size=1, max_size=5))
def test_a_group_has_a_signal_if_two_scored_rewards_differ(rewards: list[float]) -> None:
    assert has_signal([episode(r, 1) for r in rewards]) is (0.0 in rewards and 0.5 in rewards)


def test_a_line_that_a_kill_cut_off_is_ignored(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path / "metrics.jsonl")
    assert log.read() == []
    log.write(0, {"reward": 0.5})
    log.write(1, {"text": "größer"})
    with log.path.open("a") as file:
        file.write('{"step": 2, "rew')
    assert log.read() == [{"step": 0, "reward": 0.5}, {"step": 1, "text": "größer"}]


def test_rewinding_deletes_later_steps(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path / "metrics.jsonl")
    for step in range(4):
        log.write(step, {})
    log.rewind(1)
    log.write(2, {"again": True})
    assert log.read() == [{"step": 0}, {"step": 1}, {"step": 2, "again": True}]
