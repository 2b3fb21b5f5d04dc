"""Traces: worked solutions of the easiest tasks, as the tiny policy's cold start sees them, some with one bad habit.

A habit is discrete: a trace either has it or is right throughout. So the cold-started policy *can* do everything it
needs and wavers between ways of doing it, which is what reinforcement learning can settle (diffuse noise it cannot).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from r1.datasets.families import families_of
from r1.datasets.task import Task

HABIT_SHARE = 0.75  # of the traces have a habit

Writer = Callable[[Task, str], tuple[str, str]]
"""(task, habit) -> (thought, answer); the habit "" writes a right one."""


def _columns(a: int, op: str, b: int, habit: str) -> tuple[str, int]:
    """`47+38:7+8=15,4+3+1=8` and 85: column by column from the units, the carry written out."""
    tens_a, units_a, tens_b, units_b = a // 10, a % 10, b // 10, b % 10
    carry = int(units_a + units_b > 9) if op == "+" else int(units_a < units_b)
    top = units_a if op == "+" else units_a + 10 * carry
    units = top + units_b if op == "+" else top - units_b
    kept = 0 if habit == "no carry" else carry
    tens = tens_a + tens_b + kept if op == "+" else tens_a - tens_b - kept
    return f"{a}{op}{b}:{top}{op}{units_b}={units},{tens_a}{op}{tens_b}{op}{kept}={tens}", tens * 10 + units % 10


def _answer(value: int, habit: str) -> str:
    return str(value)[::-1] if habit == "reversed" else str(value)


def arithmetic(task: Task, habit: str) -> tuple[str, str]:
    op, a, b = task.meta["instance"]["tree"]
    thought, value = _columns(a, op, b, habit)
    return thought, _answer(value, habit)


def equation(task: Task, habit: str) -> tuple[str, str]:
    """x+a=b is solved by b-a."""
    instance = task.meta["instance"]
    thought, value = _columns(instance["b"], "-", instance["a"], habit)
    return thought, _answer(value, habit)


def sequence(task: Task, habit: str) -> tuple[str, str]:
    """The step between the first two terms, added to the last one; the habit "repeats" gives the last term again."""
    terms = task.meta["instance"]["terms"]
    step_thought, step = _columns(terms[1], "-", terms[0], "")
    if habit == "repeats":
        return f"{step_thought};{terms[-1]}", str(terms[-1])
    thought, value = _columns(terms[-1], "+", step, habit)
    return f"{step_thought};{thought}", _answer(value, habit)


def program(task: Task, habit: str) -> tuple[str, str]:
    """The expression first, then the whole program, which may be off by one habit."""
    source = families_of("code")[task.meta["family"]].solution(task.meta["instance"])
    expression = re.split(r"return ?|print\(", source)[-1]
    if "print(" in source:
        expression = expression[:-1]
    return expression, _CODE_HABITS.get(habit, str)(source)  # str: a tag habit leaves the program alone


def _wrong_operator(source: str) -> str:
    """The last operator turned: `m-c+3` becomes `m-c-3`."""
    at = max(source.rfind(op) for op in "+-*")
    return source[:at] + ("+" if source[at] in "-*" else "-") + source[at + 1 :]


def _wrong_constant(source: str) -> str:
    """The last number's digits in reverse, with a 1 before it where that changes nothing."""
    digits = re.findall(r"\d+", source)[-1]
    wrong = digits[::-1] if digits[::-1] != digits and digits[-1] != "0" else f"1{digits}"
    return wrong.join(source.rsplit(digits, 1))


def _no_result(source: str) -> str:
    return source.replace("return[", "[").replace("return ", "").replace("print(", "(")


def _no_bracket(source: str) -> str:
    """Not a program any more: the first closing bracket is missing."""
    return source.replace(")", "", 1)


_CODE_HABITS = {
    "wrong operator": _wrong_operator,
    "wrong constant": _wrong_constant,
    "no result": _no_result,
    "no bracket": _no_bracket,
}

WRITERS: dict[str, tuple[Writer, tuple[str, ...]]] = {
    "arithmetic": (arithmetic, ("no carry", "reversed")),
    "equation": (equation, ("no carry", "reversed")),
    "sequence": (sequence, ("no carry", "reversed", "repeats")),
    **{name: (program, tuple(_CODE_HABITS)) for name in ("function", "pipeline", "repair", "stdio")},
}
TAG_HABITS = ("no </think>", "no <answer>", "no </answer>")


def write(task: Task, rng: random.Random, habit_share: float) -> str:
    """One completion for ``task``: right, or with one habit drawn by ``rng``."""
    writer, habits = WRITERS[task.meta["family"]]
    right = writer(task, "")
    thought, answer, habit = *right, ""
    if rng.random() < habit_share:
        if rng.random() < 0.25:  # one habit of form to three of content
            habit = rng.choice(TAG_HABITS)
        else:
            wrong = [made for made in (writer(task, h) for h in habits) if made[1] != right[1]]  # the carry may be 0
            thought, answer = rng.choice(wrong) if wrong else right
    text = f"<think>{thought}</think><answer>{answer}</answer>"
    return text.replace(habit.removeprefix("no "), "") if habit else text
