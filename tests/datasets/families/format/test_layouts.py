"""Families of layouts: the written answer passes and every mutation fails."""

from __future__ import annotations

import pytest
from family_checks import (
    assert_a_task_is_reproducible,
    assert_good_passes_and_bad_fails,
    assert_prompts_differ,
    each_family,
    each_level,
)

from r1.datasets.families.format import fence, pattern, tags
from r1.datasets.family import Family

FAMILIES: list[Family] = [fence.FAMILY, pattern.FAMILY, tags.FAMILY]


@pytest.mark.parametrize(("family", "level"), each_level(FAMILIES))
def test_good_answers_pass_and_mutations_fail(family: Family, level: int) -> None:
    for seed in range(25):
        assert_good_passes_and_bad_fails(family, level, seed)


@pytest.mark.slow
@pytest.mark.parametrize(("family", "level"), each_level(FAMILIES))
def test_good_answers_pass_and_mutations_fail_over_1000_seeds(family: Family, level: int) -> None:
    for seed in range(1000):
        assert_good_passes_and_bad_fails(family, level, seed)


@pytest.mark.parametrize(("family", "level"), each_level(FAMILIES))
def test_a_task_is_reproducible(family: Family, level: int) -> None:
    assert_a_task_is_reproducible(family, "format", level)


@pytest.mark.parametrize("family", each_family(FAMILIES))
def test_prompts_differ(family: Family) -> None:
    assert_prompts_differ(family)


def test_a_pattern_is_checked_character_by_character() -> None:
    instance = {"pieces": [["upper", 2], ["even", 3]], "marks": ["."], "sample": ["AB", "204"]}
    good = pattern.FAMILY.solution(instance)
    assert good == "AB.204" and pattern.FAMILY.check(instance, good)
    assert pattern.FAMILY.truth(instance)["pattern"] == r"[A-Z]{2}\.[02468]{3}"
    assert not any(pattern.FAMILY.check(instance, bad) for bad in ("AB.203", "AB-204", "AB.2042", "aB.204"))


def test_level_four_of_tags_wants_the_sum_in_a_box() -> None:
    instance = {"level": 4, "kind": "both", "marks": ["work", "result"], "numbers": [12, 30], "words": 4}
    assert tags.FAMILY.solution(instance).split("\n")[4] == "\\boxed{42}"
    assert "\\boxed{…}" in tags.FAMILY.render(instance)
