"""The fixed points give every variable a value, different ones to different variables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.values.balls.points import INTEGER_POINTS, REAL_POINTS, point

names = st.sets(st.text(alphabet="abcxyz", min_size=1, max_size=3), min_size=1, max_size=12).map(sorted)


@pytest.mark.parametrize("integers", [False, True])
@given(variables=names, data=st.data())
def test_every_variable_has_a_value(integers: bool, variables: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(INTEGER_POINTS if integers else REAL_POINTS) - 1))
    values = point(index, variables, integers)
    assert list(values) == variables
    if integers:
        assert all(value.denominator == 1 and value > 0 for value in values.values())
    else:
        assert len(set(values.values())) == len(variables)


def test_real_points_have_variables_of_both_signs() -> None:
    for column in range(6):
        assert {row[column] > 0 for row in REAL_POINTS} == {True, False}
