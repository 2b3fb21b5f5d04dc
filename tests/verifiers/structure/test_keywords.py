"""Keywords: equality of JSON values, and the values that a keyword itself may have."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structures import status_of, values

from r1.verifiers.structure.keywords import SIMPLE, canonical, simple
from r1.verifiers.verdict import Status, TruthError


@given(values.filter(lambda value: value is not None), values)  # content None is an absent key
def test_other_content_fails(value: object, other: object) -> None:
    same = json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)
    numerically = re.sub(r"(\d)\.0\b", r"\1", json.dumps(value, sort_keys=True)) == re.sub(
        r"(\d)\.0\b", r"\1", json.dumps(other, sort_keys=True)
    )
    status = status_of(json.dumps(other), {"format": "json", "content": value})
    assert (status is Status.PASS) == (same or numerically)


@given(values, values)
def test_canonical_values_are_equal_for_equal_json_only(value: object, other: object) -> None:
    assert canonical(value) == canonical(json.loads(json.dumps(value)))
    assert (canonical([value]) == canonical([other])) == (canonical(value) == canonical(other))


@pytest.mark.parametrize(
    ("value", "other", "equal"), [(1, 1.0, True), (True, 1, False), (0, False, False), ("1", 1, False)]
)
def test_numbers_and_booleans_stay_apart(value: object, other: object, equal: bool) -> None:
    assert (canonical({"a": [value]}) == canonical({"a": [other]})) is equal


@given(st.sampled_from(sorted(SIMPLE)), values)
def test_a_keyword_takes_a_value_or_refuses_it_by_name(name: str, rule: object) -> None:
    try:
        check = simple(name, rule)
    except TruthError as error:
        assert name in str(error) or "schema type" in str(error) or "pattern" in str(error)
    else:
        assert all(isinstance(check(value, {}), str) for value in (None, True, 1, 0.5, "a", [1, 1], {"a": 1}))


@pytest.mark.parametrize(
    ("name", "rule", "value", "broken"),
    [
        ("multipleOf", 0.1, 0.3, ""),
        ("multipleOf", 2, 3, " is no multiple of 2"),
        ("exclusiveMaximum", 3, 3, " is not below 3"),
        ("uniqueItems", True, [1, 1.0], " has the same item twice"),
        ("uniqueItems", True, [1, True], ""),
        ("dependentRequired", {"a": ["b"]}, {"a": 1}, ' lacks a key that another one needs: {"a": ["b"]}'),
        ("enum", [1, None], False, " is none of [1, null]"),
    ],
)
def test_a_check_describes_the_violation(name: str, rule: object, value: object, broken: str) -> None:
    assert simple(name, rule)(value, {}) == broken
