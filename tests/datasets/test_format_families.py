"""Format families: every written good answer passes and every mutation fails, over 1,000 seeds."""

from __future__ import annotations

import pytest
from instruction_conflicts import conflicts

from r1.datasets.families import families_of
from r1.datasets.family import Family, draw, task
from r1.verifiers.format import Format

FAMILIES = list(families_of("format").values())
LEVELS = [(family, level) for family in FAMILIES for level in family.levels]
ids = lambda value: getattr(value, "name", str(value))  # noqa: E731 - a name for pytest's ids


def judge_one(family: Family, level: int, seed: int) -> None:
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
    if truth["verifier"] != "instructions":  # an echo of "use no comma" uses no comma
        assert Format()(family.render(instance), truth).reward == 0.0


def test_there_are_at_least_ten_families() -> None:
    assert len(FAMILIES) >= 10


@pytest.mark.parametrize(("family", "level"), LEVELS, ids=ids)
def test_good_answers_pass_and_mutations_fail(family: Family, level: int) -> None:
    for seed in range(25):
        judge_one(family, level, seed)


@pytest.mark.slow
@pytest.mark.parametrize(("family", "level"), LEVELS, ids=ids)
def test_good_answers_pass_and_mutations_fail_over_1000_seeds(family: Family, level: int) -> None:
    for seed in range(1000):
        judge_one(family, level, seed)


@pytest.mark.parametrize(("family", "level"), LEVELS, ids=ids)
def test_no_task_asks_for_what_cannot_hold_together(family: Family, level: int) -> None:
    for index in range(40):
        asked = task(family, "format", "test", level, 7, index)
        assert asked.prompt and asked == task(family, "format", "test", level, 7, index)
        kinds = asked.truth.get("instruction_id_list", [])
        assert conflicts(kinds) == []


@pytest.mark.parametrize("family", FAMILIES, ids=ids)
def test_prompts_differ(family: Family) -> None:
    level = family.levels[-1]
    assert len({family.render(draw(family, "train", level, 1, i)) for i in range(50)}) >= 45
