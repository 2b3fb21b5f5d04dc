"""Inputs: generated arguments are new, repeatable, and have every property that all seen ones share."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from r1.verifiers.code.inputs import Domain, new_inputs

values = st.recursive(
    st.integers(-99, 99) | st.text("ab(), 1", max_size=6) | st.floats(-9, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("xy", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(values, values), min_size=1, max_size=5), st.integers(0, 2**32))
def test_new_inputs_have_every_property_of_the_seen_ones(seen: list[tuple[Any, ...]], seed: int) -> None:
    found = new_inputs(seen, 10, random.Random(seed))
    domain = Domain(seen)
    assert all(domain.admits(args) for args in [*seen, *found])
    assert len({repr(args) for args in [*seen, *found]}) == len({repr(args) for args in seen}) + len(found)
    assert found == new_inputs(seen, 10, random.Random(seed))


def test_order_balance_and_relations_are_kept() -> None:
    seen = [([1, 3, 8], "(())", 2), ([2, 4, 9, 11], "()()", 3)]
    for items, text, n in new_inputs(seen, 200, random.Random(0)):
        assert items == sorted(items)
        assert text.count("(") == text.count(")")
        assert 0 < n < len(items)
