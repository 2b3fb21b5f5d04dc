"""Repair: mend a function with one mistake, given its description; the answer is the whole function or a diff."""

from __future__ import annotations

import random
from typing import Any

from r1.datasets.families.code import _expressions as ex
from r1.datasets.families.code import function as fn
from r1.datasets.families.code._interpreter import CannotRun, call
from r1.datasets.family import Instance, rng_for


def _differs(instance: Instance, tree: ex.Tree, rng: random.Random) -> bool:
    """Whether the mistake changes the result for at least a quarter of random arguments."""
    other = {**instance, "tree": tree}
    draws = [fn.draw_args(instance, rng) for _ in range(24)]
    return sum(fn.evaluate(other, args) != fn.evaluate(instance, args) for args in draws) >= 6


class Repair:
    """Levels as in `Function`."""

    name = "repair"
    version = 1
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        while True:
            instance = fn.FAMILY.generate(level, rng)
            wrong = [tree for tree in ex.mutants(instance["tree"]) if _differs(instance, tree, rng)]
            if wrong:
                return {**instance, "wrong": rng.choice(wrong)}

    def canonical(self, instance: Instance) -> Any:
        # Without the mistake, so that one function with different mistakes stays in one split.
        return fn.FAMILY.canonical(instance)

    def _broken(self, instance: Instance) -> str:
        """The source with the mistake."""
        return fn.python_source({**instance, "tree": instance["wrong"]}, tight=instance["level"] == 0)

    def render(self, instance: Instance) -> str:
        if instance["level"] == 0:
            return f"fix {fn.FAMILY.render(instance)}\n{self._broken(instance)}"
        return f"{fn.describe(instance)}\nThis version has a mistake:\n```python\n{self._broken(instance)}\n```\nGive the mended function."

    def truth(self, instance: Instance) -> dict[str, Any]:
        rng = rng_for(self.name, self.version, "tests", instance)
        wrong = {**instance, "tree": instance["wrong"]}
        tests: list[dict[str, Any]] = [
            {"args": args, "returns": fn.evaluate(instance, args)} for args in fn.tests_for(instance, rng)
        ]
        tests.sort(
            key=lambda test: fn.evaluate(wrong, test["args"]) == test["returns"]
        )  # the visible test fails for the broken function
        tests[0]["visible"] = True
        return {
            "language": "python",
            "entry_point": instance["name"],
            "tests": tests,
            "base": self._broken(instance) + "\n",
        }

    def solution(self, instance: Instance) -> str:
        return fn.FAMILY.solution(instance)

    def check(self, instance: Instance, answer: str) -> bool:
        rng = rng_for(self.name, "check", instance)
        try:
            return all(
                call(answer, instance["name"], args) == fn.evaluate(instance, args)
                for args in (fn.draw_args(instance, rng) for _ in range(25))
            )
        except CannotRun:
            return False

    def bounds(self, level: int) -> float:
        return fn.FAMILY.bounds(level)


FAMILY = Repair()
