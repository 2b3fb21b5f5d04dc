"""Families of code: solutions pass the independent check, what is broken does not, and Python runs both alike."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Any
from unittest.mock import patch

import pytest
from family_checks import assert_a_task_is_reproducible, assert_solutions_pass_the_check, each_family, each_level

from r1.datasets.families.code import function, pipeline, repair, stdio
from r1.datasets.family import Family, draw

FAMILIES: list[Family] = [function.FAMILY, pipeline.FAMILY, repair.FAMILY, stdio.FAMILY]


@pytest.mark.parametrize(("family", "level"), each_level(FAMILIES))
def test_solutions_pass_the_independent_check_and_others_do_not(family: Family, level: int) -> None:
    assert_solutions_pass_the_check(family, level, 10)


@pytest.mark.parametrize("family", each_family(FAMILIES))
def test_a_task_is_reproducible(family: Family) -> None:
    assert_a_task_is_reproducible(family, "code", 0)


@pytest.mark.parametrize(("family", "level"), each_level([function.FAMILY, pipeline.FAMILY]))
def test_python_returns_what_the_tests_expect(family: Family, level: int) -> None:
    for index in range(5):
        instance = draw(family, "train", level, 0, index)
        space: dict[str, Any] = {}
        exec(family.solution(instance), space)
        tests = family.truth(instance)["tests"]
        assert all(space[instance["name"]](*test["args"]) == test["returns"] for test in tests)
        assert tests[0]["visible"] and not any(test.get("visible") for test in tests[1:])


@pytest.mark.parametrize("level", stdio.FAMILY.levels)
def test_python_prints_what_the_tests_expect(level: int) -> None:
    for index in range(5):
        instance = draw(stdio.FAMILY, "train", level, 0, index)
        for test in stdio.FAMILY.truth(instance)["tests"]:
            lines = iter(test["stdin"].split("\n"))
            with patch("builtins.input", lambda lines=lines: next(lines)), redirect_stdout(io.StringIO()) as out:
                exec(stdio.FAMILY.solution(instance), {})
            assert out.getvalue() == test["stdout"]


@pytest.mark.parametrize("level", repair.FAMILY.levels)
def test_the_broken_function_fails_the_visible_test_and_the_check(level: int) -> None:
    instance = draw(repair.FAMILY, "train", level, 0, 0)
    truth = repair.FAMILY.truth(instance)
    space: dict[str, Any] = {}
    exec(truth["base"], space)
    shown = truth["tests"][0]
    assert shown["visible"] and space[instance["name"]](*shown["args"]) != shown["returns"]
    assert not repair.FAMILY.check(instance, truth["base"])
    assert truth["base"] in repair.FAMILY.render(instance) + "\n"
