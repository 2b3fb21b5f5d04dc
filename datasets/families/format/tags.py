"""Tags: add two numbers inside a given layout of tags."""

from __future__ import annotations

import random
from typing import Any

from r1.datasets.family import Instance

_NAMES = (("think", "answer"), ("reasoning", "solution"), ("work", "result"), ("draft", "final"), ("notes", "reply"))
_TOKENS = ("|special_token|", "<|sep|>", "§§", "=====")


class Tags:
    """Levels add demands: 0 the layout and the sum, 1 larger numbers, 2 words of reasoning, 3 marks on own lines, 4 the sum in a box."""

    name = "tags"
    version = 2
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        kind = rng.choice(["both", "both", "think_only", "token"])
        marks = [rng.choice(_TOKENS)] if kind == "token" else list(rng.choice(_NAMES))
        return {
            "level": level,
            "kind": kind,
            "marks": marks,
            "numbers": [rng.randint(10, 999 if level else 99), rng.randint(10, 999 if level else 99)],
            "words": rng.randint(4, 12) if level >= 2 else 0,
        }

    def canonical(self, instance: Instance) -> Any:
        return [instance["kind"], instance["marks"], sorted(instance["numbers"]), instance["words"], instance["level"]]

    def bounds(self, level: int) -> float:
        return 15.0 if level < 1 else 21.0

    def render(self, instance: Instance) -> str:
        level, (a, b) = instance["level"], instance["numbers"]
        first, second = _pair(instance)
        layout = {
            "both": f"Write your reasoning as <{first}>…</{first}> and then the answer as <{second}>…</{second}>.",
            "think_only": f"Write your reasoning as <{first}>…</{first}> and the answer after it.",
            "token": f"Write {first}, your reasoning, {first} again, and then the answer.",
        }[instance["kind"]]
        asked = [
            f"What is {a} + {b}?",
            layout,
            "Write each mark exactly once as said, and nothing outside this layout.",
        ]
        if level < 2:
            asked.append("The answer part holds the number alone.")
        if level >= 2:
            asked.append(
                f"The answer part holds the number alone. The reasoning has at least {instance['words']} words."
            )
        if level >= 3:
            asked.append("Every mark stands on a line of its own.")
        if level >= 4:
            asked[3] = asked[3].replace("the number alone", "\\boxed{…} with the number and nothing else")
        return "\n".join(asked)

    def truth(self, instance: Instance) -> dict[str, Any]:
        level, marks = instance["level"], instance["marks"]
        found: dict[str, Any] = {"verifier": "think", "min_think_words": instance["words"], "boxed": level >= 4}
        if instance["kind"] == "token":
            found["token"] = marks[0]
        else:
            found["tags"] = [marks[0], marks[1] if instance["kind"] == "both" else None]
        if level >= 3:
            found["newlines"] = "required"
        number = str(sum(instance["numbers"]))
        pattern = rf"\\boxed\{{ *{number} *\}}" if level >= 4 else number
        return {**found, "inner": {"verifier": "structure", "format": "regex", "pattern": pattern}}

    def solution(self, instance: Instance) -> str:
        a, b = instance["numbers"]
        tens = f"{a} and {b} make {a // 10 * 10 + b // 10 * 10} and {a % 10 + b % 10} more so"
        thought = " ".join((tens + " I add the tens and then the ones of both").split()[: max(12, instance["words"])])
        answer = f"\\boxed{{{a + b}}}" if instance["level"] >= 4 else str(a + b)
        return "\n".join(_around(instance, thought, answer))

    def check(self, instance: Instance, answer: str) -> bool:
        """Compare the lines with the layout that has one part per line, the only one that it accepts."""
        lines = answer.split("\n")
        thought_at = 1
        answer_at = 4 if instance["kind"] == "both" else 3
        if len(lines) <= answer_at or lines != _around(instance, lines[thought_at], lines[answer_at]):
            return False
        is_right = str(sum(instance["numbers"])) == lines[answer_at].strip("\\boxed{}")
        return is_right and len(lines[thought_at].split()) >= instance["words"]

    def mutations(self, instance: Instance, good: str) -> list[str]:
        marks = _around(instance, "", "")
        marks = [mark for mark in marks if mark]
        last = marks[-1]
        spoilt = [
            good.replace(marks[0], "", 1),
            good + last,
            marks[0] + good,
            "So: " + good,
            good.replace(marks[0], marks[0] + marks[0], 1),
            good.replace(marks[0], marks[0][0] + "\u200b" + marks[0][1:], 1),
            good.rpartition(last)[0],
            good.replace("\n", "").replace(good.split("\n")[1], "..."),
        ]
        if instance["kind"] == "both":
            spoilt += [
                good + "\nDone.",
                good.replace(marks[-2], f"So {marks[-2]}"),
                good.replace(marks[0], marks[0].upper()),
            ]
        spoilt.append(good.replace(str(sum(instance["numbers"])), str(sum(instance["numbers"]) + 1)))
        if instance["level"] >= 2:
            spoilt.append(good.replace(good.split("\n")[1], "one two three"))
        if instance["level"] >= 3:
            spoilt.append(good.replace("\n", " "))
        if instance["level"] >= 4:
            spoilt.append(good.replace("\\boxed", ""))
        return spoilt


def _pair(instance: Instance) -> tuple[str, str]:
    """The two names, or the token and ""."""
    marks = list(instance["marks"])
    return marks[0], marks[1] if len(marks) > 1 else ""


def _around(instance: Instance, thought: str, answer: str) -> list[str]:
    """The lines of a completion with this thought and answer."""
    first, second = _pair(instance)
    if instance["kind"] == "token":
        return [first, thought, first, answer]
    if instance["kind"] == "think_only":
        return [f"<{first}>", thought, f"</{first}>", answer]
    return [f"<{first}>", thought, f"</{first}>", f"<{second}>", answer, f"</{second}>"]


FAMILY = Tags()
