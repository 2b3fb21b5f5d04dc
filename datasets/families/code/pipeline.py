"""Pipeline: write a function that applies one step (level 0) or a chain of steps (level 4) to a list of integers."""

from __future__ import annotations

import random
from typing import Any

from r1.datasets.families.code import _steps as st
from r1.datasets.families.code._interpreter import CannotRun, call
from r1.datasets.family import Instance, rng_for

_SHORT = {"add": ("plus", "+"), "subtract": ("minus", "-"), "multiply": ("times", "*")}


class Pipeline:
    """Levels: 0 one arithmetic step on each number; level n from 1 on: n + 1 steps of any kind."""

    name = "pipeline"
    version = 1
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Instance:
        if level == 0:
            step = [rng.choice(tuple(_SHORT)), rng.randint(1, 99)]
            return {"name": rng.choice("fgh"), "param": rng.choice("xyz"), "steps": [step], "level": 0}
        name = rng.choice(("f", "g", "solve", "change", "process"))
        while True:
            steps = st.draw_steps(level + 1, rng.random() < 0.4, rng)
            results = [repr(st.apply(steps, st.draw_numbers(rng, 4))) for _ in range(12)]
            if len(set(results)) > 4:  # skip chains that are nearly constant
                return {"name": name, "param": "x", "steps": steps, "level": level}

    def canonical(self, instance: Instance) -> Any:
        return instance["steps"]

    def render(self, instance: Instance) -> str:
        name, param, steps = instance["name"], instance["param"], instance["steps"]
        if instance["level"] == 0:
            return f"{name}({param}):each of {param} {_SHORT[steps[0][0]][0]} {steps[0][1]}"
        lines = "\n".join(f"{i}. {st.words(step)}" for i, step in enumerate(steps, 1))
        return f"Write a Python function {name}({param}). It takes a list of integers through these steps:\n{lines}\nIt returns the result."

    def truth(self, instance: Instance) -> dict[str, Any]:
        steps = instance["steps"]
        inputs = st.inputs_for(steps, rng_for(self.name, self.version, "tests", instance))
        inputs.sort(key=lambda numbers: not 3 <= len(numbers) <= 8)  # the visible test gets a list of medium length
        tests: list[dict[str, Any]] = [{"args": [numbers], "returns": st.apply(steps, numbers)} for numbers in inputs]
        tests[0]["visible"] = True
        return {"language": "python", "entry_point": instance["name"], "tests": tests}

    def solution(self, instance: Instance) -> str:
        name, param, steps = instance["name"], instance["param"], instance["steps"]
        if instance["level"] == 0:
            return f"def {name}({param}):return[v{_SHORT[steps[0][0]][1]}{steps[0][1]} for v in {param}]"
        *chain, last = [st.python(step) for step in steps]
        lines = [f"def {name}({param}):", *(f"    x = {code}" for code in chain), f"    return {last}"]
        return "\n".join(lines)

    def check(self, instance: Instance, answer: str) -> bool:
        rng = rng_for(self.name, "check", instance)
        try:
            return all(
                call(answer, instance["name"], [list(numbers)]) == st.apply(instance["steps"], numbers)
                for numbers in (st.draw_numbers(rng) for _ in range(25))
            )
        except CannotRun:
            return False

    def bounds(self, level: int) -> float:
        return (8.2, 13.0, 18.0, 24.0, 30.0)[level]


FAMILY = Pipeline()
