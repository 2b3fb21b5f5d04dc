"""Families are found in the rooms of their domain, and the ids of generated tasks keep their meaning."""

from __future__ import annotations

import json

from shared_data import ROOT

from r1.datasets.families import families_of
from r1.datasets.family import task


def test_families_come_by_name_in_alphabetical_order() -> None:
    assert list(families_of("math")) == ["arithmetic", "equation", "sequence"]
    assert list(families_of("code")) == ["function", "pipeline", "repair", "stdio"]
    assert list(families_of("format")) == sorted(families_of("format")) and len(families_of("format")) >= 10
    assert all(name == family.name for name, family in families_of("language").items())


def test_a_domain_without_a_room_has_no_families() -> None:
    assert families_of("nothing_like_it") == {}


def test_generated_tasks_are_golden() -> None:
    """Recorded once: a change of the task behind a published id needs a new family version."""
    golden = json.loads((ROOT / "tests/golden/math_tasks.json").read_text())
    for key, (prompt, answer) in golden.items():
        _, versioned, split, level, seed, index = key.split("/")
        made = task(families_of("math")[versioned.split("@")[0]], "math", split, int(level), int(seed), int(index))
        assert (made.id, made.prompt, made.truth["answer"]) == (key, prompt, answer)
