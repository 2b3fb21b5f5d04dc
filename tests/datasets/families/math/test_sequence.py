"""Sequences: the solution continues the rule, other numbers do not."""

from __future__ import annotations

import pytest
from family_checks import assert_solutions_pass_the_check, each_level

from r1.datasets.families.math.sequence import FAMILY
from r1.datasets.family import Family, draw


@pytest.mark.parametrize(("family", "level"), each_level([FAMILY]))
def test_solutions_pass_the_independent_check_and_wrong_answers_do_not(family: Family, level: int) -> None:
    assert_solutions_pass_the_check(family, level, 300)


@pytest.mark.parametrize("level", FAMILY.levels)
def test_a_neighbor_of_the_solution_fails_the_check(level: int) -> None:
    for index in range(50):
        instance = draw(FAMILY, "test", level, seed=1, index=index)
        right = int(FAMILY.solution(instance))
        assert [FAMILY.check(instance, str(right + d)) for d in (-1, 0, 1)] == [False, True, False]
