"""Journey: the distance covered in some hours at some speeds, in one of ten languages."""

from __future__ import annotations

import random
from typing import Any

from r1.datasets.families.language._phrases import LANGUAGES, prompt
from r1.datasets.family import Instance

_FIRST, _THEN, _ASK = range(3)
_SENTENCES = {
    "en": (
        "A train travels for {} hours at {} km per hour.",
        "Then the same train travels for {} hours at {} km per hour.",
        "How many kilometers does it cover in all?",
    ),
    "zh": (
        "一列火车以每小时{1}公里的速度行驶{0}小时。",
        "然后同一列火车以每小时{1}公里的速度行驶{0}小时。",
        "它一共行驶了多少公里？",
    ),
    "es": (
        "Un tren viaja durante {} horas a {} km por hora.",
        "Luego el mismo tren viaja durante {} horas a {} km por hora.",
        "¿Cuántos kilómetros recorre en total?",
    ),
    "fr": (
        "Un train roule pendant {} heures à {} km par heure.",
        "Ensuite, le même train roule pendant {} heures à {} km par heure.",
        "Combien de kilomètres parcourt-il en tout ?",
    ),
    "de": (
        "Ein Zug fährt {} Stunden lang mit {} km pro Stunde.",
        "Dann fährt derselbe Zug {} Stunden lang mit {} km pro Stunde.",
        "Wie viele Kilometer legt er insgesamt zurück?",
    ),
    "ja": (
        "列車が時速{1}キロで{0}時間走ります。",
        "次に同じ列車が時速{1}キロで{0}時間走ります。",
        "全部で何キロ走りますか？",
    ),
    "ru": (
        "Поезд едет со скоростью {1} километров в час, время в часах: {0}.",
        "Затем тот же поезд едет со скоростью {1} километров в час, время в часах: {0}.",
        "Сколько километров он проедет всего?",
    ),
    "pt": (
        "Um trem viaja por {} horas a {} km por hora.",
        "Depois o mesmo trem viaja por {} horas a {} km por hora.",
        "Quantos quilômetros ele percorre no total?",
    ),
    "it": (
        "Un treno viaggia per {} ore a {} km all'ora.",
        "Poi lo stesso treno viaggia per {} ore a {} km all'ora.",
        "Quanti chilometri percorre in tutto?",
    ),
    "ko": (
        "기차가 시속 {1}킬로미터로 {0}시간 동안 달립니다.",
        "그다음 같은 기차가 시속 {1}킬로미터로 {0}시간 동안 달립니다.",
        "모두 몇 킬로미터를 달립니까?",
    ),
}


class Journey:
    """Level n: n + 1 legs of hours and speed."""

    name = "language_journey"
    version = 2
    levels = range(4)

    def generate(self, level: int, rng: random.Random) -> Instance:
        legs = [[rng.randint(2, 12 + level), rng.randint(20, 160 + 30 * level)] for _ in range(level + 1)]
        return {"language": rng.choice(LANGUAGES), "legs": legs}

    def canonical(self, instance: Instance) -> Any:
        return sorted(instance["legs"])

    def render(self, instance: Instance) -> str:
        words, legs = _SENTENCES[instance["language"]], instance["legs"]
        told = [words[_THEN if number else _FIRST].format(*leg) for number, leg in enumerate(legs)]
        return prompt(instance["language"], [*told, words[_ASK]])

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"answer": self.solution(instance), "language": instance["language"]}

    def solution(self, instance: Instance) -> str:
        return str(sum(hours * speed for hours, speed in instance["legs"]))

    def check(self, instance: Instance, answer: str) -> bool:
        traveled = 0
        for hours, speed in instance["legs"]:
            for _ in range(hours):
                traveled += speed
        return int(answer) == traveled

    def bounds(self, level: int) -> float:
        return (10.6, 20.3, 29.5, 38.0)[level]


FAMILY = Journey()
