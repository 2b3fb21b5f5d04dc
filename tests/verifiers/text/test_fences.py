"""Fences: CommonMark's fenced blocks, at the top level and nested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timing import assert_linear

from r1.verifiers.text.fences import each_fence, fences, unfenced

PIECES = ["```", "~~~", "````", "`", "\n", "\n", "  ", "    ", "\t", "> ", "- ", "1. ", "x", "py", "\r\n"]
texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def test_fences_follow_commonmark() -> None:
    text = "```py\na\n```\n~~~\n```\nb\n~~~\n    ```not\n``` a`b\n````x\n```\n"
    assert [(f.info, f.body, f.closed) for f in fences(text)] == [
        ("py", "a", True),
        ("", "```\nb", True),
        ("x", "```\n", False),
    ]
    assert unfenced("\n```json\n{}\n```\n") == "{}"
    assert unfenced("```json\n{}\n```\nmore") is None
    assert unfenced("```\na\n```\n```\nb\n```") is None


@pytest.mark.parametrize(
    ("text", "top", "nested"),
    [
        ("  ```c\n   x\n y\n  ```", [" x\ny"], [" x\ny"]),
        ("- ```c\n  x\n  ```", [""], ["x"]),  # without the list, its closing line is an opening one
        ("> ```c\n> x\n> ```", [], ["x"]),
        ("> 1. ```c\n>    x\n>      y\n>    ```", [], ["x\n  y"]),
        ("    ```c\n    x\n    ```", [], ["x"]),
        ("text ```c\nx\n```", [""], [""]),  # only the last line opens a block
    ],
)
def test_nested_blocks_lose_the_marks_of_lists_and_quotations(text: str, top: list[str], nested: list[str]) -> None:
    assert [block.body for block in fences(text)] == top
    assert [block.body for block in fences(text, nested=True)] == nested


@given(texts, st.booleans())
def test_blocks_lie_in_order_and_only_the_last_may_be_open(text: str, nested: bool) -> None:
    found, length = list(each_fence(text, nested=nested)), len(text.replace("\r\n", "\n"))
    edges = [edge for block in found for edge in (block.start, block.end)]
    assert edges == sorted(edges) and all(0 <= edge <= length for edge in edges)
    assert all(block.closed for block in found[:-1])


@given(texts)
def test_line_ends_do_not_matter(text: str) -> None:
    unix = text.replace("\r\n", "\n")
    assert fences(unix.replace("\n", "\r\n")) == fences(unix)


@given(st.text(st.characters(exclude_characters="`~\r")), st.sampled_from(["```", "~~~~"]))
def test_a_lone_fence_is_taken_off(body: str, mark: str) -> None:
    assert unfenced(f"\n{mark}any info\n{body}\n{mark}\n") == body


@pytest.mark.parametrize("unit", ["```c\n", "```c\nx\n```\n", "> - ```\n", "~~~\n````\n", "`", "\n", "- > "])
@pytest.mark.parametrize("nested", [False, True])
def test_fences_take_linear_time(unit: str, nested: bool) -> None:
    assert_linear(lambda text: fences(text, nested=nested), unit)
