"""Rows of public sets, as these print them: a right program earns full reward, a wrong one and a hack earn nothing."""

from __future__ import annotations

# ruff: noqa: E501 - rows as the sets print them
import base64
import json
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from programs import programs
from shared_data import SHARED, needs_shared

from r1.datasets.load import load_tasks
from r1.datasets.rows import task_of_row
from r1.sandbox import Sandbox, open_sandbox
from r1.verifiers.code import Code
from r1.verifiers.verdict import Status


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


PROGRAMS = programs(Path(__file__).parents[1] / "programs/public_rows.txt")
PACKED = base64.b64encode(
    zlib.compress(pickle.dumps(json.dumps([{"input": "[5, 6]\n1", "output": "[6, 7]", "testtype": "functional"}])))
).decode()
HUMANEVAL = """

METADATA = {
    'author': 'jt'
}


def check(candidate):
    assert candidate('') == 0
    assert candidate('x') == 1
    assert candidate('asdasnakj') == 9
"""
KODCODE = """from solution import reverse
import pytest

@pytest.mark.parametrize('s, t', [('ab', 'ba'), ('', '')])
def test_reverse(s, t):
    assert reverse(s) == t

def test_type():
    with pytest.raises(TypeError):
        reverse(3)
"""
MBPP_SETUP = """class Node:
    def __init__(self, data):
        self.data = data
        self.left = None
root = Node(1)
root.left = Node(2)
root1 = Node(1)"""
HUMANEVAL_PLUS = """

import numpy as np

def is_floats(x) -> bool:
    if isinstance(x, float):
        return True
    if isinstance(x, (list, tuple)):
        return all(isinstance(i, float) for i in x)
    if isinstance(x, np.ndarray):
        return x.dtype == np.float64 or x.dtype == np.float32
    return False

def assertion(out, exp, atol):
    exact_match = out == exp
    if atol == 0 and is_floats(exp):
        atol = 1e-6
    if not exact_match and atol != 0:
        assert np.allclose(out, exp, rtol=1e-07, atol=atol)
    else:
        assert exact_match

def check(candidate):
    inputs = [[3.5], [-1.25], [0.1]]
    results = [0.5, 0.75, 0.1]
    for i, (inp, exp) in enumerate(zip(inputs, results)):
        assertion(candidate(*inp), exp, 0)
"""
TESTCASES = """
import unittest
from unittest.mock import patch

class TestCases(unittest.TestCase):
    def setUp(self):
        self.words = ["b", "a", "b"]

    def test_counts(self):
        self.assertEqual(task_func(self.words), {"a": 1, "b": 2})

    def test_empty(self):
        self.assertDictEqual(task_func([]), {})

    def test_rejects(self):
        with self.assertRaises(TypeError):
            task_func(None)
"""
CHECKER = """import sys

def main():
    input_path, answer_path, output_path = sys.argv[1:4]
    n = int(open(input_path).read())
    try:
        a, b = map(int, open(output_path).read().split())
    except ValueError:
        print(0); return
    print(1 if a + b == n and a > 0 and b > 0 else 0)

main()
"""

SETS: dict[str, dict[str, Any]] = {
    "humaneval": {
        "task_id": "HumanEval/23",
        "prompt": '\n\ndef strlen(string: str) -> int:\n    """ Return length of given string\n    >>> strlen(\'abc\')\n    3\n    """\n',
        "entry_point": "strlen",
        "canonical_solution": "    return len(string)\n",
        "test": HUMANEVAL,
    },
    "humanevalplus": {
        "task_id": "HumanEval/2",
        "prompt": 'def truncate_number(number: float) -> float:\n    """ decimal part """\n',
        "entry_point": "truncate_number",
        "canonical_solution": "    return number % 1.0\n",
        "test": HUMANEVAL_PLUS,
    },
    "humanevalpack": {
        "task_id": "Python/53",
        "prompt": 'def add(x: int, y: int):\n    """Add two numbers x and y"""\n',
        "declaration": "def add(x: int, y: int):\n",
        "canonical_solution": "    return x + y\n",
        "buggy_solution": "    return x + y + y + x\n",
        "test": "\n\ndef check(add):\n    assert add(0, 1) == 1\n    assert add(2, 3) == 5\n\ncheck(add)",
        "entry_point": "add",
    },
    "bigcodebench": {
        "task_id": "BigCodeBench/0",
        "complete_prompt": "from collections import Counter\ndef task_func(words):\n    '''Count words.'''\n",
        "instruct_prompt": "Count words.",
        "canonical_solution": "    return dict(Counter(iter(words)))\n",
        "code_prompt": "from collections import Counter\ndef task_func(words):\n",
        "test": TESTCASES,
        "entry_point": "task_func",
    },
    "mbpp": {
        "task_id": 2,
        "text": "Write a function to find the shared elements from the given two lists.",
        "code": "def similar_elements(a, b):\r\n  res = tuple(set(a) & set(b))\r\n  return (res) ",
        "test_setup_code": "import math",
        "test_list": [
            "assert set(similar_elements((3, 4, 5, 6),(5, 7, 4, 10))) == set((4, 5))",
            "assert set(similar_elements((1, 2, 3, 4),(5, 4, 3, 7))) == set((3, 4))",
        ],
        "challenge_test_list": ["assert similar_elements((1,), (2,)) == ()"],
    },
    "mbpp setup": {
        "task_id": 367,
        "text": "Write a function to check if the given tree is height balanced.",
        "test_setup_code": MBPP_SETUP,
        "test_list": ["assert depth(root) == 2", "assert depth(root1) == 1"],
    },
    "kodcode": {
        "question": "Write reverse(s).",
        "solution": "def reverse(s): return s[::-1]",
        "test": KODCODE,
    },
    "apps stdio": {
        "problem_id": 0,
        "question": "Sum the numbers of each line.",
        "solutions": json.dumps(["print(1)"]),
        "input_output": json.dumps({"inputs": ["2\n1 2\n3 4\n", ["1", "5 5"]], "outputs": ["3\n7\n", ["10"]]}),
        "difficulty": "introductory",
        "starter_code": "",
    },
    "apps calls": {
        "problem_id": 1,
        "question": "Double each.",
        "solutions": "[]",
        "input_output": json.dumps({"fn_name": "double", "inputs": [[[1, 2]], [[]]], "outputs": [[2, 4], []]}),
        "starter_code": "class Solution:\n    def double(self, xs: List[int]) -> List[int]:\n        ",
    },
    "apps wrapped calls with number keys": {
        "question": "Invert.",
        "input_output": json.dumps(
            {"fn_name": "invert", "inputs": [[{"1": "a"}], [{"2": "b"}]], "outputs": [[{"a": 1}], [{"b": 2}]]}
        ),
    },
    "livecodebench": {
        "question_title": "Shift",
        "question_content": "Add k to all.",
        "platform": "leetcode",
        "question_id": "1",
        "contest_date": "2024-01-01T00:00:00",
        "starter_code": "class Solution:\n    def shift(self, xs: List[int], k: int) -> List[int]:\n        ",
        "public_test_cases": json.dumps([{"input": "[1, 2]\n3", "output": "[4, 5]", "testtype": "functional"}]),
        "private_test_cases": PACKED,
        "metadata": json.dumps({"func_name": "shift"}),
    },
    "livecodebench stdin": {
        "question_content": "Echo.",
        "public_test_cases": json.dumps([{"input": "5\n", "output": "5", "testtype": "stdin"}]),
        "private_test_cases": json.dumps([{"input": "6 \n", "output": "6\n", "testtype": "stdin"}]),
        "metadata": "{}",
    },
    "code_contests": {
        "name": "1_A",
        "description": "a+b",
        "public_tests": {"input": ["1 2\n"], "output": ["3\n"]},
        "private_tests": {"input": ["5 5\n"], "output": ["10\n"]},
        "generated_tests": {"input": ["-1 1\n", "1 2\n"], "output": ["0\n", "3\n"]},
        "time_limit": {"seconds": 1, "nanos": 500000000},
        "memory_limit_bytes": 256000000,
    },
    "codeforces with a checker": {
        "id": "1/A",
        "description": "Split n into two positive numbers.",
        "input_format": "n",
        "output_format": "a b",
        "examples": [{"input": "5\n", "output": "1 4\n"}],
        "official_tests": [{"input": "5\n", "output": "1 4\n"}, {"input": "9\n", "output": "1 8\n"}],
        "generated_checker": CHECKER,
        "time_limit": 2.0,
        "memory_limit": 256.0,
    },
    "deepcoder primeintellect": {
        "problem": "Is it even?",
        "tests": json.dumps(
            [
                {"type": "function_call", "fn_name": "even", "input": [4], "output": [True]},
                {"type": "function_call", "fn_name": "even", "input": [3], "output": [False]},
            ]
        ),
    },
    "deepcoder taco": {"problem": "Echo.", "tests": json.dumps({"inputs": ["a\n"], "outputs": ["a\n"]})},
    "leetcode": {
        "prompt": "from typing import *\n",
        "entry_point": "Solution().twoSum",
        "test": "def check(candidate):\n    assert candidate(nums = [2,7,11,15], target = 9) == [0, 1]\n    assert candidate(nums = [3,3], target = 6) == [0, 1]\n",
    },
}


@pytest.mark.parametrize("name", SETS)
def test_a_row_pays_the_right_program_and_neither_the_wrong_one_nor_the_hack(name: str, sandbox: Sandbox) -> None:
    right, wrong, hack = (PROGRAMS[f"{name}: {kind}"] for kind in ("right", "wrong", "hack"))
    task = task_of_row(SETS[name], "code", "x")
    for newline in ("\n", "\r\n"):
        fence = newline.join(["Here it is:", "```python", *right.split("\n"), "```", ""])
        verdict = Code(sandbox)(fence, task.truth)
        assert (verdict.status, verdict.reward) == (Status.PASS, 1.0), verdict
    for program in (wrong, hack):
        verdict = Code(sandbox)(f"```python\n{program}\n```", task.truth)
        assert verdict.reward == 0.0, (program, verdict)


def test_a_pickle_that_imports_is_refused() -> None:
    row = {
        "question_content": "x",
        "public_test_cases": "[]",
        "private_test_cases": base64.b64encode(zlib.compress(pickle.dumps(print))).decode(),
    }
    with pytest.raises(ValueError, match="refers to"):
        task_of_row(row, "code", "x")


@needs_shared
@pytest.mark.parametrize("name", ["code_eval_code_contests", "code_eval_live_code_bench_v1"])
def test_sandbox_fusions_samples_load_and_are_judged(name: str, sandbox: Sandbox) -> None:
    tasks = load_tasks(SHARED / f"data/sandboxfusion_samples/{name}.jsonl", "code")
    verdicts = Code(sandbox).many(["```python\nprint(0)\n```"] * len(tasks), [task.truth for task in tasks])
    assert {verdict.status for verdict in verdicts} == {Status.FAIL}
    if name.endswith("v1"):
        for task, title in zip(tasks, ("short sort", "number of senior citizens"), strict=False):
            program = PROGRAMS[f"livecodebench, {title}: right"]
            assert Code(sandbox)(f"```python\n{program}\n```", task.truth).reward == 1.0
