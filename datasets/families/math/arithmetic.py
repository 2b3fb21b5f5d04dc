"""Arithmetic: evaluate an expression of integers, from two-digit sums (level 0) to nested fractions (level 4)."""

from __future__ import annotations

import operator
import random
import re
from fractions import Fraction
from typing import Any

from r1.datasets.family import Instance

Tree = Any
"""An integer, or [symbol, left, right]."""

_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}
_APPLY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def _value(tree: Tree) -> Fraction:
    """The exact value of the tree."""
    return Fraction(tree) if isinstance(tree, int) else _APPLY[tree[0]](_value(tree[1]), _value(tree[2]))


def _text(tree: Tree) -> str:
    """The expression as infix text with the fewest parentheses."""
    if isinstance(tree, int):
        return str(tree)
    symbol, left, right = tree
    rank = _RANK[symbol]
    lhs = f"({_text(left)})" if not isinstance(left, int) and _RANK[left[0]] < rank else _text(left)
    tight = not isinstance(right, int) and (_RANK[right[0]] < rank or (_RANK[right[0]] == rank and symbol in "-/"))
    rhs = f"({_text(right)})" if tight or (isinstance(right, int) and right < 0) else _text(right)
    return f"{lhs}{symbol}{rhs}"


def _sorted(tree: Tree) -> Tree:
    """The tree with the operands of + and * in a fixed order, so that 47+38 and 38+47 are one question."""
    if isinstance(tree, int):
        return tree
    operands = [_sorted(tree[1]), _sorted(tree[2])]
    if tree[0] in "+*":
        operands.sort(key=repr)
    return [tree[0], *operands]


def _draw(depth: int, top: int, symbols: str, rng: random.Random) -> Tree:
    """A random tree of this depth over 1 to ``top`` that never divides by zero."""
    if depth == 0:
        return rng.randint(1, top)
    while True:
        deep, shallow = _draw(depth - 1, top, symbols, rng), _draw(rng.randrange(depth), top, symbols, rng)
        left, right = (deep, shallow) if rng.random() < 0.5 else (shallow, deep)
        symbol = rng.choice(symbols)
        if symbol != "/" or _value(right) != 0:
            return [symbol, left, right]


_TOKEN = re.compile(r"\d+|[-+*/()]")


def evaluate(text: str) -> Fraction:
    """The value of an infix text, computed with two stacks and independently of the tree that the text was made from."""
    values: list[Fraction] = []
    operators: list[str] = []

    def apply() -> None:
        right, left = values.pop(), values.pop()
        values.append(_APPLY[operators.pop()](left, right))

    for token in _TOKEN.findall(text):
        if token.isdigit():
            values.append(Fraction(int(token)))
        elif token == "(":
            operators.append(token)
        elif token == ")":
            while operators[-1] != "(":
                apply()
            operators.pop()
        else:
            while operators and operators[-1] != "(" and _RANK[operators[-1]] >= _RANK[token]:
                apply()
            operators.append(token)
    while operators:
        apply()
    return values[0]


class Arithmetic:
    """Levels: 0 sums and differences of two numbers; 1 to 4 deeper expressions with more operators."""

    name = "arithmetic"
    version = 1
    levels = range(5)
    # level: depth, largest number, operators
    _SHAPES = {1: (2, 20, "+-"), 2: (2, 30, "+-*"), 3: (3, 20, "+-*/"), 4: (4, 30, "+-*/")}

    def generate(self, level: int, rng: random.Random) -> Instance:
        if level == 0:
            a, b = rng.randint(1, 99), rng.randint(1, 99)
            return {"tree": ["+", a, b] if rng.random() < 0.5 else ["-", max(a, b), min(a, b)], "level": 0}
        depth, top, symbols = self._SHAPES[level]
        return {"tree": _draw(depth, top, symbols, rng), "level": level}

    def canonical(self, instance: Instance) -> Any:
        return _sorted(instance["tree"])

    def render(self, instance: Instance) -> str:
        text = _text(instance["tree"])
        return f"{text}=" if instance["level"] == 0 else f"Compute {text}. Give the exact value."

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"answer": self.solution(instance), "form": "value"}  # a copy of the question is no answer

    def solution(self, instance: Instance) -> str:
        return str(_value(instance["tree"]))

    def check(self, instance: Instance, answer: str) -> bool:
        return Fraction(answer) == evaluate(_text(instance["tree"]))

    def bounds(self, level: int) -> float:
        return (13.2, 24.0, 28.0, 46.0, 80.0)[level]


FAMILY = Arithmetic()
