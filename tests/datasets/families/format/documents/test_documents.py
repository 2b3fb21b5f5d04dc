"""Families of documents: the written document passes and every mutation fails."""

from __future__ import annotations

import random

import pytest
from family_checks import (
    assert_a_task_is_reproducible,
    assert_good_passes_and_bad_fails,
    assert_prompts_differ,
    each_family,
    each_level,
)

from r1.datasets.families.format.documents import _records, csv, json, table, xml, yaml
from r1.datasets.family import Family, draw

FAMILIES: list[Family] = [csv.FAMILY, json.FAMILY, table.FAMILY, xml.FAMILY, yaml.FAMILY]


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


@pytest.mark.parametrize("family", each_family([csv.FAMILY, json.FAMILY, table.FAMILY, xml.FAMILY, yaml.FAMILY]))
def test_the_check_of_a_family_rejects_another_tasks_document(family: Family) -> None:
    first, second = (draw(family, "train", 2, 0, index) for index in (0, 1))
    assert family.check(first, family.solution(first))
    assert not family.check(first, family.solution(second))
    assert not family.check(first, "no document {")


def test_records_have_different_names_and_only_the_chosen_fields() -> None:
    found = _records.records(random.Random(0), ["name", "age"], 12)
    assert len({one["name"] for one in found}) == 12 and {tuple(one) for one in found} == {("name", "age")}


def test_a_field_is_renamed_left_out_and_wrapped_as_asked() -> None:
    instance = {
        "level": 3,
        "records": [{"name": "Ann Kim", "age": 4, "city": "Rome"}],
        "rename": ["age", "years"],
        "omit": "city",
        "wrap": "person",
    }
    assert _records.document(instance) == {"person": {"name": "Ann Kim", "years": 4}}
    assert all(other != _records.document(instance) for other in _records.spoiled(instance))
