"""Stdio: write a program that reads numbers from standard input and prints the results."""

from __future__ import annotations

import random
from typing import Any

from r1.datasets.families.code import _expressions as ex
from r1.datasets.families.code import _steps as st
from r1.datasets.families.code import function as fn
from r1.datasets.families.code._interpreter import CannotRun, run
from r1.datasets.family import Instance, rng_for


def _stdin(lists: list[list[int]], many: bool) -> str:
    """The input of one list (its length, then its numbers), or with ``many`` the number of lists and the lists."""
    lines = [line for numbers in lists for line in (str(len(numbers)), " ".join(map(str, numbers)))]
    return "\n".join([str(len(lists)), *lines] if many else lines) + "\n"


def _shown(result: Any) -> str:
    return " ".join(map(str, result)) if isinstance(result, list) else str(result)


class Stdio:
    """Levels: 0 an expression of two numbers; level n from 1 on: n + 1 steps on a list, from 3 on for several lists."""

    name = "stdio"
    version = 2
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        if level == 0:
            base = fn.level_zero(rng)
            return {"params": base["params"], "tree": base["tree"], "level": 0}
        while True:
            steps = st.draw_steps(level + 1, rng.random() < 0.5, rng)
            lists = [st.draw_numbers(rng, 4) for _ in range(12)]
            if len({repr(st.apply(steps, numbers)) for numbers in lists}) > 4 and not st.has_idle_step(steps, lists):
                return {"steps": steps, "many": level >= 3, "level": level}

    def canonical(self, instance: Instance) -> Any:
        if instance["level"] == 0:
            names = {name: f"p{i}" for i, name in enumerate(instance["params"])}
            return ex.canonical(ex.rename(instance["tree"], names))
        return [instance["steps"], instance["many"]]

    def render(self, instance: Instance) -> str:
        if instance["level"] == 0:
            return f"read {' '.join(instance['params'])},print {fn.level_zero_words(instance['tree'])}"
        lines = "\n".join(f"{i}. {st.words(step)}" for i, step in enumerate(instance["steps"], 1))
        one = "a line with the number n (0 or more), then a line with n integers, separated by blanks"
        given = f"t, the number of cases, in the first line, then for each case {one}" if instance["many"] else one
        each = "for each case, in a line of its own" if instance["many"] else "in one line"
        return (
            f"Write a Python program. It reads from standard input: {given}. It takes the list of integers through these "
            f"steps:\n{lines}\nIt prints the result {each}, numbers separated by blanks."
        )

    def truth(self, instance: Instance) -> dict[str, Any]:
        rng = rng_for(self.name, self.version, "tests", instance)
        texts = self._inputs(instance, rng)
        tests: list[dict[str, Any]] = [{"stdin": text, "stdout": self._answer(instance, text)} for text in texts]
        tests[0]["visible"] = True
        # Compare lines, because an empty result is an empty line, which a comparison of tokens ignores.
        return {"language": "python", "tests": tests, "compare": "tokens" if instance["level"] == 0 else "lines"}

    def _inputs(self, instance: Instance, rng: random.Random) -> list[str]:
        """The inputs of the tests."""
        if instance["level"] == 0:
            as_function = {**instance, "kind": "expression", "name": "f"}
            return [" ".join(map(str, args)) + "\n" for args in fn.tests_for(as_function, rng, count=4)]
        lists = st.inputs_for(instance["steps"], rng)
        lists.sort(key=lambda numbers: not 3 <= len(numbers) <= 8)
        if not instance["many"]:
            return [_stdin([numbers], False) for numbers in lists]
        return [_stdin(lists[:2], True), _stdin(lists[2:], True)]

    def _answer(self, instance: Instance, stdin: str) -> str:
        """The right output for an input."""
        if instance["level"] == 0:
            names = dict(zip(instance["params"], map(int, stdin.split()), strict=True))
            return f"{ex.value(instance['tree'], names)}\n"
        lines = stdin.split("\n")[bool(instance["many"]) :]
        lists = [[int(v) for v in lines[i].split()] for i in range(1, len(lines), 2)]
        return "".join(f"{_shown(st.apply(instance['steps'], numbers))}\n" for numbers in lists)

    def solution(self, instance: Instance) -> str:
        if instance["level"] == 0:
            a, b = instance["params"]
            return f"{a},{b}=map(int,input().split())\nprint({ex.python(instance['tree'], tight=True)})"
        *chain, last = [st.python(step) for step in instance["steps"]]
        folds = instance["steps"][-1][0] in st.FOLD
        lines = ["input()", "x = [int(v) for v in input().split()]", *(f"x = {code}" for code in [*chain, last])]
        lines.append("print(x)" if folds else "print(*x)")
        if instance["many"]:
            return "\n".join(["for case in range(int(input())):", *(f"    {line}" for line in lines)])
        return "\n".join(lines)

    def check(self, instance: Instance, answer: str) -> bool:
        rng = rng_for(self.name, "check", instance)
        try:
            return all(run(answer, text) == self._answer(instance, text) for text in self._fresh(instance, rng))
        except CannotRun:
            return False

    def _fresh(self, instance: Instance, rng: random.Random) -> list[str]:
        """Random inputs for the check, unrelated to the tests."""
        if instance["level"] == 0:
            return [f"{rng.randint(-60, 60)} {rng.randint(-60, 60)}\n" for _ in range(20)]
        many = instance["many"]
        return [_stdin([st.draw_numbers(rng) for _ in range(4 if many else 1)], many) for _ in range(15)]

    def bounds(self, level: int) -> float:
        return (9.6, 13.0, 18.0, 24.0, 30.0)[level]


FAMILY = Stdio()
