"""Contents: the verifier of a format task demands at least what the family's own check demands."""

from __future__ import annotations

import random

import pytest
from family_checks import each_family
from hypothesis import given, settings
from hypothesis import strategies as st

from r1.datasets.families import families_of
from r1.datasets.family import Family, draw
from r1.verifiers.format import Format


def damaged(text: str, rng: random.Random) -> str:
    """The text with one word left out, doubled, replaced by another one of the text or by a new one."""
    words = text.split(" ")
    at, other = rng.randrange(len(words)), rng.choice(words)
    new = rng.choice(([], [words[at]] * 2, [other], ["other"], ["7"]))
    return " ".join([*words[:at], *new, *words[at + 1 :]])


@pytest.mark.parametrize("family", each_family(families_of("format").values()))
@given(data=st.data())
@settings(max_examples=60)
def test_what_the_check_refuses_is_not_paid(family: Family, data: st.DataObject) -> None:
    level, seed = data.draw(st.sampled_from(family.levels)), data.draw(st.integers(0, 10_000))
    instance, rng = draw(family, "train", level, seed, 0), random.Random(seed)
    answer = family.solution(instance)
    for _ in range(data.draw(st.integers(1, 3))):
        answer = damaged(answer, rng)
    verdict = Format()(answer, family.truth(instance))
    assert family.check(instance, answer) or verdict.reward == 0.0, (answer, verdict.note)
