"""Ledger: how many things are in a box after some were put in and taken out, in one of ten languages."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import Any

from r1.datasets.families.language._phrases import LANGUAGES, prompt
from r1.datasets.family import Instance

_START, _IN, _OUT, _ASK = range(4)
_SENTENCES = {
    "en": (
        "There are {} marbles in a box.",
        "Then {} marbles are put in.",
        "Then {} marbles are taken out.",
        "How many marbles are in the box now?",
    ),
    "zh": ("盒子里有{}颗弹珠。", "然后放进{}颗弹珠。", "然后拿走{}颗弹珠。", "现在盒子里有多少颗弹珠？"),
    "es": (
        "Hay {} canicas en una caja.",
        "Luego se meten {} canicas.",
        "Luego se sacan {} canicas.",
        "¿Cuántas canicas hay ahora en la caja?",
    ),
    "fr": (
        "Il y a {} billes dans une boîte.",
        "Ensuite, on ajoute {} billes.",
        "Ensuite, on retire {} billes.",
        "Combien de billes y a-t-il maintenant dans la boîte ?",
    ),
    "de": (
        "In einer Kiste liegen {} Murmeln.",
        "Dann kommen {} Murmeln dazu.",
        "Dann werden {} Murmeln herausgenommen.",
        "Wie viele Murmeln liegen jetzt in der Kiste?",
    ),
    "ja": (
        "箱にビー玉が{}個入っています。",
        "次に{}個入れます。",
        "次に{}個取り出します。",
        "今、箱にはビー玉が何個ありますか？",
    ),
    "ru": (
        "Число шариков в коробке: {}.",
        "Затем положили ещё шарики: {}.",
        "Затем вынули шарики: {}.",
        "Сколько шариков теперь в коробке?",
    ),
    "pt": (
        "Há {} bolinhas numa caixa.",
        "Depois são colocadas {} bolinhas.",
        "Depois são retiradas {} bolinhas.",
        "Quantas bolinhas há agora na caixa?",
    ),
    "it": (
        "In una scatola ci sono {} biglie.",
        "Poi si aggiungono {} biglie.",
        "Poi si tolgono {} biglie.",
        "Quante biglie ci sono ora nella scatola?",
    ),
    "ko": (
        "상자에 구슬이 {}개 있습니다.",
        "그다음 구슬 {}개를 넣습니다.",
        "그다음 구슬 {}개를 꺼냅니다.",
        "지금 상자에는 구슬이 몇 개 있습니까?",
    ),
}


class Ledger:
    """Level n: n + 2 moves in or out of the box."""

    name = "language_ledger"
    version = 1
    levels = range(4)

    def generate(self, level: int, rng: random.Random) -> Instance:
        start = rng.randint(5, 30 * (level + 1))
        moves: list[int] = []
        have = start
        for _ in range(level + 2):
            out = have > 5 and rng.random() < 0.5
            moves.append(-rng.randint(1, have - 1) if out else rng.randint(1, 30 * (level + 1)))
            have += moves[-1]
        return {"language": rng.choice(LANGUAGES), "start": start, "moves": moves}

    def canonical(self, instance: Instance) -> Any:
        return [instance["start"], instance["moves"]]

    def render(self, instance: Instance) -> str:
        language = instance["language"]
        words = _SENTENCES[language]
        moves = [words[_IN if move > 0 else _OUT].format(abs(move)) for move in instance["moves"]]
        return prompt(language, [words[_START].format(instance["start"]), *moves, words[_ASK]])

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"answer": self.solution(instance), "language": instance["language"]}

    def solution(self, instance: Instance) -> str:
        return str([*accumulate(instance["moves"], initial=instance["start"])][-1])

    def check(self, instance: Instance, answer: str) -> bool:
        moves = instance["moves"]
        put_in, taken_out = sum(m for m in moves if m > 0), -sum(m for m in moves if m < 0)
        return int(answer) + taken_out == instance["start"] + put_in

    def bounds(self, level: int) -> float:
        return (13.0, 20.0, 27.0, 34.0)[level]


FAMILY = Ledger()
