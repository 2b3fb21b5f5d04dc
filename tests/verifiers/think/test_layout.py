"""Layout: a cut loses no text, and the three ways of cutting agree with a plain definition."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.think.layout import Layout, excerpt, layout_of
from r1.verifiers.think.template import TEMPLATES, ThinkTemplate

# Two marks without a common first letter, and a mark that ends as it begins.
MIXED = ThinkTemplate(("[[", "]]"), ("", "think", "answer"))
BORDER = ThinkTemplate(("aba", "aba"), ("", "think", "answer"))
LAYOUTS = [
    layout_of(template, prefilled) for template in (*TEMPLATES.values(), MIXED, BORDER) for prefilled in (False, True)
]
PIECES = ["<", "<think>", "</think>", "<answer>", "</answer>", "|special_token|", "|", "[[", "]]", "aba", "b", " ", "x"]


def reference(layout: Layout, text: str) -> list[str] | None:
    """The definition: the marks found from left to right are the layout's."""
    pattern = "|".join(map(re.escape, layout.all_marks))
    return re.split(pattern, text) if re.findall(pattern, text) == [*layout.marks] else None


def joined(layout: Layout, pieces: list[str]) -> str:
    return "".join(piece + mark for piece, mark in zip(pieces, [*layout.marks, ""], strict=True))


@given(st.sampled_from(LAYOUTS), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_cut_is_that_of_the_definition(layout: Layout, text: str) -> None:
    assert layout.cut(text) == reference(layout, text)


@given(st.sampled_from(LAYOUTS), st.lists(st.sampled_from(PIECES), min_size=3, max_size=3))
def test_a_cut_around_the_right_marks_loses_no_text(layout: Layout, contents: list[str]) -> None:
    text = joined(layout, [*contents, "<", "|"][: len(layout.slots)])
    pieces = layout.cut(text)
    assert (pieces is None) == (reference(layout, text) is None)
    assert pieces is None or joined(layout, pieces) == text


@pytest.mark.parametrize("size", [10, 1000])
def test_many_openers_change_no_cut(size: int) -> None:
    layout, text = layout_of(TEMPLATES["r1_zero"], False), "<think>" + "<" * size + "</think><answer>1</answer>"
    assert layout.cut(text) == ["", "<" * size, "", "1", ""] == reference(layout, text)
    assert layout.cut(text + "<" * size) == ["", "<" * size, "", "1", "<" * size]


@given(st.sampled_from(LAYOUTS), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_text_that_cannot_be_cut_gets_a_reason(layout: Layout, text: str) -> None:
    if layout.cut(text) is None:
        assert layout.marks_rule(text)


def test_a_mark_that_overlaps_itself_is_found_at_the_seam() -> None:
    layout = layout_of(BORDER, False)
    assert layout.seam_rule(layout.cut("aba 1 aba 2") or []) == ""
    assert layout.seam_rule(layout.cut("ababa 1 aba 2") or []) == "aba occurs twice in one place"


@given(st.text())
def test_an_excerpt_is_one_short_line(text: str) -> None:
    assert len(excerpt(text).splitlines()) == 1
    assert excerpt("x" * 50) == repr("x" * 37 + "…")
