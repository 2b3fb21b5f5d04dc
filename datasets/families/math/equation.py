"""Equation: find the unknown, from x+38=85 (level 0) to quadratics (level 4)."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from r1.datasets.family import Instance


def _term(coefficient: int, name: str, first: bool) -> str:
    """One term of a sum as it is written: `3x`, `-x`, ` + 2y`."""
    sign = "-" if coefficient < 0 else ""
    size = abs(coefficient)
    body = name if size == 1 and name else f"{size}{name}"
    if first:
        return f"{sign}{body}"
    return f" - {body}" if coefficient < 0 else f" + {body}"


def _sum(pairs: list[tuple[int, str]]) -> str:
    text = ""
    for coefficient, name in pairs:
        if coefficient:
            text += _term(coefficient, name, first=not text)
    return text or "0"


def _nonzero(top: int, rng: random.Random) -> int:
    return rng.choice([-1, 1]) * rng.randint(1, top)


class Equation:
    """Levels: 0 x+a=b, 1 ax+b=c, 2 ax+b=cx+d with a rational root, 3 two unknowns, 4 the roots of a quadratic."""

    name = "equation"
    version = 3
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        if level == 0:
            a, b = sorted(rng.sample(range(10, 100), 2))  # two digits only: copying longer numbers is another skill
            return {"level": 0, "a": a, "b": b}
        if level == 1:
            a, b, x = rng.randint(2, 12), _nonzero(60, rng), _nonzero(30, rng)
            return {"level": 1, "a": a, "b": b, "c": a * x + b}
        if level == 2:
            a, c = rng.sample([k for k in range(-15, 16) if k], 2)
            return {"level": 2, "a": a, "b": _nonzero(60, rng), "c": c, "d": _nonzero(60, rng)}
        if level == 3:
            x, y = _nonzero(12, rng), _nonzero(12, rng)
            while True:
                a, b, c, d = (_nonzero(9, rng) for _ in range(4))
                if a * d != b * c:
                    return {"level": 3, "rows": [[a, b, a * x + b * y], [c, d, c * x + d * y]]}
        p, q, k = _nonzero(20, rng), _nonzero(20, rng), rng.randint(1, 5)
        return {"level": 4, "k": k, "b": -k * (p + q), "c": k * p * q}

    def canonical(self, instance: Instance) -> Any:
        if instance["level"] == 3:
            return sorted(instance["rows"])
        return [instance[key] for key in sorted(instance)]

    def render(self, instance: Instance) -> str:
        level, i = instance["level"], instance
        if level == 0:
            return f"x+{i['a']}={i['b']}, x=?"
        if level == 1:
            return f"Solve {_sum([(i['a'], 'x'), (i['b'], '')])} = {i['c']} for x."
        if level == 2:
            left, right = _sum([(i["a"], "x"), (i["b"], "")]), _sum([(i["c"], "x"), (i["d"], "")])
            return f"Solve {left} = {right} for x. Give the exact value."
        if level == 3:
            first, second = (f"{_sum([(a, 'x'), (b, 'y')])} = {c}" for a, b, c in i["rows"])
            return f"Solve the system {first} and {second}. Answer with the pair (x, y)."
        return f"Find all real roots of {_sum([(i['k'], 'x^2'), (i['b'], 'x'), (i['c'], '')])} = 0."

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"answer": self.solution(instance)}

    def solution(self, instance: Instance) -> str:
        level, i = instance["level"], instance
        if level == 0:
            return str(i["b"] - i["a"])
        if level == 1:
            return str((i["c"] - i["b"]) // i["a"])
        if level == 2:
            return str(Fraction(i["d"] - i["b"], i["a"] - i["c"]))
        if level == 3:
            (a, b, e), (c, d, f) = i["rows"]
            return f"({(e * d - b * f) // (a * d - b * c)}, {(a * f - e * c) // (a * d - b * c)})"  # Cramer's rule
        half, product = Fraction(-i["b"], i["k"]), Fraction(i["c"], i["k"])  # sum and product of the roots
        roots = sorted({p for p in range(-20, 21) if p * (half - p) == product})
        return "{" + ", ".join(map(str, roots)) + "}"

    def check(self, instance: Instance, answer: str) -> bool:
        """Substitute the answer into the equation."""
        i = instance
        numbers = [Fraction(part) for part in answer.strip("(){} ").split(",")]
        if i["level"] == 3:
            return len(numbers) == 2 and all(a * numbers[0] + b * numbers[1] == c for a, b, c in i["rows"])
        if i["level"] == 4:
            double = i["b"] ** 2 == 4 * i["k"] * i["c"]
            roots = set(numbers)
            return len(roots) == (1 if double else 2) and all(i["k"] * x * x + i["b"] * x + i["c"] == 0 for x in roots)
        if len(numbers) != 1:
            return False
        x = numbers[0]
        if i["level"] == 0:
            return x + i["a"] == i["b"]
        return i["a"] * x + i["b"] == (i["c"] if i["level"] == 1 else i["c"] * x + i["d"])

    def bounds(self, level: int) -> float:
        return (12.0, 16.3, 23.4, 21.4, 12.0)[level]


FAMILY = Equation()
