"""What every task family must keep, for the tests of the families of each domain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from r1.datasets.family import SPLITS, Family, draw, task
from r1.verifiers.format import Format


def each_family(families: Iterable[Family]) -> list[Any]:
    """The families as parameters of a test, under their names."""
    return [pytest.param(family, id=family.name) for family in families]


def each_level(families: Iterable[Family]) -> list[Any]:
    """Family and level as parameters of a test."""
    return [pytest.param(family, level, id=f"{family.name}-{level}") for family in families for level in family.levels]


def assert_solutions_pass_the_check(family: Family, level: int, count: int) -> None:
    """The solution of each task passes the family's independent check, and another task's different answer fails."""
    for index in range(count):
        instance = draw(family, SPLITS[index % 2], level, seed=3, index=index)
        answer = family.solution(instance)
        assert family.check(instance, answer), (instance, answer)
        other = family.solution(draw(family, "train", level, seed=4, index=index))
        if other != answer:
            assert not family.check(instance, other), (instance, other)


def assert_good_passes_and_bad_fails(family: Family, level: int, seed: int) -> None:
    """The format verifier passes the written answer of a task and fails each mutation of it, ``""`` and the prompt."""
    instance = draw(family, "train", level, seed, 0)
    truth, good = family.truth(instance), family.solution(instance)
    verdict = Format()(good, truth)
    assert verdict.reward == 1.0, (seed, verdict.note, good)
    assert family.check(instance, good), (seed, good)
    mutations = family.mutations(instance, good)  # type: ignore[attr-defined]
    assert len(mutations) >= 2
    for number, bad in enumerate(mutations):
        verdict = Format()(bad, truth)
        assert verdict.reward == 0.0, (seed, number, verdict.note, bad)
    assert Format()("", truth).reward == 0.0
    assert Format()(family.render(instance), truth).reward == 0.0


def assert_prompts_differ(family: Family) -> None:
    """At least 45 of 50 tasks of the highest level have different prompts."""
    level = family.levels[-1]
    assert len({family.render(draw(family, "train", level, 1, i)) for i in range(50)}) >= 45


def assert_a_task_is_reproducible(family: Family, domain: str, level: int) -> None:
    for index in range(40):
        asked = task(family, domain, "test", level, 7, index)
        assert asked.prompt and asked == task(family, domain, "test", level, 7, index)
