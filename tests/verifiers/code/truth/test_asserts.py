"""Asserts: a lifted assertion holds exactly if the assert statement would pass; anything unusual is not lifted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.code.truth.asserts import called_function, lift

CONDITIONS = [
    "f(1) == [1, 2]",
    "f(1) != 3",
    "not f(1)",
    "f(1) in (0, 1, None)",
    "f(1) is None",
    "1 <= f(1) < 3",
    "abs(f(1) - 2) <= 1",
    "sorted(f(1)) == sorted([2, 1])",
    "set(f(1)) == set([1, 2])",
    "len(f(1)) == 2 and f(1)[0] == 1",
    "f(1)[-1] == 2 or f(1) == 0",
    "f(1) == list",
    "f(1) == 2 ** 1",
    "math.isclose(f(1), 2.0, abs_tol=1e-9)",
    "f(1) == {'a': [1]}['a']",
]
results = st.none() | st.integers(-1, 4) | st.floats(-1, 4) | st.lists(st.integers(0, 3), max_size=3) | st.booleans()


@pytest.mark.parametrize("condition", CONDITIONS)
@given(result=results)
def test_a_lifted_assertion_holds_exactly_if_the_statement_passes(condition: str, result: Any) -> None:
    source = f"import math\nassert {condition}\n"
    try:
        exec(source, {"f": lambda _: result})
        passes = True
    except Exception:
        passes = False
    lifted = lift(source, "f")
    assert lifted is not None
    assert lifted[0].holds([result] * len(lifted[0].calls)) == passes
    assert all(call.args == (1,) for call in lifted[0].calls)


def test_humanevals_check_is_lifted_with_the_arguments_of_its_calls() -> None:
    source = """
METADATA = {'author': 'jt'}

def check(candidate):
    '''Examples.'''
    assert candidate('', n=2 * 3) == 0
    assert True
    assert candidate([1, 2]) == 2, 'two items'

check(length)
"""
    lifted = lift(source, "length")
    assert lifted is not None
    assert [(dict(call.kwargs), call.args) for one in lifted for call in one.calls] == [
        ({"n": 6}, ("",)),
        ({}, ([1, 2],)),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "for i in range(3):\n    assert f(i) == i",
        "x = 3\nassert f(x) == 3",
        "assert f(*[1]) == 1",
        "assert f(1) * 9 ** 9 == 1",
        "assert str(f(1)) == '1'",
        "assert f(1).real == 1",
        "assert type(f(1)) == list",
        "assert [x for x in f(1)] == []",
        "assert 1 == 1",
        "import numpy\nassert f(1) == 1",
        "def check(candidate):\n    assert candidate(1)\ndef other(): pass",
        "",
        "assert f(",
    ],
)
def test_other_sources_are_not_lifted(source: str) -> None:
    assert lift(source, "f") is None


def test_equal_hashes_in_a_result_fail_the_assertion_at_once() -> None:
    lifted = lift("assert set(f(1)) == {0}", "f")
    assert lifted is not None
    prime = 2**61 - 1  # integers that are equal modulo this number share one hash
    assert lifted[0].holds([[0] * 2000]) is False  # as many equal hashes as an attack needs
    assert lifted[0].holds([[n * prime for n in range(2000)]]) is False
    assert lifted[0].holds([[0] * 900]) is True


@pytest.mark.parametrize(
    ("sources", "name"),
    [
        (["assert add(1, 2) == 3", "assert set(add(0, 0)) == {0}"], "add"),
        (["import math\nassert area(1) == math.pi"], "area"),
        (["x = 3\nassert f(x) == g(x)"], ""),
        (["from lib import *\nassert f(1)"], ""),
        (["assert f(", "assert f(1)"], ""),
        ([], ""),
    ],
)
def test_the_function_under_test_is_the_one_name_that_nothing_defines(sources: list[str], name: str) -> None:
    assert called_function(sources) == name
