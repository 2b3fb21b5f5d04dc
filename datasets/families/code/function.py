"""Function: write a function from its description, from `a times b plus 7` (level 0) to recurrences (level 4)."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

from r1.datasets.families.code import _expressions as ex
from r1.datasets.families.code._interpreter import CannotRun, call
from r1.datasets.family import Instance, rng_for

_WORDS = {"+": "plus", "-": "minus", "*": "times"}
_LETTERS = "abcdmpqwxyz"  # without n, which counts terms
_MODULUS = 10007


def level_zero(rng: random.Random) -> dict[str, Any]:
    """An instance like `f(a,b):a times b plus 7`: two names in any order, two operators and a constant, read from left to right."""
    names = rng.sample(_LETTERS, 2)
    first, second = names if rng.random() < 0.5 else names[::-1]
    tree = [rng.choice("+-"), [rng.choice("+-*"), first, second], rng.randint(1, 99)]
    return {"kind": "expression", "name": rng.choice("fgh"), "params": names, "tree": tree}


def level_zero_words(tree: ex.Tree) -> str:
    """The expression of a level 0 instance in words: `a times b plus 7`."""
    (outer, (inner, first, second), constant) = tree
    return f"{first} {_WORDS[inner]} {second} {_WORDS[outer]} {constant}"


def evaluate(instance: Instance, args: Sequence[int]) -> int:
    """The result of the instance's function, computed from its tree."""
    names = dict(zip(instance["params"], args, strict=True))
    tree = instance["tree"]
    if instance["kind"] == "sum":
        n = names["n"]
        return sum(ex.value(tree, {**names, "i": i}) for i in range(1, n + 1))
    if instance["kind"] == "recurrence":
        return _term(instance, names["n"])
    return ex.value(tree, names)


def _term(instance: Instance, n: int) -> int:
    terms = list(instance["start"])
    while len(terms) <= n:
        names = {"u": terms[-1], "v": terms[-2], "k": len(terms)}
        terms.append(ex.value(instance["tree"], names) % _MODULUS)
    return terms[n]


def draw_args(instance: Instance, rng: random.Random) -> list[int]:
    """Random arguments; ``n``, which counts terms, is small and not negative."""
    return [
        rng.randint(0, 25) if name == "n" else rng.choice((0, 1, -1, *(rng.randint(-40, 40) for _ in range(6))))
        for name in instance["params"]
    ]


def tests_for(instance: Instance, rng: random.Random, count: int = 6) -> list[list[int]]:
    """Arguments that expose mutants of the function: each mutant that any of 60 random draws exposes is exposed."""
    pool = [draw_args(instance, rng) for _ in range(60)]
    chosen = pool[:count]
    right = [evaluate(instance, args) for args in pool]
    for tree in ex.mutants(instance["tree"]):
        other = {**instance, "tree": tree}
        if any(evaluate(other, args) != right[pool.index(args)] for args in chosen):
            continue
        exposing = (args for args, value in zip(pool, right, strict=True) if evaluate(other, args) != value)
        chosen.extend([args for args in [next(exposing, None)] if args is not None])
    return [list(args) for args in dict.fromkeys(map(tuple, chosen))]


def python_source(instance: Instance, tight: bool = False) -> str:
    """A correct solution; ``tight`` writes it in one line without blanks."""
    name, params, tree = instance["name"], instance["params"], instance["tree"]
    if instance["kind"] == "expression":
        if tight:
            return f"def {name}({','.join(params)}):return {ex.python(tree, tight=True)}"
        return f"def {name}({', '.join(params)}):\n    return {ex.python(tree)}"
    if instance["kind"] == "sum":
        return f"def {name}({', '.join(params)}):\n    return sum({ex.python(tree)} for i in range(1, n + 1))"
    v, u = instance["start"]
    return (
        f"def {name}(n):\n    v, u = {v}, {u}\n    if n == 0:\n        return v\n    for k in range(2, n + 1):\n"
        f"        v, u = u, ({ex.python(tree)}) % {_MODULUS}\n    return u"
    )


def describe(instance: Instance) -> str:
    """The task in words, for level 1 and above."""
    name, params, tree = instance["name"], instance["params"], instance["tree"]
    head = f"Write a Python function {name}({', '.join(params)}) of integers that returns "
    if instance["kind"] == "expression":
        return f"{head}{ex.english(tree)}."
    if instance["kind"] == "sum":
        return f"{head}the sum over all whole numbers i from 1 to n of {ex.english(tree)} (0 if n is 0)."
    first, second = instance["start"]
    return (
        f"{head}the term number n of a sequence. Term 0 is {first}, term 1 is {second}. For k of 2 and more, term k is "
        f"the remainder (never negative) of [{ex.english(tree)}] divided by {_MODULUS}, where u is term k-1 and v is term k-2."
    )


class Function:
    """Levels: 0 two operators, 1 an expression, 2 a condition, 3 a sum over i, 4 a recurrence."""

    name = "function"
    version = 1
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        if level == 0:
            return {**level_zero(rng), "level": 0}
        while True:
            instance = {**self._draw(level, rng), "level": level}
            sample = [draw_args(instance, rng) for _ in range(12)]
            if len({evaluate(instance, args) for args in sample}) > 4:  # skip functions that are nearly constant
                return instance

    def _draw(self, level: int, rng: random.Random) -> dict[str, Any]:
        name = rng.choice(("f", "g", "h", "solve", "compute"))
        params = sorted(rng.sample("abcdxyz", 2 + (level > 1)))
        if level == 1:
            return {"kind": "expression", "name": name, "params": params, "tree": ex.draw(2, params, rng)}
        if level == 2:
            test = [rng.choice("<>"), ex.draw(1, params, rng), ex.draw(rng.randrange(2), params, rng)]
            tree = ["if", test, ex.draw(2, params, rng), ex.draw(1, params, rng)]
            return {"kind": "expression", "name": name, "params": params, "tree": tree}
        if level == 3:
            tree = ex.draw(2, [*params[:1], "i", "i"], rng)
            return {"kind": "sum", "name": name, "params": [*params[:1], "n"], "tree": tree}
        start = [rng.randint(0, 20), rng.randint(1, 20)]
        tree = ["+", ex.draw(2, ["u", "v", "k"], rng), rng.choice("uv")]
        return {"kind": "recurrence", "name": name, "params": ["n"], "tree": tree, "start": start}

    def canonical(self, instance: Instance) -> Any:
        names = {name: f"p{i}" for i, name in enumerate(instance["params"]) if name != "n"}
        return [instance["kind"], ex.canonical(ex.rename(instance["tree"], names)), instance.get("start")]

    def render(self, instance: Instance) -> str:
        if instance["level"] == 0:
            return f"{instance['name']}({','.join(instance['params'])}):{level_zero_words(instance['tree'])}"
        return describe(instance)

    def truth(self, instance: Instance) -> dict[str, Any]:
        rng = rng_for(self.name, self.version, "tests", instance)
        tests = [{"args": args, "returns": evaluate(instance, args)} for args in tests_for(instance, rng)]
        tests[0]["visible"] = True
        return {"language": "python", "entry_point": instance["name"], "tests": tests}

    def solution(self, instance: Instance) -> str:
        return python_source(instance, tight=instance["level"] == 0)

    def check(self, instance: Instance, answer: str) -> bool:
        rng = rng_for(self.name, "check", instance)
        try:
            return all(
                call(answer, instance["name"], args) == evaluate(instance, args)
                for args in (draw_args(instance, rng) for _ in range(25))
            )
        except CannotRun:
            return False

    def bounds(self, level: int) -> float:
        return (math.log2(4 * 2 * 99), 16.0, 30.0, 18.0, 24.0)[level]


FAMILY = Function()
