"""The answer part: one notion for every verifier, whatever marks the thought."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer.find import find_answer
from r1.verifiers.answer.part import answer_part, answer_span, inside_template
from r1.verifiers.code.find.program import answer_region

_PIECES = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "<answer>", "</answer>", "[THINK]", "[/THINK]", "5", " ", "\n", "<|im_end|>"]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("completion", "part"),
    [
        ("\n 5 \n", "5"),
        ("<think>so</think>\n\n5", "5"),
        ("<think>so</think><answer> 5 </answer>", "5"),
        ("[THINK]so[/THINK]5", "5"),
        ("<think>so", ""),
        ("<think>so</think>", ""),
        ("<answer># up to </answer>\nx = 1\n</answer>", "# up to </answer>\nx = 1"),
        ("<think>a</think><answer>1</answer><|im_end|>\n<answer>2</answer>", "1"),
    ],
)
def test_the_part_is_what_the_reader_gets(completion: str, part: str) -> None:
    assert answer_part(completion) == part


@given(_PIECES)
def test_math_and_code_look_into_the_same_part(completion: str) -> None:
    start, end, tagged = answer_span(completion)
    assert 0 <= start <= end <= len(completion)
    assert (answer_region(completion) or "") == completion[start:end]
    found = find_answer(completion)
    assert found is None or start <= found.start <= found.end <= end
    assert not tagged or completion[:start].endswith("<answer>")


@pytest.mark.parametrize(
    ("completion", "inside"),
    [
        ("<think>a</think>b", "b"),
        ("\n<think>a</think>\n<answer>\nb\n</answer>\n", "b"),
        ("<think>a</think><think>b</think><answer>c</answer>", "<think>b</think><answer>c</answer>"),
        ("<think>a</think>\n<answer>b</answer> c", "<answer>b</answer> c"),
        ("<think>a", None),
        ("a</think>b", None),
    ],
)
def test_the_first_thought_is_the_templates_own(completion: str, inside: str | None) -> None:
    assert inside_template(completion) == inside
