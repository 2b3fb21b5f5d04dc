"""Demands: instructions in IFEval's form, each with its wording, a way to follow it and ways to break it.

Each task also has *base demands*, written in its prompt, so that no text that was not written for it is paid: whole English
sentences, a number of words between two bounds, two words of the topic and two from a large list. The word "text", which
every prompt holds, is forbidden, so that a copy of the prompt is no answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1.datasets.families.format.instructions._draft import Draft, sample_paragraphs
from r1.datasets.families.format.instructions._words import PLAIN, TOPICS

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
        beyond: further instructions that hold what the wording asks beyond the kind.
    """

    kind: str
    choose: Callable[[random.Random, str], Options]
    ask: Callable[[Options], str]
    shape: Callable[[Draft, Options], None]
    spoil: Callable[[str, Options], list[str]]
    holds: Callable[[str, Options], bool]
    measures: bool = False
    rivals: frozenset[str] = frozenset()
    beyond: Callable[[Options], list[tuple[str, Options]]] = lambda options: []


def nothing(draft: Draft, options: Options) -> None:
    """The shape of a demand that leaves the draft as it is."""


class Demanding:
    """Base of the families made of demands: level n combines n + 1 demands of a pool with the base demands."""

    name: str
    version = 2
    levels = range(5)
    pool: Sequence[Demand]
    always: Sequence[Demand] = ()

    def generate(self, level: int, rng: random.Random) -> Mapping[str, Any]:
        topic = rng.choice(list(TOPICS))
        nouns = [*rng.sample(TOPICS[topic], 2), *rng.sample(PLAIN, 2)]
        paragraphs = sample_paragraphs(rng, nouns)
        demands = self._pick(level + 1, rng)
        draft, asked = Draft([list(sentences) for sentences in paragraphs]), []
        for demand in sorted(demands, key=lambda demand: demand.measures):
            options = demand.choose(rng, draft.text())
            demand.shape(draft, options)
            asked.append([demand.kind, options])
        count = word_count(draft.text())
        base = {"nouns": nouns, "words": [max(25, count - rng.randint(5, 20)), count + rng.randint(5, 20)]}
        return {"topic": topic, "base": base, "paragraphs": paragraphs, "asked": asked}

    def _pick(self, count: int, rng: random.Random) -> list[Demand]:
        """``count`` demands without rivals, chosen in random order; tried again if an order does not give enough."""
        for _ in range(1000):
            picked = [rng.choice(list(self.always))] if self.always else []
            for demand in rng.sample(list(self.pool), len(self.pool)):
                if len(picked) < count and not any(_rivals(demand, other) for other in picked):
                    picked.append(demand)
            if len(picked) == count:
                return picked
        raise AssertionError(f"{self.name}: no {count} demands of the pool go together")

    def _demand(self, kind: str) -> Demand:
        return next(demand for demand in (*self.always, *self.pool) if demand.kind == kind)

    def canonical(self, instance: Mapping[str, Any]) -> Any:
        return [instance["topic"], sorted(instance["base"]["nouns"]), sorted(map(str, instance["asked"]))]

    def bounds(self, level: int) -> float:
        return 20.0 + 4.0 * level

    def render(self, instance: Mapping[str, Any]) -> str:
        (low, high), nouns = instance["base"]["words"], listed(instance["base"]["nouns"])
        asked = [f"- {self._demand(kind).ask(options)}" for kind, options in instance["asked"]]
        base = f"Write a text about {instance['topic']} in English, in whole sentences and with {low} to {high} words."
        return f'{base}\nUse the words {nouns}, and do not use the word "text".\n' + "\n".join(asked)

    def truth(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        low, high = instance["base"]["words"]
        asked = [
            ("length_constraints:number_words", {"num_words": low, "relation": "at least"}),
            ("length_constraints:number_words", {"num_words": high + 1, "relation": "less than"}),
            ("keywords:existence", {"keywords": list(instance["base"]["nouns"])}),
            ("keywords:forbidden_words", {"forbidden_words": ["text"]}),
            *((kind, options) for one in instance["asked"] for kind, options in self._stated(*one)),
        ]
        kinds, options = zip(*asked, strict=True)
        return {
            "verifier": "instructions",
            "instruction_id_list": list(kinds),
            "kwargs": [dict(one) for one in options],
            "prose": True,
        }

    def _stated(self, kind: str, options: Options) -> list[tuple[str, Options]]:
        """The instruction, and what its wording asks beyond the kind."""
        return [(kind, options), *self._demand(kind).beyond(options)]

    def solution(self, instance: Mapping[str, Any]) -> str:
        draft = Draft([list(sentences) for sentences in instance["paragraphs"]])
        for kind, options in instance["asked"]:
            self._demand(kind).shape(draft, options)
        return draft.text()

    def check(self, instance: Mapping[str, Any], answer: str) -> bool:
        """Check the base demands, and each further demand by its `holds`."""
        low, high = instance["base"]["words"]
        words = re.findall("[a-z]+", answer.lower())
        is_based = (
            low <= word_count(answer) <= high and "text" not in words and {*instance["base"]["nouns"]} <= {*words}
        )
        return is_based and all(self._demand(kind).holds(answer, options) for kind, options in instance["asked"])

    def mutations(self, instance: Mapping[str, Any], good: str) -> list[str]:
        (low, high), nouns = instance["base"]["words"], instance["base"]["nouns"]
        alone = " ".join(good.split()[: low - 1])
        listing = " ".join((nouns * low)[: (low + high) // 2])
        return [
            re.sub(rf"\b{nouns[0]}\b", "thing", good, flags=re.IGNORECASE),
            re.sub(rf"\b{nouns[-1]}\b", nouns[-1] + "ist", good, flags=re.IGNORECASE),
            alone,
            good + " It goes on." * high,
            good + " The text ends.",
            listing,
            listing.replace(" ", ". ") + ".",
            self.render(instance),
            *(bad for kind, options in instance["asked"] for bad in self._demand(kind).spoil(good, options)),
        ]


def _rivals(one: Demand, other: Demand) -> bool:
    return one.kind == other.kind or other.kind in one.rivals or one.kind in other.rivals


def word_count(text: str) -> int:
    return sum(any(map(str.isalnum, token)) for token in text.split())


def listed(words: Sequence[str], last_joined_by: str = "and") -> str:
    """The words as a prompt lists them: 'rope', 'gull' and 'pier'."""
    *first, last = map(repr, words)
    return f"{', '.join(first)} {last_joined_by} {last}" if first else last


def draw_relation(rng: random.Random) -> str:
    return rng.choice(["at least", "less than"])


def bound(rng: random.Random, count: int, relation: str, slack: int) -> int:
    """A random number, at most ``slack`` away, such that ``count`` is in ``relation`` to it."""
    return max(2, count - rng.randint(0, slack)) if relation == "at least" else count + rng.randint(1, slack)


def satisfies(count: int, number: int, relation: str) -> bool:
    return count >= number if relation == "at least" else count < number
