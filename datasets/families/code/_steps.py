"""Steps: operations on a list of integers, each with its words, its meaning and its Python expression."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

Step = Sequence[Any]
"""[name] or [name, constant]."""

# name: (words, Python for the new list in terms of the list `x`, meaning, range of the constant)
_EACH: dict[str, tuple[str, str, Any, tuple[int, int] | None]] = {
    "add": ("add {k} to each number", "[v + {k} for v in x]", lambda x, k: [v + k for v in x], (1, 20)),
    "subtract": ("subtract {k} from each number", "[v - {k} for v in x]", lambda x, k: [v - k for v in x], (1, 20)),
    "multiply": ("multiply each number by {k}", "[v * {k} for v in x]", lambda x, k: [v * k for v in x], (2, 9)),
    "square": ("square each number", "[v * v for v in x]", lambda x, k: [v * v for v in x], None),
    "negate": ("change the sign of each number", "[-v for v in x]", lambda x, k: [-v for v in x], None),
    "remainder": (
        "replace each number by its remainder when divided by {k} (Python's %)",
        "[v % {k} for v in x]",
        lambda x, k: [v % k for v in x],
        (2, 12),
    ),
}
_SHAPE: dict[str, tuple[str, str, Any, tuple[int, int] | None]] = {
    "even": ("keep only the even numbers", "[v for v in x if v % 2 == 0]", lambda x, k: [v for v in x if v % 2 == 0], None),
    "odd": ("keep only the odd numbers", "[v for v in x if v % 2 == 1]", lambda x, k: [v for v in x if v % 2], None),
    "above": ("keep only the numbers greater than {k}", "[v for v in x if v > {k}]", lambda x, k: [v for v in x if v > k], (-5, 15)),
    "sort": ("sort the numbers in increasing order", "sorted(x)", lambda x, k: sorted(x), None),
    "reverse": ("reverse the order of the numbers", "x[::-1]", lambda x, k: list(reversed(x)), None),
    "take": ("keep only the first {k} numbers", "x[:{k}]", lambda x, k: x[:k], (2, 5)),
    "drop": ("leave out the first {k} numbers", "x[{k}:]", lambda x, k: x[k:], (2, 4)),
    "every": ("keep every second number, starting with the first", "x[::2]", lambda x, k: x[::2], None),
    "differences": (
        "replace the list by the differences of neighbours (each next number minus the one before)",
        "[b - a for a, b in zip(x, x[1:])]",
        lambda x, k: [x[i + 1] - x[i] for i in range(len(x) - 1)],
        None,
    ),
    "running": (
        "replace each number by the sum of all numbers up to and including it",
        "[sum(x[:i + 1]) for i in range(len(x))]",
        lambda x, k: list(accumulate(x)),
        None,
    ),
}  # fmt: skip
_FOLD: dict[str, tuple[str, str, Any, tuple[int, int] | None]] = {
    "sum": ("give the sum of the numbers (0 if there is none)", "sum(x)", lambda x, k: sum(x), None),
    "length": ("give how many numbers there are", "len(x)", lambda x, k: len(x), None),
    "largest": ("give the largest number (0 if there is none)", "max(x) if x else 0", lambda x, k: max(x, default=0), None),
    "smallest": ("give the smallest number (0 if there is none)", "min(x) if x else 0", lambda x, k: min(x, default=0), None),
}  # fmt: skip
_ALL = {**_EACH, **_SHAPE, **_FOLD}
EACH, SHAPE, FOLD = tuple(_EACH), tuple(_SHAPE), tuple(_FOLD)


def draw_step(names: Sequence[str], rng: random.Random) -> list[Any]:
    """A random step with one of these names, and a constant if it takes one."""
    name = rng.choice(names)
    bounds = _ALL[name][3]
    return [name] if bounds is None else [name, rng.randint(*bounds)]


def draw_steps(count: int, fold: bool, rng: random.Random) -> list[list[Any]]:
    """``count`` steps without equal names in a row; with ``fold`` the last one gives a number."""
    steps: list[list[Any]] = []
    while len(steps) < count - fold:
        step = draw_step(EACH + SHAPE, rng)
        if not steps or steps[-1][0] != step[0]:
            steps.append(step)
    return [*steps, draw_step(FOLD, rng)] if fold else steps


def has_idle_step(steps: Sequence[Step], lists: Sequence[Sequence[int]]) -> bool:
    """Whether a step can be left out with the same results for most of ``lists``, such as sorting before counting."""
    shorter = ([*steps[:i], *steps[i + 1 :]] for i in range(len(steps)))
    return any(4 * sum(apply(steps, x) != apply(rest, x) for x in lists) < len(lists) for rest in shorter)


def apply(steps: Sequence[Step], numbers: Sequence[int]) -> Any:
    """The result of the steps: a list, or a number after a fold."""
    x: Any = list(numbers)
    for name, *constant in steps:
        x = _ALL[name][2](x, constant[0] if constant else 0)
    return x


def words(step: Step) -> str:
    """The step in English."""
    name, *constant = step
    return _ALL[name][0].format(k=constant[0] if constant else "")


def python(step: Step) -> str:
    """The Python expression for the list or number after this step, in terms of `x`."""
    name, *constant = step
    return _ALL[name][1].format(k=constant[0] if constant else "")


def mutants(steps: Sequence[Step]) -> list[list[Step]]:
    """Chains that differ in one place: a step left out, replaced or with another constant, or two neighbors swapped."""
    found: list[list[Step]] = []
    for i, (name, *constant) in enumerate(steps):
        before, after = list(steps[:i]), list(steps[i + 1 :])
        if name not in _FOLD:
            found.append([*before, *after])
        if constant:
            found += [
                [*before, [name, constant[0] + d], *after] for d in (1, -1) if constant[0] + d > 0 or name == "above"
            ]
        group = next(g for g in (EACH, SHAPE, FOLD) if name in g)
        for other in group:
            bounds = _ALL[other][3]
            if other != name:
                found.append([*before, [other] if bounds is None else [other, constant[0] if constant else 2], *after])
        if after and after[0][0] not in _FOLD:
            found.append([*before, after[0], steps[i], *after[1:]])
    return found


def draw_numbers(rng: random.Random, least: int = 0) -> list[int]:
    """Up to 10 integers between -20 and 40; ``least`` is drawn as a length in place of 0."""
    return [rng.randint(-20, 40) for _ in range(rng.choice((least, 1, 2, 3, 5, 6, 7, 8, 9, 10)))]


def inputs_for(steps: Sequence[Step], rng: random.Random, count: int = 5, least: int = 0) -> list[list[int]]:
    """Lists that expose mutants of the steps: each mutant that any of 40 random lists exposes is exposed."""
    pool = [draw_numbers(rng, least) for _ in range(40)]
    right = [apply(steps, numbers) for numbers in pool]
    chosen = list(range(count))
    for other in mutants(steps):
        if any(apply(other, pool[i]) != right[i] for i in chosen):
            continue
        exposing = next((i for i in range(len(pool)) if apply(other, pool[i]) != right[i]), None)
        if exposing is not None:
            chosen.append(exposing)
    return [list(numbers) for numbers in dict.fromkeys(tuple(pool[i]) for i in chosen)]
