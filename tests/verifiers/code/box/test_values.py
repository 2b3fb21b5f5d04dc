"""The encoding of values: what survives it, what it refuses, and results that are hostile or unusual."""

from __future__ import annotations

import json
import math
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from code_tasks import fenced, task
from hypothesis import given
from hypothesis import strategies as st
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.box.values import MAX_DEPTH, Undecodable, Unencodable, decode, encode, no_hash_attack

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
KEYS = st.integers() | st.text() | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(KEYS, inner) | st.sets(KEYS),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


def refuse(x: object) -> object:
    raise AssertionError(f"{x!r} has an encoding")


def transported(value: object) -> Any:
    return decode(json.loads(json.dumps(encode(value, refuse))))


def typed(value: Any) -> Any:
    """The value with the type of each part, so that True, 1 and 1.0 differ."""
    if isinstance(value, dict):
        return dict, frozenset((typed(k), typed(v)) for k, v in value.items())
    if isinstance(value, (set, frozenset)):
        return type(value), frozenset(map(typed, value))
    if isinstance(value, (list, tuple)):
        return type(value), tuple(map(typed, value))
    return type(value), value


@given(VALUES)
def test_values_keep_their_content_and_type(value: Any) -> None:
    assert typed(transported(value)) == typed(value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**5000, id="10**5000"),
        1 + 2j,
        Fraction(1, 3),
        Decimal("1.50"),
        range(1, 9, 2),
        float("-inf"),
        OrderedDict(a=1),
        Counter("aab"),
        deque([1, 2], maxlen=2),
        frozenset({1, (2, 3)}),
        ValueError,
        type(None),
    ],
    ids=repr,
)
def test_values_of_the_standard_library_survive(value: object) -> None:
    found = transported(value)
    assert found == value and type(found) is type(value)


def test_nan_survives() -> None:
    assert math.isnan(transported(float("nan")))


class Everything(int):
    """Claims to equal everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


def test_an_instance_of_a_subclass_becomes_a_plain_value() -> None:
    found = transported([Everything(7)])
    assert found == [7] and type(found[0]) is int


def test_too_deep_a_value_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(MAX_DEPTH + 1):
        nested = [nested]
    with pytest.raises(Unencodable, match="too deep"):
        encode(nested, refuse)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"t": [1], "s": [2]},
        {"unknown": 1},
        {"y": "Sandbox"},
        {"y": "open"},
        {"d": [1]},
        {"s": [[1]]},
        {"b": [999]},
        {"r": [0, 10**15, 1]},
        {"q": [1.5, 2]},
        {"m": "1e999999999"},
        {"m": "sNaN"},
        {"z": "timedelta 99999999999 1 1"},
        {"z": "sleep 1"},
    ],
    ids=repr,
)
def test_other_data_is_refused(data: object) -> None:
    with pytest.raises(Undecodable):
        decode(data)


@given(
    st.recursive(
        PLAIN.filter(lambda x: not isinstance(x, bytes)),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=1), inner),
    )
)
def test_decoding_any_json_gives_a_value_or_undecodable(data: object) -> None:
    try:
        decode(data)
    except Undecodable:
        pass


def test_many_equal_hashes_are_refused() -> None:
    no_hash_attack([i * (2**61 - 1) for i in range(1000)])
    with pytest.raises(Undecodable, match="equal hashes"):
        no_hash_attack([i * (2**61 - 1) for i in range(1001)])


ENDLESS = [  # what the test does with the result, and a result that is short to write and takes forever to work with
    ("set of a range", "set(f(3)) == {1, 2}", "range(10**15)"),
    ("sorted range", "sorted(f(3)) == [1, 2]", "range(10**15)"),
    ("sum of a range", "sum(f(3)) == 3", "range(10**15)"),
    ("max of a range", "max(f(3)) == 3", "range(10**15)"),
    ("in a range", "1.5 in f(3)", "range(10**15)"),
    ("ranges in a list", "set(f(3)[0]) == {1}", "[range(10**15)]"),
    ("one hash for all, set", "set(f(3)) == {1, 2}", "[i * (2**61 - 1) for i in range(140_000)]"),
    ("one hash for all, dict", "dict(f(3)) == {1: 2}", "[(i * (2**61 - 1), 0) for i in range(100_000)]"),
    ("signalling nan", "f(3) == 2", "__import__('decimal').Decimal('sNaN')"),
    ("rounding", "round(f(3)) == 2", "__import__('decimal').Decimal('1e999999999')"),
]


@pytest.mark.parametrize(("test", "value"), [pytest.param(*row, id=name) for name, *row in ENDLESS])
def test_a_result_that_takes_forever_to_work_with_is_wrong(test: str, value: str, sandbox: Sandbox) -> None:
    """A judge that worked with it would be stopped by the timeout of pytest."""
    truth = task([{"asserts": f"assert {test}"}], entry_point="f")
    assert Code(sandbox)(fenced(f"def f(n): return {value}"), truth).reward == 0.0


ORDINARY_RANGES = """
assert f(3) == range(3)
assert list(f(3)) == [0, 1, 2]
assert set(f(100_000)) == set(range(100_000))
"""


def test_an_ordinary_range_is_a_result(sandbox: Sandbox) -> None:
    truth = task([{"asserts": ORDINARY_RANGES}], entry_point="f")
    assert Code(sandbox)(fenced("def f(n): return range(n)"), truth).reward == 1.0


def test_ints_of_thousands_of_digits_can_be_arguments(sandbox: Sandbox) -> None:
    truth = task([{"call": "f(10**5000)", "returns_literal": "10**5000", "visible": True}], entry_point="f")
    found = Code(sandbox).many([fenced("def f(n): return n"), fenced("def f(n): return n + 1")], [truth, truth])
    assert [verdict.reward for verdict in found] == [1.0, 0.0]


RESULTS: list[tuple[str, str, bool]] = [
    # what the function returns, the expected value as a literal, whether they are equal
    ("{1, 2}", "{2, 1}", True),
    ("frozenset({1})", "frozenset({1})", True),
    ("(1, [2, {'a': None}])", "(1, [2, {'a': None}])", True),
    ("[1, 2]", "(1, 2)", False),
    ("True", "1", False),
    ("1", "True", False),
    ("1.0", "1", False),
    ("1", "1.0", True),
    ("-0.0", "0.0", True),
    ("float('inf')", "float('inf')", True),
    ("float('-inf')", "float('inf')", False),
    ("float('nan')", "float('nan')", False),
    ("10**40", "10**40", True),
    ("10**5000 + 1", "10**5000 + 1", True),
    ("float(10**16)", "10**16 + 1", False),
    ("b'ab'", "b'ab'", True),
    ("'ab'", "b'ab'", False),
    ("1 + 2j", "(1+2j)", True),
    ("{(1, 2): 'x'}", "{(1, 2): 'x'}", True),
    ("{1: 2, True: 3}", "{1: 3}", True),
    ("None", "None", True),
    ("''", "None", False),
    ("0", "None", False),
    ("'\\ud800'", "'\\ud800'", True),
    ("range(3)", "[0, 1, 2]", False),
    ("__import__('collections').OrderedDict(a=1)", "{'a': 1}", True),
    ("__import__('collections').Counter('aab')", "{'a': 2, 'b': 1}", True),
    ("__import__('collections').deque([1])", "[1]", False),
    ("iter([1])", "[1]", False),
]


@pytest.mark.parametrize(("value", "literal", "right"), RESULTS)
def test_results_are_compared_by_type_and_content(value: str, literal: str, right: bool, sandbox: Sandbox) -> None:
    truth = {"language": "python", "entry_point": "f", "tests": [{"call": "f()", "returns_literal": literal}]}
    verdict = Code(sandbox)(fenced(f"def f():\n    return {value}"), truth)
    assert verdict.reward == float(right), verdict
