"""Pattern: write one identifier that consists of given pieces in order."""

from __future__ import annotations

import random
import string
from typing import Any

from r1.datasets.family import Instance

# kind -> (words of the prompt, pattern, alphabet)
_PIECES = {
    "upper": ("{n} capital letters (A-Z)", "[A-Z]{{{n}}}", string.ascii_uppercase),
    "lower": ("{n} small letters (a-z)", "[a-z]{{{n}}}", string.ascii_lowercase),
    "digits": ("{n} digits", r"\d{{{n}}}", string.digits),
    "hex": ("{n} hexadecimal digits in small letters (0-9, a-f)", "[0-9a-f]{{{n}}}", "0123456789abcdef"),
    "even": ("{n} even digits", "[02468]{{{n}}}", "02468"),
    "vowels": ("{n} small vowels (a, e, i, o, u)", "[aeiou]{{{n}}}", "aeiou"),
}
_MARKS = "-_/:#."


class PatternTask:
    """Level n: n + 2 pieces with marks in between."""

    name = "pattern"
    version = 1
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        pieces = [(rng.choice(list(_PIECES)), rng.randint(2, 6)) for _ in range(level + 2)]
        sample = ["".join(rng.choice(_PIECES[kind][2]) for _ in range(n)) for kind, n in pieces]
        return {
            "pieces": [list(piece) for piece in pieces],
            "marks": [rng.choice(_MARKS) for _ in pieces[1:]],
            "sample": sample,
        }

    def canonical(self, instance: Instance) -> Any:
        return [instance["pieces"], instance["marks"]]

    def bounds(self, level: int) -> float:
        return 4.9 * (level + 2) + 2.6 * (level + 1)

    def render(self, instance: Instance) -> str:
        said = [_PIECES[kind][0].format(n=n) for kind, n in instance["pieces"]]
        lines = [said[0]]
        for mark, piece in zip(instance["marks"], said[1:], strict=True):
            lines += [f'the character "{mark}"', piece]
        return "Write one identifier, and nothing else, made of, in this order:\n" + "\n".join(
            f"- {line}" for line in lines
        )

    def truth(self, instance: Instance) -> dict[str, Any]:
        parts = [_PIECES[kind][1].format(n=n) for kind, n in instance["pieces"]]
        marks = ["\\" + mark for mark in instance["marks"]]
        pattern = "".join(a + b for a, b in zip(parts, [*marks, ""], strict=True)).replace(r"\_", "_")
        return {"verifier": "structure", "format": "regex", "pattern": pattern}

    def solution(self, instance: Instance) -> str:
        return "".join(a + b for a, b in zip(instance["sample"], [*instance["marks"], ""], strict=True))

    def check(self, instance: Instance, answer: str) -> bool:
        """Compare each character with the alphabet of its place."""
        wanted: list[str] = []
        for (kind, n), mark in zip(instance["pieces"], [*instance["marks"], ""], strict=True):
            wanted += [_PIECES[kind][2]] * n + ([mark] if mark else [])
        text = answer.strip()
        return len(text) == len(wanted) and all(char in allowed for char, allowed in zip(text, wanted, strict=True))

    def mutations(self, instance: Instance, good: str) -> list[str]:
        return [
            good + "0",
            "x" + good,
            good[:-1],
            good[1:],
            f"`{good}`",
            f"{good} {good}",
            "",
            "!" + good[1:],
        ]


FAMILY = PatternTask()
