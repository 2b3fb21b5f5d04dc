"""No constant answer pays: fixed texts, copies from the prompt, frequent answers and answers to other tasks."""

from __future__ import annotations

import pytest
from constants import BOUND, TEXTS, best_constant, every_level

from r1.datasets.family import Family

LEVELS = [pytest.param(domain, family, n, id=f"{domain}-{family.name}-{n}") for domain, family, n in every_level()]


def test_there_are_200_different_texts() -> None:
    assert len(set(TEXTS)) == len(TEXTS) == 200


@pytest.mark.parametrize(("domain", "family", "level"), [each for each in LEVELS if each.values[0] != "code"])
def test_no_constant_pays(domain: str, family: Family, level: int) -> None:
    best = best_constant(domain, family, level, texts=20, others=20, drawn=8, fresh=60)
    assert best.share <= BOUND + 0.02, best  # 60 tasks: the slow test measures more sharply, and the code families, too


@pytest.mark.slow
@pytest.mark.parametrize(("domain", "family", "level"), LEVELS)
def test_none_of_200_texts_pays(domain: str, family: Family, level: int) -> None:
    best = best_constant(domain, family, level)
    assert best.share < BOUND, best
