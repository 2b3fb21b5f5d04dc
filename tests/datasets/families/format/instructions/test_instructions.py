"""Families of instructions: the written text follows all demands, and every mutation breaks one."""

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
from hypothesis import given
from hypothesis import strategies as st
from instruction_conflicts import conflict, conflicts

from r1.datasets.families.format.instructions import compose, counts, keywords, letters, places, whole
from r1.datasets.families.format.instructions._demands import bound, satisfies
from r1.datasets.families.format.instructions._draft import Draft
from r1.datasets.families.format.instructions._words import FORBIDDEN, PLAIN, REPEATED, TOPICS, WANTED
from r1.datasets.family import Family, task
from r1.verifiers.instructions.table import IFEVAL_KINDS

FAMILIES: list[Family] = [compose.FAMILY, counts.FAMILY, keywords.FAMILY, letters.FAMILY, places.FAMILY, whole.FAMILY]


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


@pytest.mark.parametrize(("family", "level"), each_level(FAMILIES))
def test_no_task_asks_for_what_cannot_hold_together(family: Family, level: int) -> None:
    for index in range(40):
        kinds = [kind for kind, _ in task(family, "format", "test", level, 7, index).meta["instance"]["asked"]]
        assert len(kinds) == level + 1 and conflicts(kinds) == []


@given(st.sampled_from(sorted(IFEVAL_KINDS)), st.sampled_from(sorted(IFEVAL_KINDS)))
def test_the_conflict_table_is_symmetric(one: str, other: str) -> None:
    assert conflict(one, other) == conflict(other, one)
    assert conflict(one, one) and conflicts([one, other]) == ([(one, other)] if conflict(one, other) else [])


@given(st.integers(3, 200), st.sampled_from(["at least", "less than"]), st.integers(1, 15), st.randoms())
def test_a_drawn_bound_is_satisfied_by_the_count_it_was_drawn_for(
    count: int, relation: str, slack: int, rng: random.Random
) -> None:
    assert satisfies(count, bound(rng, count, relation, slack), relation)


def test_a_draft_is_laid_out_piece_by_piece() -> None:
    draft = Draft([["One.", "Two."], ["Three."]], before=["<<Title>>"], after=["* point"], last="End.", wrap='"')
    assert draft.text() == '"<<Title>>\nOne. Two.\n\nThree.\n* point End."'
    draft.marks, draft.case = ["Part 1", "Part 2"], "upper"
    assert draft.text() == '"<<TITLE>>\nPART 1\nONE. TWO.\n\nPART 2\nTHREE.\n* POINT END."'


def test_the_word_lists_are_large_and_no_task_forbids_what_it_asks_for() -> None:
    assert len(TOPICS) >= 40 and all(len(set(nouns)) == 8 for nouns in TOPICS.values()) and len(set(PLAIN)) >= 300
    assert "saw" not in PLAIN  # the drafts say "We also saw"
    assert not set(WANTED) & set(FORBIDDEN) and not set(REPEATED) & set(FORBIDDEN)
    for index in range(40):
        asked = task(keywords.FAMILY, "format", "train", 4, 3, index).truth
        given = list(zip(asked["instruction_id_list"], asked["kwargs"], strict=True))
        wanted = {word for kind, options in given if kind == "keywords:existence" for word in options["keywords"]}
        banned = {
            w for kind, options in given if kind == "keywords:forbidden_words" for w in options["forbidden_words"]
        }
        assert len(wanted) >= 4 and "text" in banned and not wanted & banned


@pytest.mark.parametrize("family", each_family(FAMILIES))
def test_a_prompt_states_the_base_demands_and_asks_about_one_topic(family: Family) -> None:
    for index in range(10):
        asked = task(family, "format", "train", index % 5, 3, index)
        low, high = asked.meta["instance"]["base"]["words"]
        assert f"in English, in whole sentences and with {low} to {high} words." in asked.prompt
        assert all(repr(noun) in asked.prompt for noun in asked.meta["instance"]["base"]["nouns"])
        assert sum(topic in asked.prompt for topic in TOPICS) == 1 and 'do not use the word "text"' in asked.prompt
