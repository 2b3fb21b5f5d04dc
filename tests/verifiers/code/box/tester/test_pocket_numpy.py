"""The pocket edition of numpy compares floats like numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.code.box.tester import pocket_numpy
from r1.verifiers.code.box.tester.suite import BrokenTests

POCKET, TESTING = pocket_numpy.pocket_numpy()
FLOATS = st.floats() | st.sampled_from([0.0, 1.0, 1.00001, 1.000011, 1e-8, math.inf, -math.inf, math.nan])


@given(FLOATS, FLOATS, st.booleans())
def test_isclose_agrees_with_numpy(a: float, b: float, equal_nan: bool) -> None:
    with np.errstate(all="ignore"):
        assert bool(POCKET.isclose(a, b, equal_nan=equal_nan)) is bool(np.isclose(a, b, equal_nan=equal_nan))


@given(st.lists(st.tuples(FLOATS, FLOATS), max_size=5))
def test_allclose_agrees_with_numpy(pairs: list[tuple[float, float]]) -> None:
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    with np.errstate(all="ignore"):
        assert bool(POCKET.allclose(left, right)) is bool(np.allclose(left, right))


def test_nested_lists_and_single_numbers() -> None:
    assert POCKET.allclose([[1, 2], [3, 4]], [[1, 2], [3, 4 + 1e-9]])
    assert POCKET.allclose([2, 2, 2], 2)
    assert not POCKET.allclose([1, 2], [1, 2, 3])


def test_assert_allclose() -> None:
    TESTING.assert_allclose([1.0, math.nan], [1.0, math.nan])
    with pytest.raises(AssertionError, match="far apart"):
        TESTING.assert_allclose(1.0, 1.1, err_msg="far apart")


def test_an_unknown_name_makes_the_tests_unusable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pocket_numpy, "BrokenTests", BrokenTests, raising=False)
    with pytest.raises(BrokenTests, match=r"numpy\.einsum"):
        POCKET.einsum("ij", [])
