"""Completions for tests of environments: in R1's template, with the right answer of a procedural math task if asked for."""

from __future__ import annotations

from r1.datasets.families import families_of
from r1.datasets.task import Task

GOOD = "<think>because</think><answer>{}</answer>"


def answer_of(task: Task) -> str:
    """The right answer of a procedural math task."""
    family = families_of("math")[task.meta["family"]]
    return GOOD.format(family.solution(task.meta["instance"]))
