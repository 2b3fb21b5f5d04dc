"""Limits: the size of a document is checked level by level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structures import values

from r1.verifiers.structure.limits import MAX_DEPTH, MAX_VALUES, Malformed, check_size


@given(values)
def test_ordinary_values_are_within_the_limits(value: object) -> None:
    check_size(value)


@given(st.integers(MAX_DEPTH - 2, MAX_DEPTH + 2), st.booleans())
def test_depth_counts_containers(depth: int, as_lists: bool) -> None:
    value: object = 1
    for _ in range(depth):
        value = [value] if as_lists else {"a": value}
    if depth <= MAX_DEPTH:
        check_size(value)
    else:
        with pytest.raises(Malformed, match="deeper than 64"):
            check_size(value)


def test_values_are_counted_in_all_containers() -> None:
    check_size([0] * (MAX_VALUES - 1))
    with pytest.raises(Malformed, match="more than 50000 values"):
        check_size([0] * MAX_VALUES)
    with pytest.raises(Malformed, match="more than 50000 values"):
        check_size([{"a": 0}] * (MAX_VALUES // 2))
