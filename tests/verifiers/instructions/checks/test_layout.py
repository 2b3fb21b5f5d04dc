"""Instructions about layout."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instruction_examples import assert_told_apart, examples_of, follows

from r1.verifiers.instructions.checks import layout


@pytest.mark.parametrize(("kind", "options", "good", "bad"), examples_of(layout))
def test_a_text_that_follows_is_told_from_one_that_does_not(
    kind: str, options: dict[str, Any], good: str, bad: str
) -> None:
    assert_told_apart(kind, options, good, bad)


@given(st.integers(1, 9), st.sampled_from(["*", "-", "+", "•"]), st.sampled_from(["", "  "]))
def test_bullets_are_counted_whatever_their_mark_and_indent(count: int, mark: str, indent: str) -> None:
    text = "Intro\n" + "\n".join(f"{indent}{mark} item" for _ in range(count))
    assert follows(text, "detectable_format:number_bullet_lists", num_bullets=count)
    assert not follows(text, "detectable_format:number_bullet_lists", num_bullets=count + 1)


@given(st.lists(st.sampled_from(["a b", "c"]), min_size=1, max_size=6))
def test_paragraphs_between_dividers_are_counted(blocks: list[str]) -> None:
    text = "\n***\n".join(blocks)
    for around in (text, f"***\n{text}\n***"):
        assert follows(around, "length_constraints:number_paragraphs", num_paragraphs=len(blocks))
