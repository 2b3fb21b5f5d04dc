"""Traces: worked solutions of the easiest tasks, for the cold start of the tiny policy; many have one bad habit.

A habit is discrete: a trace either has it or is entirely right. So the policy learns every skill that it needs but wavers
between right and wrong ways, and reinforcement learning can select the right ones. Diffuse noise could not be unlearned.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from r1.datasets.families import families_of
from r1.datasets.task import Task

HABIT_SHARE = 0.75  # fraction of the traces that have a habit

Writer = Callable[[Task, str], tuple[str, str]]
"""(task, habit) -> (thought, answer). The habit "" gives a right trace."""


def _columns(a: int, op: str, b: int, habit: str) -> tuple[str, int]:
    """Written addition or subtraction from the units on, with the carry: ``47+38:7+8=15,4+3+1=8`` and 85."""
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
    """Solve x+a=b as b-a."""
    instance = task.meta["instance"]
    thought, value = _columns(instance["b"], "-", instance["a"], habit)
    return thought, _answer(value, habit)


def sequence(task: Task, habit: str) -> tuple[str, str]:
    """Add the difference of the first two terms to the last one. The habit "repeats" answers with the last term."""
    terms = task.meta["instance"]["terms"]
    step_thought, step = _columns(terms[1], "-", terms[0], "")
    if habit == "repeats":
        return f"{step_thought};{terms[-1]}", str(terms[-1])
    thought, value = _columns(terms[-1], "+", step, habit)
    return f"{step_thought};{thought}", _answer(value, habit)


def program(task: Task, habit: str) -> tuple[str, str]:
    """Think of the expression, answer with the whole program, which may have one habit."""
    source = families_of("code")[task.meta["family"]].solution(task.meta["instance"])
    expression = re.split(r"return ?|print\(", source)[-1]
    if "print(" in source:
        expression = expression[:-1]
    return expression, _CODE_HABITS.get(habit, str)(source)  # str: a tag habit does not change the program


def _wrong_operator(source: str) -> str:
    """Invert the last operator: `m-c+3` becomes `m-c-3`."""
    at = max(source.rfind(op) for op in "+-*")
    return source[:at] + ("+" if source[at] in "-*" else "-") + source[at + 1 :]


def _wrong_constant(source: str) -> str:
    """Reverse the digits of the last number, or put a 1 before it if reversing changes nothing."""
    digits = re.findall(r"\d+", source)[-1]
    wrong = digits[::-1] if digits[::-1] != digits and digits[-1] != "0" else f"1{digits}"
    return wrong.join(source.rsplit(digits, 1))


def _no_result(source: str) -> str:
    return source.replace("return[", "[").replace("return ", "").replace("print(", "(")


def _no_bracket(source: str) -> str:
    """Break the syntax by removing the first closing bracket."""
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
    """Write a completion of ``task``, right or, with probability ``habit_share``, with one random habit."""
    writer, habits = WRITERS[task.meta["family"]]
    right = writer(task, "")
    thought, answer, habit = *right, ""
    if rng.random() < habit_share:
        if rng.random() < 0.25:  # one formal habit for three of content
            habit = rng.choice(TAG_HABITS)
        else:
            made = [writer(task, h) for h in habits]
            wrong = [pair for pair in made if pair[1] != right[1]]  # a habit may change nothing
            thought, answer = rng.choice(wrong) if wrong else right
    text = f"<think>{thought}</think><answer>{answer}</answer>"
    return text.replace(habit.removeprefix("no "), "") if habit else text
