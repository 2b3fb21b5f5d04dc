"""Shopping: the change after buying some things at some prices, in one of ten languages."""

from __future__ import annotations

import random
from typing import Any

from r1.datasets.families.language._phrases import LANGUAGES, prompt
from r1.datasets.family import Instance

_ITEM, _PAY, _ASK = range(3)
_SENTENCES = {
    "en": ("Anna buys {} {} at {} coins each.", "She pays with {} coins.", "How many coins does she get back?"),
    "zh": ("安娜买了{}个{}，每个{}枚硬币。", "她付了{}枚硬币。", "应该找回多少枚硬币？"),
    "es": ("Ana compra {} {} a {} monedas cada uno.", "Paga con {} monedas.", "¿Cuántas monedas le devuelven?"),
    "fr": ("Anne achète {} {} à {} pièces chacun.", "Elle paie avec {} pièces.", "Combien de pièces lui rend-on ?"),
    "de": ("Anna kauft {} {} zu je {} Münzen.", "Sie bezahlt mit {} Münzen.", "Wie viele Münzen bekommt sie zurück?"),
    "ja": (
        "アンナは{}個の{}を一つ{}枚の硬貨で買います。",
        "彼女は硬貨を{}枚払います。",
        "おつりは硬貨で何枚ですか？",
    ),
    "ru": ("Анна покупает {} {} по цене {} за штуку.", "Она платит монетами: {}.", "Сколько монет ей вернут?"),
    "pt": ("Ana compra {} {} a {} moedas cada um.", "Ela paga com {} moedas.", "Quantas moedas ela recebe de troco?"),
    "it": ("Anna compra {} {} a {} monete ciascuno.", "Paga con {} monete.", "Quante monete riceve di resto?"),
    "ko": (
        "안나는 {}개의 {}을 하나에 동전 {}개로 삽니다.",
        "안나는 동전 {}개를 냅니다.",
        "거스름돈으로 받는 동전은 몇 개입니까?",
    ),
}
_THINGS = {
    "en": ("books", "pencils", "lamps", "hats"),
    "zh": ("本子", "杯子", "灯泡", "帽子"),
    "es": ("libros", "lápices", "vasos", "sombreros"),
    "fr": ("livres", "crayons", "verres", "chapeaux"),
    "de": ("Bücher", "Stifte", "Lampen", "Hüte"),
    "ja": ("ノート", "コップ", "電球", "帽子"),
    "ru": ("книг", "ручек", "ламп", "шляп"),
    "pt": ("livros", "lápis", "copos", "chapéus"),
    "it": ("libri", "quaderni", "bicchieri", "cappelli"),
    "ko": ("공책", "연필", "컵", "빵"),
}


class Shopping:
    """Level n: n + 1 kinds of things."""

    name = "language_shopping"
    version = 2
    levels = range(4)

    def generate(self, level: int, rng: random.Random) -> Instance:
        things = rng.sample(range(4), level + 1)
        basket = [[thing, rng.randint(5, 9 + 5 * level), rng.randint(2, 12 + 8 * level)] for thing in things]
        paid = sum(number * price for _, number, price in basket) + rng.randint(1, 150)
        return {"language": rng.choice(LANGUAGES), "basket": basket, "paid": paid}

    def canonical(self, instance: Instance) -> Any:
        return [sorted([number, price] for _, number, price in instance["basket"]), instance["paid"]]

    def render(self, instance: Instance) -> str:
        language = instance["language"]
        words, things = _SENTENCES[language], _THINGS[language]
        bought = [words[_ITEM].format(number, things[thing], price) for thing, number, price in instance["basket"]]
        return prompt(language, [*bought, words[_PAY].format(instance["paid"]), words[_ASK]])

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"answer": self.solution(instance), "language": instance["language"]}

    def solution(self, instance: Instance) -> str:
        return str(instance["paid"] - sum(number * price for _, number, price in instance["basket"]))

    def check(self, instance: Instance, answer: str) -> bool:
        left = instance["paid"]
        for _, number, price in instance["basket"]:
            for _ in range(number):
                left -= price
        return int(answer) == left

    def bounds(self, level: int) -> float:
        return (11.0, 19.0, 27.0, 36.0)[level]


FAMILY = Shopping()
