"""Expressions: small trees over integers, with their value, their Python text and their English text."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Tree = Any
"""An integer, a name, [operator, operand, ...], or ["if", [comparison, left, right], then, else]."""

BINARY: Mapping[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "%": lambda a, b: a % b,
    "max": max,
    "min": min,
}
COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "==": lambda a, b: a == b,
}
COMMUTATIVE = {"+", "*", "max", "min", "=="}
_ENGLISH = {
    "+": "the sum of {} and {}",
    "-": "{} minus {}",
    "*": "the product of {} and {}",
    "%": "the remainder (never negative) of {} divided by {}",
    "max": "the larger of {} and {}",
    "min": "the smaller of {} and {}",
    "abs": "the absolute value of {}",
    "<": "{} is less than {}",
    ">": "{} is greater than {}",
    "==": "{} equals {}",
}


def value(tree: Tree, names: Mapping[str, int]) -> int:
    """The value of the expression. Raises ZeroDivisionError for a remainder by 0, which is never generated."""
    if isinstance(tree, int):
        return tree
    if isinstance(tree, str):
        return names[tree]
    if tree[0] == "if":
        symbol, left, right = tree[1]
        return value(tree[2 if COMPARE[symbol](value(left, names), value(right, names)) else 3], names)
    if tree[0] == "abs":
        return abs(value(tree[1], names))
    return BINARY[tree[0]](value(tree[1], names), value(tree[2], names))


def python(tree: Tree, tight: bool = False) -> str:
    """The expression in Python; ``tight`` leaves out the blanks around operators."""
    if isinstance(tree, (int, str)):
        return f"({tree})" if isinstance(tree, int) and tree < 0 else str(tree)
    blank = "" if tight else " "
    if tree[0] == "if":
        symbol, left, right = tree[1]
        test = f"{python(left, tight)}{blank}{symbol}{blank}{python(right, tight)}"
        return f"({python(tree[2], tight)} if {test} else {python(tree[3], tight)})"
    if tree[0] in ("abs", "max", "min"):
        return f"{tree[0]}({f',{blank}'.join(python(part, tight) for part in tree[1:])})"
    symbol, left, right = tree
    lhs, rhs = _inside(left, symbol, tight, False), _inside(right, symbol, tight, True)
    return f"{lhs}{blank}{symbol}{blank}{rhs}"


def english(tree: Tree) -> str:
    """The expression in words, with brackets around operands that are neither a number nor a name."""
    if isinstance(tree, (int, str)):
        return str(tree)
    if tree[0] == "if":
        symbol, left, right = tree[1]
        test = _ENGLISH[symbol].format(_bracket(left), _bracket(right))
        return f"{_bracket(tree[2])} if {test}, otherwise {_bracket(tree[3])}"
    return _ENGLISH[tree[0]].format(*map(_bracket, tree[1:]))


def canonical(tree: Tree) -> Tree:
    """The tree with the operands of commutative operators in a fixed order."""
    if isinstance(tree, (int, str)):
        return tree
    parts = [canonical(part) if isinstance(part, list) else part for part in tree[1:]]
    return [tree[0], *(sorted(parts, key=repr) if tree[0] in COMMUTATIVE else parts)]


def rename(tree: Tree, names: Mapping[str, str]) -> Tree:
    """The tree with its variables renamed by ``names``."""
    if isinstance(tree, list):
        return [tree[0], *(rename(part, names) for part in tree[1:])]
    return names.get(tree, tree) if isinstance(tree, str) else tree


def mutants(tree: Tree) -> Iterator[Tree]:
    """Trees that differ in one place: another operator, swapped operands or branches, or a constant off by one."""
    if isinstance(tree, int):
        yield from (tree + 1, tree - 1)
        return
    if not isinstance(tree, list):
        return
    head, *parts = tree
    group = next((g for g in (("+", "-", "*"), ("max", "min"), ("<", ">", "==")) if head in g), ())
    for other in group:
        if other != head:
            yield [other, *parts]
    if head in ("-", "%", "<", ">") and not (head == "%" and not isinstance(parts[0], int)):
        yield [head, parts[1], parts[0]]
    if head == "if":
        yield [head, parts[0], parts[2], parts[1]]
    for i, part in enumerate(parts):
        for other in mutants(part):
            if not (head == "%" and i == 1 and other == 0):
                yield [head, *parts[:i], other, *parts[i + 1 :]]


def draw(depth: int, names: list[str], rng: random.Random) -> Tree:
    """A random expression of this depth; remainders are by positive constants only."""
    if depth == 0:
        return rng.choice(names) if rng.random() < 0.75 else rng.randint(1, 20)
    symbol = rng.choice(["+", "-", "*", "%", "max", "min", "abs"])
    deep = draw(depth - 1, names, rng)
    if symbol == "abs":
        return ["abs", deep]
    if symbol == "%":
        return ["%", deep, rng.randint(2, 12)]
    shallow = draw(rng.randrange(depth), names, rng)
    return [symbol, deep, shallow] if rng.random() < 0.5 else [symbol, shallow, deep]


def _inside(part: Tree, symbol: str, tight: bool, right: bool) -> str:
    """An operand of ``symbol`` in Python, in parentheses if it needs them."""
    text = python(part, tight)
    if not isinstance(part, list) or part[0] in ("abs", "max", "min", "if"):
        return text
    rank = {"+": 1, "-": 1, "*": 2, "%": 2}
    loose = rank[part[0]] < rank[symbol] or (right and rank[part[0]] == rank[symbol])
    return f"({text})" if loose else text


def _bracket(tree: Tree) -> str:
    return f"[{english(tree)}]" if isinstance(tree, list) else english(tree)
