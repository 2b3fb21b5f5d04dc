"""Contents: each rule for the text between the marks, by the note that it gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.think.contents import MAX_BOX_CHARS, box_rule, fence_rule, words_rule


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (r"so \boxed{1}", ""),
        (r"\boxed {1}", ""),
        ("5", r"the answer holds no \boxed"),
        (r"\boxedminipage{5}", r"the answer holds no \boxed"),
        (r"\boxed{1} \boxed{2}", r"the answer holds more than one \boxed"),
        (r"\boxed 1", r"\boxed has no braces"),
        (r"\boxed{\text{\quad}~}", r"\boxed is empty"),
        ("\\boxed{\u200b}", r"\boxed is empty"),
        (r"\boxed{\}", rf"\boxed is not closed within {MAX_BOX_CHARS} characters"),
    ],
)
def test_the_box_rule(answer: str, rule: str) -> None:
    assert box_rule(answer) == rule


def test_a_box_may_hold_as_many_characters_as_allowed_and_no_more() -> None:
    assert box_rule("\\boxed{" + "1" * (MAX_BOX_CHARS - 1) + "}") == ""
    assert "not closed" in box_rule("\\boxed{" + "1" * MAX_BOX_CHARS + "}")


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ("```c\nx;\n```", ""),
        ("\n~~~C\nx;\n~~~\n", ""),
        ("```c\n`\n```", ""),
        ("x;", "the answer holds no code fence"),
        ("```c\nx;\n```\n```c\ny;\n```", "the answer holds more than one code fence"),
        ("```c\nx;\n", "the code fence is not closed"),
        ("```py\nx\n```", "the code fence is marked 'py', not 'c'"),
        ("```c\n\u200b\n```", "the code fence is empty"),
    ],
)
def test_the_fence_rule(answer: str, rule: str) -> None:
    assert fence_rule(answer, "c", "```c\n") == rule


@given(st.lists(st.sampled_from(["```c\n", "```\n", "~~~\n", "x\n", "`", " "]), max_size=8).map("".join))
def test_the_shortcut_for_a_lone_fence_changes_no_result(answer: str) -> None:
    assert fence_rule(answer, "c", "```c\n") == fence_rule(answer, "c", "no such head")


@given(st.integers(1, 5), st.integers(0, 5))
def test_the_words_rule_counts_up_to_the_least_number(least: int, count: int) -> None:
    assert (words_rule("word, " * count, least) == "") == (count >= least)
