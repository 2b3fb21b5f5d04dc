"""Sequence: continue a sequence whose rule is arithmetic (level 0), geometric, quadratic, recurrent or interleaved."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

from r1.datasets.family import Instance

_RULES = {
    1: "Each term is the one before it times a constant.",
    2: "The differences between neighbouring terms grow by a constant.",
    3: "From the third on, each term is {p} times the one before it plus {q} times the one before that.",
    4: "Two arithmetic sequences take turns.",
}


class Sequence:
    """Levels: 0 arithmetic, 1 geometric, 2 quadratic, 3 a linear recurrence, 4 two interleaved arithmetic sequences."""

    name = "sequence"
    version = 1
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        if level == 0:
            start, step = rng.randint(1, 60), rng.randint(2, 12)
            return {"level": 0, "terms": [start + k * step for k in range(4)]}
        if level == 1:
            start, ratio = rng.randint(1, 20) * rng.choice([-1, 1]), rng.choice([-5, -4, -3, -2, 2, 3, 4, 5])
            return {"level": 1, "terms": [start * ratio**k for k in range(4)]}
        if level == 2:
            a, b, c = rng.randint(1, 9), rng.randint(-20, 20), rng.randint(-50, 50)
            return {"level": 2, "terms": [a * k * k + b * k + c for k in range(5)]}
        if level == 3:
            p, q = rng.randint(1, 4), rng.randint(1, 4)
            terms = [rng.randint(-9, 9), rng.randint(1, 9)]
            while len(terms) < 6:
                terms.append(p * terms[-1] + q * terms[-2])
            return {"level": 3, "terms": terms, "p": p, "q": q}
        steps = [rng.randint(2, 15), rng.randint(-15, -2)]
        starts = [rng.randint(-40, 40), rng.randint(-40, 40)]
        return {"level": 4, "terms": [starts[k % 2] + (k // 2) * steps[k % 2] for k in range(7)]}

    def canonical(self, instance: Instance) -> Any:
        return instance["terms"]

    def render(self, instance: Instance) -> str:
        terms = instance["terms"]
        if instance["level"] == 0:
            return ",".join(map(str, terms)) + ",?"
        rule = _RULES[instance["level"]].format(**instance)
        return f"{rule} What is the next term of {', '.join(map(str, terms))}?"

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"answer": self.solution(instance)}

    def solution(self, instance: Instance) -> str:
        terms, level = instance["terms"], instance["level"]
        if level == 1:
            return str(terms[-1] * (terms[1] // terms[0]))
        if level == 2:
            return str(3 * terms[-1] - 3 * terms[-2] + terms[-3])  # third differences vanish
        if level == 3:
            return str(instance["p"] * terms[-1] + instance["q"] * terms[-2])
        back = 2 if level == 4 else 1
        return str(2 * terms[-back] - terms[-2 * back])

    def check(self, instance: Instance, answer: str) -> bool:
        """Whether the sequence with the answer at its end obeys the rule from the first term on."""
        terms, level = [*instance["terms"], int(answer)], instance["level"]
        if level == 1:
            return all(x * x == before * after for before, x, after in zip(terms, terms[1:], terms[2:], strict=False))
        if level == 3:
            p, q = instance["p"], instance["q"]
            return all(c == p * b + q * a for a, b, c in zip(terms, terms[1:], terms[2:], strict=False))
        parts = [terms[::2], terms[1::2]] if level == 4 else [terms]
        for part in parts:
            differences = [b - a for a, b in pairwise(part)]
            if level == 2:
                differences = [b - a for a, b in pairwise(differences)]
            if len(set(differences)) != 1:
                return False
        return True

    def bounds(self, level: int) -> float:
        return (9.3, 8.3, 15.1, 11.4, 20.2)[level]


FAMILY = Sequence()
