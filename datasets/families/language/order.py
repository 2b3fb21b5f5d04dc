"""Order: how many coins the people have who are shorter than one of them, from comparisons in one of ten languages."""

from __future__ import annotations

import random
from itertools import pairwise, permutations
from math import factorial, log2
from typing import Any

from r1.datasets.families.language._phrases import LANGUAGES, prompt
from r1.datasets.family import Instance

_TALLER, _HAS, _ASK = range(3)
_SENTENCES = {
    "en": (
        "{} is taller than {}.",
        "{} has {} coins.",
        "How many coins do the people who are shorter than {} have in all?",
    ),
    "zh": ("{}比{}高。", "{}有{}枚硬币。", "比{}矮的人一共有多少枚硬币？"),
    "es": (
        "{} es más alto que {}.",
        "{} tiene {} monedas.",
        "¿Cuántas monedas tienen en total las personas más bajas que {}?",
    ),
    "fr": (
        "{} est plus grand que {}.",
        "{} a {} pièces.",
        "Combien de pièces ont en tout les personnes plus petites que {} ?",
    ),
    "de": (
        "{} ist größer als {}.",
        "{} hat {} Münzen.",
        "Wie viele Münzen haben alle, die kleiner als {} sind, zusammen?",
    ),
    "ja": (
        "{}は{}より背が高いです。",
        "{}は硬貨を{}枚持っています。",
        "{}より背が低い人たちは、硬貨を全部で何枚持っていますか？",
    ),
    "ru": (
        "{} выше, чем {}.",
        "Число монет у человека по имени {}: {}.",
        "Сколько всего монет у тех, кто ниже, чем {}?",
    ),
    "pt": (
        "{} é mais alto que {}.",
        "{} tem {} moedas.",
        "Quantas moedas têm ao todo as pessoas mais baixas que {}?",
    ),
    "it": ("{} è più alto di {}.", "{} ha {} monete.", "Quante monete hanno in tutto le persone più basse di {}?"),
    "ko": (
        "{} 씨는 {} 씨보다 키가 큽니다.",
        "{} 씨는 동전을 {}개 가지고 있습니다.",
        "{} 씨보다 키가 작은 사람들이 가진 동전은 모두 몇 개입니까?",
    ),
}
_PEOPLE = "ABCDEFGH"


class Order:
    """Level n: n + 4 people. At least two are shorter than the one who is asked about, so that no number of the prompt answers."""

    name = "language_order"
    version = 2
    levels = range(4)

    def generate(self, level: int, rng: random.Random) -> Instance:
        people = list(_PEOPLE[: level + 4])
        rng.shuffle(people)
        pairs = [list(pair) for pair in pairwise(people)]
        asked = rng.choice(people[:-2])
        coins = [[person, rng.randint(2, 60)] for person in people]
        rng.shuffle(pairs)
        rng.shuffle(coins)
        return {"language": rng.choice(LANGUAGES), "pairs": pairs, "coins": coins, "asked": asked}

    def canonical(self, instance: Instance) -> Any:
        return [sorted(instance["pairs"]), sorted(instance["coins"]), instance["asked"]]

    def render(self, instance: Instance) -> str:
        words = _SENTENCES[instance["language"]]
        facts = [words[_TALLER].format(*pair) for pair in instance["pairs"]]
        facts += [words[_HAS].format(*pair) for pair in instance["coins"]]
        return prompt(instance["language"], [*facts, words[_ASK].format(instance["asked"])])

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"answer": self.solution(instance), "language": instance["language"]}

    def solution(self, instance: Instance) -> str:
        shorter_than, coins = dict(instance["pairs"]), dict(instance["coins"])
        count, person = 0, instance["asked"]
        while person in shorter_than:
            person = shorter_than[person]
            count += coins[person]
        return str(count)

    def check(self, instance: Instance, answer: str) -> bool:
        people = sorted({person for pair in instance["pairs"] for person in pair})
        for order in permutations(people):  # from the shortest up
            place = {person: rank for rank, person in enumerate(order)}
            if all(place[taller] > place[shorter] for taller, shorter in instance["pairs"]):
                return int(answer) == sum(
                    n for person, n in instance["coins"] if place[person] < place[instance["asked"]]
                )
        return False

    def bounds(self, level: int) -> float:
        people = level + 4
        return log2(factorial(people) * (people - 2)) + people * log2(59)


FAMILY = Order()
