"""RayJudge on a fake Ray: every verdict is in its place, whichever actors die meanwhile."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from typing import Any

import pytest

from r1.verifiers.judge.ray_judge import RayJudge
from r1.verifiers.verdict import Status, Verdict


class Length:
    """The reward is the length; the text "bug" raises an exception."""

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        if completion == "bug":
            raise KeyError("a bug of the verifier")
        return Verdict(Status.PASS, float(len(completion)), {}, str(truth["k"]))


class ActorDied(Exception):
    pass


class TaskError(Exception):
    def __init__(self, cause: Exception) -> None:
        self.cause = cause

    def as_instanceof_cause(self) -> Exception:
        return self.cause


class Actor:
    """Judges immediately, or dies on a poisonous text; the result is fetched later."""

    def __init__(self, ray: FakeRay, actor: Any) -> None:
        self.ray, self.actor, self.dead = ray, actor, False
        self.judge = types.SimpleNamespace(remote=self._judge)

    def _judge(self, texts: list[str], truths: list[Any]) -> object:
        self.ray.chunks += 1
        answer: Any
        deadly = [text for text in texts if self.ray.poison.get(text, 0) > 0]
        if self.dead or deadly:
            for text in deadly:
                self.ray.poison[text] -= 1
            self.dead, answer = True, ActorDied()
        else:
            try:
                answer = self.actor.judge(texts, truths)
            except Exception as error:
                answer = TaskError(error)
        ref = object()
        self.ray.answers[ref] = answer
        return ref


class FakeRay(types.ModuleType):
    """Two live nodes. ``poison``: text -> number of actors that still die on it."""

    def __init__(self) -> None:
        super().__init__("ray")
        self.poison: dict[str, int] = {}
        self.answers: dict[object, Any] = {}
        self.chunks, self.alive = 0, []
        self.exceptions = types.SimpleNamespace(RayTaskError=TaskError, RayError=ActorDied)

    def nodes(self) -> list[dict[str, Any]]:
        return [{"NodeID": "a", "Alive": True}, {"NodeID": "gone", "Alive": False}, {"NodeID": "b", "Alive": True}]

    def remote(self, actor: type) -> Any:
        def make(*settings: Any) -> Actor:
            self.alive.append(Actor(self, actor(*settings)))
            return self.alive[-1]

        return types.SimpleNamespace(options=lambda **_: types.SimpleNamespace(remote=make))

    def wait(self, refs: list[object]) -> tuple[list[object], list[object]]:
        return refs[-1:], refs[:-1]  # the last call first: the order must not matter

    def get(self, ref: object) -> Any:
        if isinstance(self.answers[ref], Exception):
            raise self.answers[ref]
        return self.answers[ref]

    def kill(self, actor: Actor) -> None:
        self.alive.remove(actor)


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    fake: Any = FakeRay()
    strategies: Any = types.ModuleType("ray.util.scheduling_strategies")
    strategies.NodeAffinitySchedulingStrategy = lambda node, soft: node
    monkeypatch.setitem(sys.modules, "ray", fake)
    monkeypatch.setitem(sys.modules, "ray.util.scheduling_strategies", strategies)
    return fake


TEXTS = ["x" * n for n in range(1, 300)]
TRUTHS = [{"k": k} for k in range(299)]


def test_every_verdict_is_in_its_place_and_both_nodes_judge(ray: FakeRay) -> None:
    judge = RayJudge(Length(), workers=0)
    assert len(ray.alive) == 2
    verdicts = judge(TEXTS, TRUTHS)
    assert [v.reward for v in verdicts] == [float(len(t)) for t in TEXTS]
    assert [v.note for v in verdicts] == [str(k) for k in range(299)]
    assert ray.chunks >= 4
    assert judge([], []) == []
    judge.close()
    assert not ray.alive


def test_an_actor_that_dies_once_costs_no_verdict(ray: FakeRay) -> None:
    judge = RayJudge(Length(), workers=0)
    ray.poison["x" * 7] = 1
    assert [v.reward for v in judge(TEXTS, TRUTHS)] == [float(len(t)) for t in TEXTS]
    assert len(ray.alive) == 2 and not any(actor.dead for actor in ray.alive)


def test_only_the_answer_on_which_two_actors_died_is_unscored(ray: FakeRay) -> None:
    judge = RayJudge(Length(), workers=0)
    ray.poison["x" * 7] = 5
    verdicts = judge(TEXTS, TRUTHS)
    assert verdicts[6].status is Status.UNSCORED and verdicts[6].reward is None
    assert [v.reward for v in verdicts[7:]] == [float(len(t)) for t in TEXTS[7:]]
    assert [v.reward for v in verdicts[:6]] == [float(len(t)) for t in TEXTS[:6]]


def test_an_exception_of_the_verifier_is_raised_unchanged(ray: FakeRay) -> None:
    judge = RayJudge(Length(), workers=0)
    with pytest.raises(KeyError, match="a bug of the verifier"):
        judge(["fine", "bug"], TRUTHS[:2])
    with pytest.raises(ValueError, match="2 texts but 1 truths"):
        judge(["a", "b"], TRUTHS[:1])
