"""Weighted: the combined rewards, unscored components, and batches that equal single calls."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.verdict import Status, Verdict, unscored
from r1.verifiers.weighted import Weighted, judge_many


class Scripted:
    """Takes its reward from the truth; None gives an unscored verdict."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        reward = truth.get(self.name)
        if reward is None:
            return unscored("lost")
        return Verdict(Status.PASS if reward >= 1 else Status.FAIL, reward, {}, self.name)


class ScriptedMany(Scripted):
    def many(self, completions: list[str], truths: list[Mapping[str, Any]]) -> list[Verdict]:
        return [self(c, t) for c, t in zip(completions, truths, strict=True)]


def make(combine: Any = "add") -> Weighted:
    return Weighted({"accuracy": (2.0, Scripted("a")), "format": (0.5, ScriptedMany("b"))}, combine=combine)


rewards = st.none() | st.floats(0, 1)


@given(st.lists(st.tuples(rewards, rewards), max_size=6), st.sampled_from(["add", "gate", "normalise"]))
def test_a_batch_gets_the_verdicts_of_single_calls(pairs: list[tuple[Any, Any]], combine: str) -> None:
    truths = [{"a": a, "b": b} for a, b in pairs]
    verifier = make(combine)
    assert verifier.many(["x"] * len(truths), truths) == [verifier("x", truth) for truth in truths]


@given(st.floats(0, 1), st.floats(0, 1))
def test_rewards_are_combined_as_documented(a: float, b: float) -> None:
    truth = {"a": a, "b": b}
    assert make()("x", truth).reward == 2 * a + 0.5 * b
    assert make("normalise")("x", truth).reward == (2 * a + 0.5 * b) / 2.5
    assert make("gate")("x", truth).reward == (2 * a if b >= 1 else 0.0)
    assert make()("x", truth).parts == {"accuracy": a, "format": b}


@pytest.mark.parametrize("truth", [{"a": None, "b": 1.0}, {"a": 1.0, "b": None}])
def test_one_unscored_component_makes_the_verdict_unscored(truth: dict[str, Any]) -> None:
    verdict = make()("x", truth)
    assert verdict.status is Status.UNSCORED
    assert verdict.reward is None


def test_the_primary_component_gives_the_status() -> None:
    assert make()("x", {"a": 1.0, "b": 1.0}).status is Status.PASS
    assert make()("x", {"a": 1.0, "b": 0.0}).status is Status.FAIL
    assert make()("x", {"a": 0.0, "b": 1.0}).status is Status.FAIL


@pytest.mark.parametrize(
    ("components", "combine", "complaint"),
    [
        ({}, "add", "at least one component"),
        ({"a": (1.0, Scripted("a"))}, "mean", "unknown combine 'mean'; expected one of: add, gate, normalise"),
        ({"a": (float("nan"), Scripted("a"))}, "add", "weight of 'a' must be finite, got nan"),
    ],
)
def test_a_bad_option_is_named_in_the_error(components: Any, combine: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Weighted(components, combine=combine)


def test_it_travels_to_another_process_and_checks_lengths() -> None:
    assert pickle.loads(pickle.dumps(make()))("x", {"a": 1.0, "b": 0.0}).reward == 2.0
    with pytest.raises(ValueError, match="1 completions for 2 truths"):
        judge_many(make(), ["x"], [{}, {}])
