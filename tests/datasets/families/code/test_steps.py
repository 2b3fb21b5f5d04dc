"""List operations: the Python line of each step computes its result, and the chosen inputs expose mutants."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.datasets.families.code import _steps as steps

SEEDS = st.integers()


@given(SEEDS, st.integers(1, 6), st.booleans())
def test_the_python_lines_compute_the_result(seed: int, count: int, fold: bool) -> None:
    rng = random.Random(seed)
    chain = steps.draw_steps(count, fold, rng)
    numbers = steps.draw_numbers(rng)
    x: object = list(numbers)
    for step in chain:
        x = eval(steps.python(step), {"x": x})
    assert x == steps.apply(chain, numbers)


@given(SEEDS, st.integers(1, 6), st.booleans())
def test_no_name_comes_twice_in_a_row_and_only_the_last_step_folds(seed: int, count: int, fold: bool) -> None:
    names = [step[0] for step in steps.draw_steps(count, fold, random.Random(seed))]
    assert len(names) == count and all(a != b for a, b in pairwise(names))
    assert [name in steps.FOLD for name in names] == [False] * (count - fold) + [True] * fold


@pytest.mark.parametrize("step", [["add", 3], ["above", 0], ["sum"]])
def test_inputs_expose_every_mutant_that_random_lists_expose(step: list[object]) -> None:
    def exposes(mutant: list[steps.Step], lists: list[list[int]]) -> bool:
        return any(steps.apply(mutant, numbers) != steps.apply([step], numbers) for numbers in lists)

    inputs = steps.inputs_for([step], random.Random(1))
    rng = random.Random(1)
    pool = [steps.draw_numbers(rng) for _ in range(40)]
    assert [exposes(mutant, inputs) for mutant in steps.mutants([step])] == [
        exposes(mutant, pool) for mutant in steps.mutants([step])
    ]


def test_the_words_name_the_constant() -> None:
    assert steps.words(["add", 7]) == "add 7 to each number"
    assert steps.words(["sum"]) == "give the sum of the numbers (0 if there is none)"


def test_a_chain_with_an_idle_step_is_recognized() -> None:
    lists = [[3, 1, 2], [5, -4], [7, 7, 1, 0], [2]]
    assert steps.has_idle_step([["sort"], ["length"]], lists)
    assert steps.has_idle_step([["negate"], ["add", 1], ["length"]], lists)
    assert not steps.has_idle_step([["even"], ["length"]], lists)
    assert not steps.has_idle_step([["sort"], ["differences"]], lists)
