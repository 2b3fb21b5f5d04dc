"""The last box of a text, and the boxes that are joined to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer.boxes import MAX_BOXES, last_boxes


def boxed(text: str) -> tuple[str, str] | None:
    found = last_boxes(text, 0, len(text))
    return (found.text, found.kind) if found else None


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (r"\boxed 5 apples", "5"),
        (r"\boxed -3.5", "-3.5"),
        (r"\fbox{a}", "a"),
        (r"\boxed{a\}b}", r"a\}b"),
        (r"\boxed{ }", ""),
        (r"\boxed", ""),
        ("<|begin_of_box|>12<|end_of_box|> as above", "12"),
        (r"<|begin_of_box|>\boxed{12}<|end_of_box|>", "12"),
    ],
)
def test_the_content_of_a_box(text: str, content: str) -> None:
    assert boxed(text) == (content, "box")


@pytest.mark.parametrize(
    "mention",
    [r"\boxed", r"\boxed as you asked", r"inside \boxed.", r"\boxed{}", r"\boxed{ }", r"\boxed{...}", r"\boxed{\ldots}"]
    + [r"\boxed{\text{your answer}}", "`\\boxed{}`", "\\boxed{} " * 5],
)
def test_a_mention_of_the_command_is_no_box_behind_a_filled_one(mention: str) -> None:
    assert boxed(rf"It is \boxed{{1}}, {mention}") == ("1", "box")


def test_nothing_counts_before_a_box_that_is_never_closed() -> None:
    assert boxed(r"\boxed{1}. But no: \boxed{2") == ("", "box")


@pytest.mark.parametrize("text", ["", "a box", r"\boxing{5}", r"\mbox{5}", r"\boxedup{5}"])
def test_other_words_are_not_boxes(text: str) -> None:
    assert boxed(text) is None


@pytest.mark.parametrize("gap", [" and ", ", ", "; ", r"\text{ or }", " 和 ", r"$ and $y = ", r"\quad "])
def test_joined_boxes_are_a_list(gap: str) -> None:
    assert boxed(rf"\boxed{{1}}{gap}\boxed{{2}}") == ("1, 2", "boxes")


@pytest.mark.parametrize("gap", [". Then ", " but no, ", " = ", "\n\n", " wait, it is ", " 7 ", " 所以 ", " x" * 50])
def test_a_correction_is_not_a_list(gap: str) -> None:
    assert boxed(rf"\boxed{{1}}{gap}\boxed{{2}}") == ("2", "box")


def test_no_more_than_a_bounded_number_of_boxes_is_joined() -> None:
    text = ", ".join(rf"\boxed{{{i}}}" for i in range(MAX_BOXES + 50))
    found = last_boxes(text, 0, len(text))
    assert found is not None and len(found.text.split(", ")) == MAX_BOXES


balanced = st.recursive(
    st.text(alphabet="ab1+", max_size=4),
    lambda inner: st.lists(inner.map(lambda s: "{" + s + "}"), max_size=3).map("".join),
)


@given(balanced, st.text(alphabet="xyz. ", max_size=20))
def test_balanced_content_comes_back_whole(content: str, before: str) -> None:
    assert boxed(f"{before}\\boxed{{{content}}} {before}") == (content.strip(), "box")


def test_the_empty_box_of_another_task_is_empty() -> None:
    task = "Now try the next problem on your own. " * 6 + "\n\nPut your answer within "
    assert boxed(rf"\boxed{{1}}. {task}\boxed{{}}.") == ("", "box")
