"""What tests and program would share in one process: changed arguments, patches, seeds and files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from code_tasks import fenced, task
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code
from r1.verifiers.verdict import Status

CLEARS_ITS_ARGUMENT = """
def f(nums):
    nums.clear()
    return nums
"""
A_VARIABLE = """
nums = [3, 1, 2]
assert f(nums) == sorted(nums)
"""
IN_UNITTEST = """
import unittest
from solution import f
class T(unittest.TestCase):
    def test_f(self):
        nums = [3, 1, 2]
        self.assertEqual(f(nums), sorted(nums))
"""
IN_A_COMPREHENSION = """
import random
from solution import f
def test_f():
    lists = [[random.random()] for _ in range(3)]
    assert all(f(nums) == sorted(nums) for nums in lists)
"""
LOOKED_AT_AFTERWARDS = """
nums = [3, 1, 2]
assert f(nums) == []
assert nums == []
"""
LOOKED_AT_IN_A_HELPER = """
def right(nums):
    got = f(nums)
    return got == [] and nums == []
for n in range(3):
    assert right([n, 1])
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@pytest.mark.parametrize(
    ("test", "reward"),
    [
        pytest.param({"asserts": A_VARIABLE}, 0.0, id="a variable"),
        pytest.param({"unittest": IN_UNITTEST}, 0.0, id="in unittest"),
        pytest.param({"unittest": IN_A_COMPREHENSION}, 0.0, id="in a comprehension"),
        pytest.param({"asserts": LOOKED_AT_AFTERWARDS}, 1.0, id="looked at afterwards"),
        pytest.param({"asserts": LOOKED_AT_IN_A_HELPER}, 1.0, id="looked at in a helper"),
    ],
)
def test_changing_an_argument_does_not_make_an_assertion_true(
    test: dict[str, str], reward: float, sandbox: Sandbox
) -> None:
    assert Code(sandbox)(fenced(CLEARS_ITS_ARGUMENT), task([test], entry_point="f")).reward == reward


PATCHED = """
from unittest.mock import patch
from solution import f
def test_f():
    with patch('builtins.open'):
        assert f() == 1
"""
CAPTURED = """
import io, sys
from unittest.mock import patch
from solution import f
def test_f():
    with patch('sys.stdout', new=io.StringIO()) as out:
        f()
    assert out.getvalue() == 'hello\\n'
"""
SEEDED = """
import random
from solution import draw
def test_draw():
    random.seed(7)
    expected = [random.random() for _ in range(3)]
    random.seed(7)
    assert [draw() for _ in range(3)] == expected
"""
WITH_FILES = """
import os
from solution import size
def test_size():
    with open('data.txt', 'w') as f:
        f.write('123')
    assert size('data.txt') == 3
"""


def test_a_patch_of_the_programs_process_is_unscored(sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced("def f(): return 1"), task([{"unittest": PATCHED}]))
    assert verdict.status is Status.UNSCORED and "the tests patch 'open'" in verdict.note


def test_a_patch_of_stdout_captures_what_the_program_prints(sandbox: Sandbox) -> None:
    truth = task([{"unittest": CAPTURED}])
    found = Code(sandbox).many([fenced(f"def f(): print({text!r})") for text in ("hello", "bye")], [truth] * 2)
    assert [verdict.reward for verdict in found] == [1.0, 0.0]


def test_a_seed_of_the_tests_seeds_the_program(sandbox: Sandbox) -> None:
    truth = task([{"unittest": SEEDED}])
    programs = ["import random\ndef draw(): return random.random()", "def draw(): return 0.5"]
    found = Code(sandbox).many([fenced(program) for program in programs], [truth] * 2)
    assert [verdict.reward for verdict in found] == [1.0, 0.0]


def test_a_failure_with_files_of_the_tests_is_unscored(sandbox: Sandbox) -> None:
    program = "import os\ndef size(path): return os.path.getsize(path)"
    verdict = Code(sandbox)(fenced(program), task([{"unittest": WITH_FILES}]))
    assert verdict.status is Status.UNSCORED and "files" in verdict.note
