"""ThinkTemplate: which templates are refused, and what a template writes."""

from __future__ import annotations

import pytest

from r1.verifiers.think.template import TEMPLATES, ThinkTemplate, special_token, tags


def test_marks_inside_each_other_and_wrong_numbers_of_slots_are_refused() -> None:
    with pytest.raises(ValueError, match="part of another mark"):
        ThinkTemplate(("<a>", "<a><b>"), ("", "think", "answer"))
    with pytest.raises(ValueError, match="blank"):
        ThinkTemplate((" ",), ("think", "answer"))
    with pytest.raises(ValueError, match="1 marks need 2 slots, got 1"):
        ThinkTemplate(("<a>",), ("think",))


@pytest.mark.parametrize(
    ("template", "written"),
    [
        (tags(), "<think>\n2+3=5\n</think>\n<answer>\n5\n</answer>"),
        (tags("a", None), "<a>\n2+3=5\n</a>\n5"),
        (tags().prefilled(), "2+3=5\n</think>\n<answer>\n5\n</answer>"),
        (special_token("|t|"), "|t|\n2+3=5\n|t|\n5"),
        (special_token("|t|").prefilled(), "2+3=5\n|t|\n5"),
    ],
)
def test_each_mark_is_written_on_its_own_line(template: ThinkTemplate, written: str) -> None:
    assert template.write(think="2+3=5", answer="5") == written


def test_the_named_templates_are_the_published_ones() -> None:
    assert TEMPLATES["r1_zero"].marks == ("<think>", "</think>", "<answer>", "</answer>")
    assert TEMPLATES["think_only"].marks == ("<think>", "</think>")
    assert TEMPLATES["special_token"].marks == ("|special_token|", "|special_token|")
