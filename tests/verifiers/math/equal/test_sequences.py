"""Answers of several values: order, repeats, names, points, matrices, phrases."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.equal.answers import Equality
from r1.verifiers.math.equal.sequences import MAX_MATCH
from r1.verifiers.math.read.readings import read


def same(gold: str, pred: str) -> bool:
    return Equality().whole_answers(read(gold)[0], read(pred)[0])


items = st.lists(st.sampled_from(["1", "2", "x", r"\sqrt{2}", "-y"]), min_size=2, max_size=5)


@given(items, st.randoms())
def test_a_list_has_no_order_and_a_point_has_one(values: list[str], random: Random) -> None:
    mixed = list(values)
    random.shuffle(mixed)
    assert same(", ".join(values), ", ".join(mixed))
    assert same(rf"\{{{', '.join(values)}\}}", rf"\{{{', '.join(mixed)}\}}")
    assert same(f"({', '.join(values)})", f"({', '.join(mixed)})") is (values == mixed)


@given(items)
def test_repeats_count_in_a_list_and_not_in_a_set(values: list[str]) -> None:
    once, more = ", ".join(values), ", ".join([*values, values[0]])
    assert not same(once, more) and not same(more, once)
    assert same(rf"\{{{once}\}}", rf"\{{{more}\}}")


@pytest.mark.parametrize(
    ("gold", "pred", "equal"),
    [
        ("x=1, y=2", "y=2, x=1", True),
        ("x=1, y=2", "(1, 2)", True),
        ("y=2, x=1", "(1, 2)", True),
        ("x=1, y=2", "x=2, y=1", False),
        ("x=1, y=2", "x=1", False),
        ("x_1=1, x_2=2", "x_1=2, x_2=1", False),
        ("x_1=1, x_2=2", "2, 1", True),
        ("x=1, x=2", "2, 1", True),
        ("p=5, q=2, p=7, q=3", "(7,3), (5,2)", True),
        (r"\{(1,2)\}", "(1,2)", True),
        ("3, 3", "3", True),
        ("3, 4", "3", False),
        (r"\{2, 3\}", r"\{\{2\}, \{3\}\}", False),
        ("(1,2)", "[1,2]", False),
        ("red and blue", "blue and red", True),
        ("red and blue", "red", False),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", "(1,2)", True),
        (r"\begin{pmatrix}1&2\end{pmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}", False),
        ("3i-2j", "(3,-2)", True),
    ],
)
def test_named_values_points_matrices_and_phrases(gold: str, pred: str, equal: bool) -> None:
    assert same(gold, pred) is equal and same(pred, gold) is equal


def test_long_lists_are_matched_only_where_they_hold_plain_numbers() -> None:
    numbers = [str(i) for i in range(MAX_MATCH + 10)]
    formulas = [rf"\sqrt{{{i}}}" for i in range(2, MAX_MATCH + 10)]
    assert same(",".join(numbers), ",".join(reversed(numbers)))
    assert not same(",".join(formulas), ",".join(reversed(formulas)))
