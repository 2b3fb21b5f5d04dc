"""The pocket edition of pytest behaves like pytest."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from r1.verifiers.code.box.tester import pocket_pytest
from r1.verifiers.code.box.tester.suite import BrokenTests, Skipped


@pytest.fixture
def pocket(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for kind in (Skipped, BrokenTests):  # in a box they are in the same namespace
        monkeypatch.setattr(pocket_pytest, kind.__name__, kind, raising=False)
    return pocket_pytest.pocket_pytest()


NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)


@given(NUMBERS, st.floats(-3e-6, 3e-6))
@example(0, 1e-12)
def test_approx_agrees_with_pytest(expected: float, relative: float) -> None:
    approx = pocket_pytest.pocket_pytest().approx
    for got in (expected, expected + relative, expected * (1 + relative)):
        distance, bound = abs(got - expected), max(1e-6 * abs(expected), 1e-12)
        if abs(distance - bound) > 1e-5 * bound:  # at the bound itself the two may differ
            assert (approx(expected) == got) is (pytest.approx(expected) == got)
            assert (approx([expected]) == [got]) is (pytest.approx([expected]) == [got])
            assert (approx({"x": expected}) == {"x": got}) is (pytest.approx({"x": expected}) == {"x": got})


@pytest.mark.parametrize("got", [[1], [1, 2, 3], "ab", None, {1: 1, 2: 2}])
def test_approx_of_a_list_needs_a_list_of_its_length(got: object, pocket: ModuleType) -> None:
    assert (pocket.approx([1, 2]) == got) is False


def fails() -> None:
    raise KeyError("a key")


def test_raises(pocket: ModuleType) -> None:
    with pocket.raises(LookupError, match="key") as caught:
        fails()
    assert caught.value.args == ("a key",)
    pocket.raises(KeyError, fails)
    with pytest.raises(AssertionError, match="did not raise"), pocket.raises(ValueError):
        pass
    with pytest.raises(AssertionError, match="does not match"), pocket.raises(KeyError, match="door"):
        fails()
    with pytest.raises(KeyError), pocket.raises(ValueError):
        fails()


def test_parametrize_multiplies_its_rows(pocket: ModuleType) -> None:
    @pocket.mark.parametrize("a, b", [(1, 2), (3, 4)])
    @pocket.mark.parametrize("c", [5, 6])
    def test(a: int, b: int, c: int) -> None: ...

    rows: Any = vars(test)["r1_params"]
    assert rows == [{"c": c, "a": a, "b": b} for c in (5, 6) for a, b in ((1, 2), (3, 4))]


def test_skipping_marks(pocket: ModuleType) -> None:
    def test() -> None: ...

    assert pocket.mark.skipif(False, reason="no")(test) is test
    assert pocket.mark.slow(test) is test
    assert pocket.mark.timeout(3)(test) is test
    for skipped in (pocket.mark.skip(reason="later")(test), pocket.mark.skipif(True)(test), pocket.skip):
        with pytest.raises(Skipped):
            skipped()


def test_fixtures_keep_their_function(pocket: ModuleType) -> None:
    def seven() -> int:
        return 7

    plain, with_options = pocket.fixture(seven), pocket.fixture(autouse=True, params=[1])(seven)
    assert (plain.r1_fixture, plain.autouse, plain.params) == (seven, False, None)
    assert (with_options.r1_fixture, with_options.autouse, with_options.params) == (seven, True, [1])


def test_an_unknown_name_makes_the_tests_unusable(pocket: ModuleType) -> None:
    with pytest.raises(BrokenTests, match=r"pytest\.importorskip"):
        pocket.importorskip("numpy")
