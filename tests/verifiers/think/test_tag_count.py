"""TagCount: a quarter for each piece that occurs once."""

from __future__ import annotations

import pytest
from format_cases import cases, verdict_of
from hypothesis import given
from hypothesis import strategies as st
from shared_data import needs_shared

from r1.verifiers.think.tag_count import TagCount


@pytest.mark.parametrize(
    ("completion", "reward"),
    [
        ("<think>\nx\n</think>\n\n<answer>\n1\n</answer>", 1.0),
        ("<think>\nx\n</think>\n<answer>1</answer>", 0.5),
        ("", 0.0),
    ],
)
def test_tag_count(completion: str, reward: float) -> None:
    assert TagCount()(completion, {}).reward == reward


@given(st.permutations(TagCount().pieces))
def test_the_order_of_the_tags_does_not_matter(pieces: list[str]) -> None:
    assert TagCount()(" x ".join(pieces), {}).reward == 1.0


@needs_shared
@pytest.mark.parametrize("row", cases("tag_count"), ids=lambda row: row["id"])
def test_labelled_cases(row: dict) -> None:
    assert verdict_of(row).reward == pytest.approx(row["expected"])
