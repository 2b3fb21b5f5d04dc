"""Fence: write a one-line program in a code fence of the requested language, inside the answer tags."""

from __future__ import annotations

import random
from typing import Any

from r1.datasets.family import Instance

_PRINT = {
    "python": 'print("{text}")',
    "javascript": 'console.log("{text}");',
    "ruby": 'puts "{text}"',
    "bash": 'echo "{text}"',
    "lua": 'print("{text}")',
    "php": '<?php echo "{text}";',
    "rust": 'fn main() {{ println!("{text}"); }}',
    "go": 'package main\n\nimport "fmt"\n\nfunc main() {{ fmt.Println("{text}") }}',
}
_WORDS = ("red", "blue", "boat", "lake", "stone", "cloud", "tree", "wind", "salt", "lamp", "road", "bird")


class FenceTask:
    """Levels add demands: 0 the fence, 1 a number of words of reasoning, 2 tags on separate lines; each level has more to print."""

    name = "fence"
    version = 1
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        return {
            "level": level,
            "language": rng.choice(list(_PRINT)),
            "text": " ".join(rng.sample(_WORDS, level + 2)),
            "words": rng.randint(5, 15) if level >= 1 else 0,
        }

    def canonical(self, instance: Instance) -> Any:
        return [instance["language"], instance["text"], instance["words"], instance["level"]]

    def bounds(self, level: int) -> float:
        return (10.0, 17.0, 20.0, 23.0, 26.0)[level]

    def render(self, instance: Instance) -> str:
        asked = [
            f'Write a program in {instance["language"]} that prints "{instance["text"]}".',
            "Reason inside <think>…</think>, then write <answer>…</answer> and nothing outside these tags.",
            f"The answer holds exactly one Markdown code fence, marked with the language's name ({instance['language']}).",
        ]
        if instance["words"]:
            asked.append(f"Reason in at least {instance['words']} words.")
        if instance["level"] >= 2:
            asked.append("Every tag stands on a line of its own, without empty lines between the tags.")
        return "\n".join(asked)

    def truth(self, instance: Instance) -> dict[str, Any]:
        newlines = "required" if instance["level"] >= 2 else "free"
        words = {"min_think_words": instance["words"], "newlines": newlines}
        return {
            "verifier": "think",
            "template": "r1_zero",
            "fence": instance["language"],
            "prints": instance["text"],
            **words,
        }

    def solution(self, instance: Instance) -> str:
        thought = " ".join(["One line is enough"] + ["and it prints the text"] * 4)
        code = _PRINT[instance["language"]].format(text=instance["text"])
        fence = f"```{instance['language']}\n{code}\n```"
        return f"<think>\n{thought}\n</think>\n<answer>\n{fence}\n</answer>"

    def check(self, instance: Instance, answer: str) -> bool:
        """Compare the lines with the expected layout, and the program with the shortest one."""
        lines = answer.split("\n")
        ticks = [line for line in lines if line.startswith("```")]
        tags = [line for line in lines if line in ("<think>", "</think>", "<answer>", "</answer>")]
        is_laid_out = tags == ["<think>", "</think>", "<answer>", "</answer>"] and lines[0] == "<think>"
        program = _PRINT[instance["language"]].format(text=instance["text"])
        is_fenced = ticks == [f"```{instance['language']}", "```"]
        return is_laid_out and is_fenced and lines[lines.index(ticks[0]) + 1 : -2] == program.split("\n")

    def mutations(self, instance: Instance, good: str) -> list[str]:
        language = instance["language"]
        return [
            good.replace(f"```{language}", "```"),
            good.replace(f"```{language}", f"```{language}3"),
            good.replace("\n```\n", "\n"),
            good.replace(f"```{language}", f"Here: ```{language}"),
            good.replace("</answer>", f"```{language}\nmore\n```\n</answer>"),
            good.replace("```", "``"),
            good.replace("<think>", "", 1),
            good + "\nDone.",
            good.replace(good.split("\n")[1], "..."),
            good.partition("<answer>")[2],
            good.replace(f'"{instance["text"]}"', f'"{instance["text"]} x"'),
            good.replace(f'"{instance["text"]}"', '""'),
            good.replace(f'"{instance["text"]}"', instance["text"].replace(" ", "_") + "()"),
            good.replace(_PRINT[language].format(text=instance["text"]), instance["text"]),
            good.replace(_PRINT[language].format(text=instance["text"]), "not a program"),
            good.replace(f"```{language}", "").replace("```", ""),
            *([good.replace("\n</think>", "</think>")] if instance["level"] >= 2 else []),
            *([good.replace(good.split("\n")[1], "one two three")] if instance["words"] else []),
        ]


FAMILY = FenceTask()
