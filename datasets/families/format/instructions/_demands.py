"""Demands: instructions in IFEval's form, each with its wording, a way to follow it and ways to break it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1.datasets.families.format.instructions._draft import TOPICS, Draft, sample_paragraphs

Options = dict[str, Any]


@dataclass(frozen=True)
class Demand:
    """One kind of instruction.

    Attributes:
        kind: its name in IFEval.
        choose: draws its arguments for the current text, from which counts are taken.
        ask: the wording in the prompt.
        shape: changes the draft so that it follows the demand.
        spoil: makes texts that break the demand from one that follows it.
        holds: whether a text follows the demand, computed independently of the verifier.
        measures: whether the demand is about counts of the finished text; such demands are drawn last.
        rivals: other kinds that no text can follow together with this one.
    """

    kind: str
    choose: Callable[[random.Random, str], Options]
    ask: Callable[[Options], str]
    shape: Callable[[Draft, Options], None]
    spoil: Callable[[str, Options], list[str]]
    holds: Callable[[str, Options], bool]
    measures: bool = False
    rivals: frozenset[str] = frozenset()


def nothing(draft: Draft, options: Options) -> None:
    """The shape of a demand that leaves the draft as it is."""


class Demanding:
    """Base of the families made of demands: level n combines n + 1 demands of a pool."""

    name: str
    version = 1
    levels = range(5)
    pool: Sequence[Demand]
    always: Sequence[Demand] = ()

    def generate(self, level: int, rng: random.Random) -> Mapping[str, Any]:
        paragraphs = sample_paragraphs(rng)
        demands = self._pick(level + 1, rng)
        draft, asked = Draft([list(sentences) for sentences in paragraphs]), []
        for demand in sorted(demands, key=lambda demand: demand.measures):
            options = demand.choose(rng, draft.text())
            demand.shape(draft, options)
            asked.append([demand.kind, options])
        return {"topic": rng.choice(TOPICS), "paragraphs": paragraphs, "asked": asked}

    def _pick(self, count: int, rng: random.Random) -> list[Demand]:
        """``count`` demands without rivals, chosen in random order; tried again if an order does not give enough."""
        while True:
            picked = [rng.choice(list(self.always))] if self.always else []
            for demand in rng.sample(list(self.pool), len(self.pool)):
                if len(picked) == count:
                    return picked
                if not any(_rivals(demand, other) for other in picked):
                    picked.append(demand)
            if len(picked) == count:
                return picked

    def _demand(self, kind: str) -> Demand:
        return next(demand for demand in (*self.always, *self.pool) if demand.kind == kind)

    def canonical(self, instance: Mapping[str, Any]) -> Any:
        return [instance["topic"], sorted(map(str, instance["asked"]))]

    def bounds(self, level: int) -> float:
        return 5.0 + 4.0 * level

    def render(self, instance: Mapping[str, Any]) -> str:
        asked = [f"- {self._demand(kind).ask(options)}" for kind, options in instance["asked"]]
        return f"Write a short English text about {instance['topic']}.\n" + "\n".join(asked)

    def truth(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        kinds, options = zip(*instance["asked"], strict=True)
        return {
            "verifier": "instructions",
            "instruction_id_list": list(kinds),
            "kwargs": [dict(one) for one in options],
        }

    def solution(self, instance: Mapping[str, Any]) -> str:
        draft = Draft([list(sentences) for sentences in instance["paragraphs"]])
        for kind, options in instance["asked"]:
            self._demand(kind).shape(draft, options)
        return draft.text()

    def check(self, instance: Mapping[str, Any], answer: str) -> bool:
        """Check each demand by its `holds`."""
        return all(self._demand(kind).holds(answer, options) for kind, options in instance["asked"])

    def mutations(self, instance: Mapping[str, Any], good: str) -> list[str]:
        return [bad for kind, options in instance["asked"] for bad in self._demand(kind).spoil(good, options)]


def _rivals(one: Demand, other: Demand) -> bool:
    return one.kind == other.kind or other.kind in one.rivals or one.kind in other.rivals


def draw_relation(rng: random.Random) -> str:
    return rng.choice(["at least", "less than"])


def bound(rng: random.Random, count: int, relation: str, slack: int) -> int:
    """A random number, at most ``slack`` away, such that ``count`` is in ``relation`` to it."""
    return max(2, count - rng.randint(0, slack)) if relation == "at least" else count + rng.randint(1, slack)


def satisfies(count: int, number: int, relation: str) -> bool:
    return count >= number if relation == "at least" else count < number
