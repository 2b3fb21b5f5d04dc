"""Order: how many people are shorter than one of them, from comparisons in one of ten languages."""

from __future__ import annotations

import random
from itertools import pairwise, permutations
from math import factorial, log2
from typing import Any

from r1.datasets.families.language._phrases import LANGUAGES, prompt
from r1.datasets.family import Instance

_SENTENCES = {
    "en": ("{} is taller than {}.", "How many of these people are shorter than {}?"),
    "zh": ("{}比{}高。", "这些人当中有多少人比{}矮？"),
    "es": ("{} es más alto que {}.", "¿Cuántas de estas personas son más bajas que {}?"),
    "fr": ("{} est plus grand que {}.", "Combien de ces personnes sont plus petites que {} ?"),
    "de": ("{} ist größer als {}.", "Wie viele dieser Personen sind kleiner als {}?"),
    "ja": ("{}は{}より背が高いです。", "この中で{}より背が低い人は何人いますか？"),
    "ru": ("{} выше, чем {}.", "Сколько из этих людей ниже, чем {}?"),
    "pt": ("{} é mais alto que {}.", "Quantas dessas pessoas são mais baixas que {}?"),
    "it": ("{} è più alto di {}.", "Quante di queste persone sono più basse di {}?"),
    "ko": ("{} 씨는 {} 씨보다 키가 큽니다.", "이 가운데 {} 씨보다 키가 작은 사람은 몇 명입니까?"),
}
_PEOPLE = "ABCDEFGH"


class Order:
    """Level n: n + 4 people."""

    name = "language_order"
    version = 1
    levels = range(4)

    def generate(self, level: int, rng: random.Random) -> Instance:
        people = list(_PEOPLE[: level + 4])
        rng.shuffle(people)
        pairs = [list(pair) for pair in pairwise(people)]
        rng.shuffle(pairs)
        return {"language": rng.choice(LANGUAGES), "pairs": pairs, "asked": rng.choice(people)}

    def canonical(self, instance: Instance) -> Any:
        return [sorted(instance["pairs"]), instance["asked"]]

    def render(self, instance: Instance) -> str:
        statement, question = _SENTENCES[instance["language"]]
        facts = [statement.format(*pair) for pair in instance["pairs"]]
        return prompt(instance["language"], [*facts, question.format(instance["asked"])])

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"answer": self.solution(instance), "language": instance["language"]}

    def solution(self, instance: Instance) -> str:
        shorter_than = dict(instance["pairs"])
        count, person = 0, instance["asked"]
        while person in shorter_than:
            count, person = count + 1, shorter_than[person]
        return str(count)

    def check(self, instance: Instance, answer: str) -> bool:
        people = sorted({person for pair in instance["pairs"] for person in pair})
        for order in permutations(people):  # from the shortest up
            place = {person: rank for rank, person in enumerate(order)}
            if all(place[taller] > place[shorter] for taller, shorter in instance["pairs"]):
                return int(answer) == place[instance["asked"]]
        return False

    def bounds(self, level: int) -> float:
        people = level + 4
        return log2(factorial(people) * people)


FAMILY = Order()
