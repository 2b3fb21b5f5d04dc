"""Equations: solutions satisfy the equation as it is written in the prompt."""

from __future__ import annotations

import re

import pytest
from family_checks import assert_solutions_pass_the_check, each_level

from r1.datasets.families.math.equation import FAMILY
from r1.datasets.family import Family, draw


@pytest.mark.parametrize(("family", "level"), each_level([FAMILY]))
def test_solutions_pass_the_independent_check_and_wrong_answers_do_not(family: Family, level: int) -> None:
    assert_solutions_pass_the_check(family, level, 300)


def test_the_written_equation_holds_for_the_solution() -> None:
    for index in range(100):
        instance = draw(FAMILY, "train", 1, seed=0, index=index)
        left, right = re.fullmatch(r"Solve (.*) = (.*) for x\.", FAMILY.render(instance)).groups()  # type: ignore[union-attr]
        left = re.sub(r"(\d)x", r"\1*x", left)
        assert eval(left, {"x": int(FAMILY.solution(instance))}) == int(right)


def test_the_two_equations_of_a_system_in_either_order_are_one_question() -> None:
    instance = draw(FAMILY, "train", 3, seed=0, index=0)
    turned = {**instance, "rows": instance["rows"][::-1]}
    assert FAMILY.canonical(instance) == FAMILY.canonical(turned)
    assert FAMILY.solution(instance) == FAMILY.solution(turned)


def test_a_double_root_is_one_root() -> None:
    double = {"level": 4, "k": 2, "b": -12, "c": 18}
    assert FAMILY.solution(double) == "{3}"
    assert FAMILY.check(double, "{3}") and not FAMILY.check(double, "{3, 4}")
