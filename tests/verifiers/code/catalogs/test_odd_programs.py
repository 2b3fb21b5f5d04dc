"""Odd programs, hostile and honest: a catalogue judged with every form of test in every tier.

Each program was labeled before it was first judged. One that does not solve its task earns 0 (never UNSCORED), one that
does earns 1. The programs are in `tests/verifiers/code/programs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from programs import programs
from tiers import TIERS, sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code

LIMITS = {"cpu_s": 1, "wall_s": 3, "memory_mb": 256}
CATALOG = {path.stem: programs(path) for path in sorted((Path(__file__).parents[1] / "programs").glob("*.txt"))}

CHECK = """
def check(candidate):
    for i in range(5):
        for j in range(3):
            assert candidate(i, j) == i + j

check(add)
"""
UNITTEST = """
import unittest
from solution import *

class TestAdd(unittest.TestCase):
    def test_small(self):
        self.assertEqual(add(1, 2), 3)
    def test_more(self):
        for i in range(3):
            self.assertTrue(all(add(i, j) == i + j for j in range(3)))
            self.assertIn(add(i, i), (2 * i,))
"""
PYTEST = """
import pytest
from solution import *

@pytest.mark.parametrize('a,b', [(1, 2), (5, -7)])
def test_add(a, b):
    assert add(a, b) == sum((a, b))
    assert isinstance(add(a, b), int)
    assert sorted([add(a, b), 0]) == sorted([a + b, 0])
"""


def task(tests: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"language": "python", "limits": LIMITS, "tests": tests, **more}


FORMS = {
    "calls": task([{"args": [19, 23], "returns": 42}, {"args": [5, -7], "returns": -2}], entry_point="add"),
    "check": task([{"asserts": CHECK}], entry_point="add"),
    "unittest": task([{"unittest": UNITTEST}], entry_point="add"),
    "pytest": task([{"unittest": PYTEST}], entry_point="add"),
}
SUMS = task([{"stdin": "19 23\n", "stdout": "42\n"}, {"stdin": "5 -7\n", "stdout": "-2\n"}])
THIRD = task([{"stdin": "1 3\n", "stdout": "0.333333333\n"}], compare={"float": 1e-6})
LINES = task([{"stdin": "1 2\n", "stdout": "3\nok\n"}], compare="lines")
EXACT = task([{"stdin": "1 2\n", "stdout": "3\n"}], compare="exact")

NOT_A_THIRD = {
    "NaN": "print('nan')",
    "infinity": "print('inf')",
    "a fraction": "print('1/3')",
    "two numbers": "print('0.3333333 0.3333333')",
    "Arabic digits": "print('٠.٣٣٣٣٣٣٣')",
    "a million digits and a letter": "print('0.'+'3'*1000000+'x')",
    "a huge integer and a tiny exponent": "print('3'*2000000+'e-2000001')",
    "an exponent of a million zeros": "print('0.333333333e'+'0'*1000000)",
    "an underscore": "print('0.33_3333333')",
    "hexadecimal": "print('0x1.5555555555555p-2')",
}
OUTPUTS_THAT_ARE_EQUAL_BY_RULE = {
    "a hundred thousand digits": (THIRD, "print('0.'+'3'*100000)"),
    "an exponent": (THIRD, "print('3.33333333e-1')"),
    "white space around, and within the tolerance": (THIRD, "print(' 0.3333331 \\n\\n')"),
    "trailing blanks of lines": (LINES, "print('3  ');print('ok\\r')"),
    "the same bytes": (EXACT, "print(3)"),
}


@pytest.fixture(scope="module", params=TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


def misjudged(sandbox: Sandbox, rows: list[tuple[str, str, dict[str, Any]]], reward: float) -> list[tuple[str, Any]]:
    """The rows (name, program, truth) with another reward. In one batch: an attack must not harm other programs."""
    verdicts = Code(sandbox).many(
        [f"```python\n{program}\n```" for _, program, _ in rows], [truth for *_, truth in rows]
    )
    return [(row[0], verdict) for row, verdict in zip(rows, verdicts, strict=True) if verdict.reward != reward]


@pytest.mark.parametrize("form", FORMS)
def test_functions_that_do_not_add_earn_nothing(form: str, sandbox: Sandbox) -> None:
    rows = [(name, program, FORMS[form]) for name, program in CATALOG["functions_wrong"].items()]
    assert misjudged(sandbox, rows, 0.0) == []


@pytest.mark.parametrize("form", FORMS)
def test_functions_that_add_in_odd_ways_earn_full_reward(form: str, sandbox: Sandbox) -> None:
    rows = [(name, program, FORMS[form]) for name, program in CATALOG["functions_right"].items()]
    assert misjudged(sandbox, rows, 1.0) == []


def test_programs_that_do_not_print_the_right_number_earn_nothing(sandbox: Sandbox) -> None:
    rows = [(name, program, SUMS) for name, program in CATALOG["stdio_wrong"].items()]
    rows += [(name, program, THIRD) for name, program in NOT_A_THIRD.items()]
    assert misjudged(sandbox, rows, 0.0) == []


def test_programs_that_print_the_right_number_in_odd_ways_earn_full_reward(sandbox: Sandbox) -> None:
    rows = [(name, program, SUMS) for name, program in CATALOG["stdio_right"].items()]
    rows += [(name, program, truth) for name, (truth, program) in OUTPUTS_THAT_ARE_EQUAL_BY_RULE.items()]
    assert misjudged(sandbox, rows, 1.0) == []
