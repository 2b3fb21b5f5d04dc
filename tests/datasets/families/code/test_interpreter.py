"""The interpreter of small Python: right results, a budget of steps, and nothing beyond its language."""

from __future__ import annotations

import pytest

from r1.datasets.families.code._interpreter import CannotRun, call, run


def test_a_function_is_called() -> None:
    source = """
def twice(x):
    return 2 * x

def f(xs, k):
    total = 0
    for i, x in enumerate(xs):
        if x % 2 == 0 and False or x > k:
            continue
        total += twice(x)
    return total
"""
    with pytest.raises(CannotRun):  # `and` and `continue` are outside the language
        call(source, "f", [[1, 2, 3], 2])
    plain = source.replace("x % 2 == 0 and False or x > k", "x > k").replace("continue", "x = 0")
    assert call(plain, "f", [[1, 2, 3], 2]) == 6


def test_a_program_reads_and_prints() -> None:
    source = "n = int(input())\nx = [int(v) for v in input().split()]\nprint(n, *x[::-1], sep=',')\nprint(max(x) if x else 0)"
    assert run(source, "2\n3 4\n") == "2,4,3\n4\n"


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "print(open('x'))",
        "print((1).__class__)",
        "print('x'.upper())",
        "while True: pass",
        "print(eval('1'))",
        "print(undefined)",
        "print(1 / 0)",
        "def f(): return f()\nprint(f())",
        "print([x for x in range(1000) for y in range(1000)])",
        "for i in range(1000000):\n    x = i",
        "print(",
    ],
)
def test_everything_else_is_refused(source: str) -> None:
    with pytest.raises(CannotRun):
        run(source, "")


def test_the_number_of_arguments_is_checked() -> None:
    with pytest.raises(CannotRun, match="f takes 1 argument"):
        call("def f(x):\n    return x", "f", [1, 2])
