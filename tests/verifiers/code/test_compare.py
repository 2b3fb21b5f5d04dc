"""Compare: outputs by the rule of their test, values with their types, multisets by what their items are."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.code.compare import check_rule, same_output, same_value

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 2.5]) | st.text("ab", max_size=2)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=6,
)  # fmt: skip


@given(values)
def test_a_value_is_the_same_as_itself_under_every_rule(value: Any) -> None:
    for rule in ("exact", "python", {"float": 1e-6}):
        assert same_value(value, value, rule)
        assert same_value(value, value, rule, tuples_are_lists=False)


@given(st.lists(values, max_size=4), st.randoms(use_true_random=False))
def test_order_matters_except_for_a_multiset(items: list[Any], rng: Any) -> None:
    shuffled = list(items)
    rng.shuffle(shuffled)
    assert same_value(shuffled, items, "unordered")
    assert not same_value([*shuffled, "x"], items, "unordered")
    if same_value(shuffled, items, "exact"):
        assert shuffled == items


@pytest.mark.parametrize(
    ("got", "expected", "exact", "python"),
    [
        (True, 1, False, True),
        (3, 3.0, True, True),
        (3.0, 3, False, True),
        ({1}, {True}, False, True),
        ({"a": 1}, {"a": True}, False, True),
        ((1, 2), [1, 2], True, True),
        ([1, 2], (1, 2), False, True),
        (math.nan, math.nan, False, False),
        ("1", 1, False, False),
        (b"a", "a", False, False),
    ],
)
def test_types_count_unless_the_rule_is_pythons(got: Any, expected: Any, exact: bool, python: bool) -> None:
    assert same_value(got, expected) is exact
    assert same_value(got, expected, "python") is python


def test_a_tolerance_is_for_floats_only() -> None:
    rule = {"float": 1e-3}
    assert same_value([1.0004, 2], [1.0, 2], rule)
    assert same_value(10**400, 10**400, rule)
    assert not same_value(1.0004, 1, rule)
    assert not same_value(10**400, 1.0, rule)
    assert not same_value(1.1, 1.0, rule)


def test_a_multiset_is_compared_by_what_its_items_are() -> None:
    def same(got: Any, expected: Any) -> bool:
        return same_value(got, expected, "unordered")

    assert same([{"b": 2, "a": 1}, {"a": 3}], [{"a": 3}, {"a": 1, "b": 2}])
    assert same([2.5, 1], [1.0, 2.5])
    assert same([1.0, 1], [1, 1.0])
    assert same([{8, 0}, (1, 2)], [[1, 2], {0, 8}])
    assert not same([2, True], [1, 2])
    assert not same([1.0, 1.0], [1, 1.0])
    assert not same([1, 1, 2], [1, 2, 2])
    assert same(list(range(5000)), list(range(5000))[::-1])


@pytest.mark.parametrize(
    ("got", "expected", "rule", "same"),
    [
        (b" 1\t2\n", b"1 2", "tokens", True),
        (b"1 2", b"12", "tokens", False),
        (b"1\xc2\xa02", b"1 2", "tokens", False),  # a no-break space is part of a token
        (b"1 2  \r\n\n", b"1 2", "lines", True),
        (b"1  2", b"1 2", "lines", False),
        (b"1\n", b"1", "exact", False),
        (b"0.3333", b"0.3334", {"float": 1e-3}, True),
        (b"3.0000", b"3", {"float": 1e-3}, True),
        (b"03", b"3", {"float": 1e-3}, True),
        (b"10000000000000001", b"10000000000000000", {"float": 1e-3}, False),
        (b"1e16", b"10000000000000001", {"float": 1e-3}, False),
        (b"nan", b"nan", {"float": 1e-3}, True),  # the same token
        (b"nan", b"NaN", {"float": 1e-3}, False),
        (b"1e99999", b"2e99999", {"float": 1e-3}, False),
        (b"9" * 10_000, b"0" + b"9" * 10_000, {"float": 1e-3}, True),
    ],
)
def test_an_output_is_compared_by_its_rule(got: bytes, expected: bytes, rule: Any, same: bool) -> None:
    assert same_output(got, expected, rule) is same


@pytest.mark.parametrize(
    "rule", ["loose", {"float": 0}, {"float": -1.0}, {"float": math.inf}, {"floats": 1e-6}, None, 1]
)
def test_an_unknown_rule_is_refused(rule: Any) -> None:
    with pytest.raises(ValueError, match=r"compare .*: expected one of: exact, python, \{'float': 1e-6\}"):
        check_rule(rule, ("exact", "python"))
