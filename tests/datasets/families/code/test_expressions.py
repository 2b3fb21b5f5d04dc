"""Expression trees: the value, the Python text and the mutants of a tree belong together."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from r1.datasets.families.code import _expressions as ex

TREES = st.tuples(st.integers(0, 3), st.integers()).map(lambda key: ex.draw(key[0], ["a", "b"], random.Random(key[1])))
NAMES = st.fixed_dictionaries({"a": st.integers(-50, 50), "b": st.integers(-50, 50)})


@given(TREES, NAMES, st.booleans())
def test_python_computes_the_value_of_the_tree(tree: ex.Tree, names: dict[str, int], tight: bool) -> None:
    assert eval(ex.python(tree, tight), dict(names)) == ex.value(tree, names)


@given(TREES, NAMES)
def test_the_canonical_tree_has_the_same_value(tree: ex.Tree, names: dict[str, int]) -> None:
    assert ex.value(ex.canonical(tree), names) == ex.value(tree, names)
    assert ex.canonical(ex.canonical(tree)) == ex.canonical(tree)


@given(TREES)
def test_every_mutant_can_be_computed(tree: ex.Tree) -> None:
    for mutant in ex.mutants(tree):
        assert isinstance(ex.value(mutant, {"a": 1, "b": 2}), int)


def test_mutants_differ_in_one_place() -> None:
    assert list(ex.mutants(["-", "a", 3])) == [
        ["+", "a", 3],
        ["*", "a", 3],
        ["-", 3, "a"],
        ["-", "a", 4],
        ["-", "a", 2],
    ]
    assert ["%", "a", 0] not in list(ex.mutants(["%", "a", 1]))


def test_conditions_and_words() -> None:
    tree = ["if", ["<", "a", 3], ["+", "a", 1], ["abs", "b"]]
    assert ex.python(tree) == "(a + 1 if a < 3 else abs(b))"
    assert ex.english(tree) == "[the sum of a and 1] if a is less than 3, otherwise [the absolute value of b]"
    assert [ex.value(tree, {"a": a, "b": -7}) for a in (1, 3)] == [2, 7]
    assert ex.rename(tree, {"a": "x"}) == ["if", ["<", "x", 3], ["+", "x", 1], ["abs", "b"]]
