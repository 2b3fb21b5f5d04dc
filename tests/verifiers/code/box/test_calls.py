"""Function calls in the candidate's box: forged records, silenced clocks, and functions that only pretend to be right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from code_tasks import CHECK, fenced, task
from programs import programs
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code

CATALOG = {path.stem: programs(path) for path in (Path(__file__).parent / "programs").glob("*.txt")}
HACKS = {**CATALOG["lying_results"], **CATALOG["function_hacks"]}
SMALL = {"cpu_s": 1, "wall_s": 3, "memory_mb": 128}
UNITTEST = """
import unittest
from solution import add

class TestAdd(unittest.TestCase):
    def test_small(self):
        self.assertEqual(add(1, 2), 3)
    def test_negative(self):
        self.assertEqual(add(5, -7), -2)
    def test_refuses(self):
        self.assertRaises(TypeError, add, 1, None)
"""
CALLS = task([{"args": [19, 23], "returns": 42}, {"args": [5, -7], "returns": -2}], entry_point="add", limits=SMALL)
CHECKED = task([{"asserts": CHECK}], entry_point="add", limits=SMALL)
UNIT = task([{"unittest": UNITTEST}], entry_point="add", limits=SMALL)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@pytest.mark.parametrize("name", HACKS)
def test_a_function_that_does_not_add_earns_nothing(name: str, sandbox: Sandbox) -> None:
    verdicts = Code(sandbox).many([fenced(HACKS[name])] * 3, [CALLS, CHECKED, UNIT])
    assert [(v.reward, v.note) for v in verdicts if v.reward != 0.0] == []
    partly = Code(sandbox, mode="fraction", max_timeouts=3).many([fenced(HACKS[name])] * 2, [CALLS, CHECKED])
    assert [(v.reward, v.note) for v in partly if v.reward != 0.0] == []


@pytest.mark.parametrize("name", CATALOG["odd_functions"])
def test_a_function_that_adds_in_an_odd_way_earns_full_reward(name: str, sandbox: Sandbox) -> None:
    verdicts = Code(sandbox).many([fenced(CATALOG["odd_functions"][name])] * 2, [CALLS, CHECKED])
    assert [(v.reward, v.note) for v in verdicts if v.reward != 1.0] == []


FIRST = {"args": [19, 23], "returns": 42}
SHOWN = task([{**FIRST, "visible": True}, {"args": [70001, -70002], "returns": -1}], entry_point="add")
BY_EQUALITY = task([FIRST], entry_point="add", compare="python")
UNORDERED = task([{"args": [19, 23], "returns": [1, 2, 3], "compare": "unordered"}], entry_point="add")


@pytest.mark.parametrize("name", CATALOG["forged_records"])
def test_a_forged_record_is_wrong_and_harms_no_other_program(name: str, sandbox: Sandbox) -> None:
    """A record that would take minutes or all memory to read is caught by the timeout of pytest."""
    attack = fenced(CATALOG["forged_records"][name])
    honest = fenced("def add(a, b): return a + b")
    answers = Code(sandbox).with_feedback([attack, attack, attack, honest], [SHOWN, BY_EQUALITY, UNORDERED, SHOWN])
    assert [verdict.reward for verdict, _ in answers] == [0.0, 0.0, 0.0, 1.0]


def returns_its_argument(times: int) -> list[dict[str, Any]]:
    return [{"args": [i], "returns": i} for i in range(times)]


TEN_CALLS = {"cpu_s": 0.5, "wall_s": 4, "memory_mb": 256}
SLOW_SIXTH_CALL = """
import signal, time
clock = time.clock_gettime
{first_lines}
def f(n):
    if n == 5:
        end = clock(2) + {seconds}
        while clock(2) < end: pass
    return n
"""


@pytest.mark.parametrize("name", CATALOG["silenced_clocks"])
def test_a_program_that_silences_the_clocks_is_still_timed(name: str, sandbox: Sandbox) -> None:
    truth = task(returns_its_argument(10), entry_point="f", limits=TEN_CALLS)
    first_lines = CATALOG["silenced_clocks"][name]
    late = SLOW_SIXTH_CALL.format(first_lines=first_lines, seconds=1.5)
    assert Code(sandbox)(fenced(late), truth).note.startswith("TLE")
    in_time = SLOW_SIXTH_CALL.format(first_lines=first_lines, seconds=0.2)
    assert Code(sandbox, mode="fraction")(fenced(in_time), truth).reward == 1.0


HALF_THE_LIMIT = """
import time

def f(n):
    end = time.process_time() + 0.25
    while time.process_time() < end: pass
    return n
"""


def test_the_time_limit_applies_to_each_call_separately(sandbox: Sandbox) -> None:
    truth = task(returns_its_argument(6), entry_point="f", limits=TEN_CALLS)
    assert Code(sandbox)(fenced(HALF_THE_LIMIT), truth).reward == 1.0


EVENS = task(
    [{"args": [[1, 2, 4]], "returns": [2, 4]}, {"args": [[3]], "returns": []}], entry_point="evens", limits=SMALL
)
CHANGES_ITS_ARGUMENT = """
def evens(xs):
    xs[:] = [x for x in xs if x % 2 == 0]
"""
CLEARS_EARLIER_ARGUMENTS = """
seen = []
def evens(xs):
    seen.append(xs)
    for old in seen: old.clear()
    return []
"""


def test_a_changed_argument_is_not_a_result(sandbox: Sandbox) -> None:
    assert Code(sandbox)(fenced(CHANGES_ITS_ARGUMENT), EVENS).reward == 0.0
    assert Code(sandbox)(fenced(f"{CHANGES_ITS_ARGUMENT}    return xs"), EVENS).reward == 1.0


def test_a_call_cannot_change_the_arguments_of_the_next_call(sandbox: Sandbox) -> None:
    assert Code(sandbox, mode="fraction")(fenced(CLEARS_EARLIER_ARGUMENTS), EVENS).reward == 0.5


@pytest.mark.parametrize(
    ("program", "entry"),
    [
        ("def f(n): return n", "f"),
        ("class Solution:\n    def f(self, n): return n", "f"),
        ("class Solution:\n    def f(self, n): return n", "Solution().f"),
        ("class Maker:\n    def made(self): return self.f\n    def f(self, n): return n", "Maker().made()"),
    ],
)
def test_the_entry_point_is_found(program: str, entry: str, sandbox: Sandbox) -> None:
    assert Code(sandbox)(fenced(program), task(returns_its_argument(3), entry_point=entry)).reward == 1.0
