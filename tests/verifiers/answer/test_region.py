"""The part of a completion that is addressed to the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer.region import Found, answer_region, last_tag, stripped, thought


def region(text: str) -> str:
    return text[slice(*answer_region(text))]


def test_the_region_follows_the_thoughts_and_ends_with_the_turn() -> None:
    assert region("<think>a</think> b <think>c<|im_end|> d") == " b "
    assert region("x <|im_end|> y") == "x "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no marks at all", "no marks at all"),
        ("<think>a</think>b</think>c", "c"),
        ("a prefilled thought</think> 5", " 5"),
        ("<think>never closed: 5", ""),
        ("5</s>6", "5"),
        ("5<｜end▁of▁sentence｜>6", "5"),
        ("5<|user|>6", "5"),
        ("a < b and |x| <| y", "a < b and |x| <| y"),
    ],
)
def test_marks_of_thoughts_and_turns(text: str, expected: str) -> None:
    assert region(text) == expected


PAIRS = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<Thought>", "</Thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
]
ENDS = "<|im_end|> <|eot_id|> <|endoftext|> <｜end▁of▁sentence｜> </s> <end_of_turn> <|end|> <|return|> <|user|> [INST]".split()


@pytest.mark.parametrize(("opening", "closing"), PAIRS)
def test_each_pair_of_marks_has_the_same_rules(opening: str, closing: str) -> None:
    assert region(f"{opening}a{closing}b") == "b"
    assert region(f"{opening}a{closing}b{opening}c") == "b"
    assert region(f"{opening}a{closing}b{opening}c{closing}d") == "d"
    assert region(f"a{closing}b") == "b", "the prompt opened the thought"
    assert region(f"{opening}a") == region(f"b{opening}a") == ""
    assert region(f"{opening}{opening}a{closing}b") == "b"


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("opening", "closing"), PAIRS)
def test_the_next_turn_is_never_read(opening: str, closing: str, end: str) -> None:
    assert region(f"{opening}a{closing}b{end}\n{opening}c{closing}d") == "b"
    assert region(f"b{end}c") == "b"
    assert region(f"{opening}a{end}b{closing}c") == "", "the turn ended inside the thought"
    assert region(f"the token `{end}` b") == f"the token `{end}` b"


def test_one_kind_of_thought_inside_another() -> None:
    assert region("<think>a<reasoning>b</reasoning>c</think>d") == "d"
    assert region("<think>a<reasoning>b</think>d") == "d"
    assert region("<think>a<reasoning>b</reasoning>c") == ""
    assert region("<|begin_of_thought|>a<|end_of_thought|>\n<|begin_of_solution|>b<|end_of_solution|>c") == "b"


def test_the_header_of_the_own_turn_belongs_to_it() -> None:
    assert region("<|im_start|>assistant\n5<|im_end|>6") == "\n5"
    assert region("<|start_header_id|>assistant<|end_header_id|>5<|eot_id|>6") == "5"
    assert region("<start_of_turn>model\n5<end_of_turn>6") == "\n5"
    assert region("<|im_start|>user\n5") == region("<|user|>5") == ""
    message = "<|start|>assistant<|channel|>final<|message|>5<|end|><|start|>"
    assert region(message + "assistant<|channel|>analysis<|message|>6") == region(message + "user<|message|>6") == "5"
    assert region("analysisWe need 3.assistantfinal5") == "5"


def test_struck_out_text_does_not_end_the_turn() -> None:
    assert region("<s>6</s> 5") == "<s>6</s> 5"


def test_the_last_answer_tag_may_stay_open() -> None:
    def inside(text: str) -> str | None:
        span = last_tag(text, 0, len(text))
        return text[slice(*span)] if span else None

    assert inside("<answer>1</answer><answer>2</answer>3") == "2"
    assert inside("<answer>4") == "4"
    assert inside("5") is None


def test_white_space_around_a_place_does_not_belong_to_it() -> None:
    assert stripped("a  b \n", 1, 6, "whole") == Found("b", 3, 4, "whole")
    assert stripped("a \n", 1, 3, "whole") is None
    assert stripped("a \n", 1, 3, "tag") == Found("", 3, 3, "tag")


@given(
    st.lists(
        st.sampled_from(["<think>", "</think>", "[THINK]", "[/THINK]", "<|im_end|>", "</s>", "<|", "x", " "]),
        max_size=12,
    ).map("".join)
)
def test_the_region_holds_no_thought_and_no_end_of_turn(text: str) -> None:
    start, end = answer_region(text)
    assert 0 <= start <= end <= len(text)
    inside = text[start:end]
    assert not any(mark in inside for mark in ("<think>", "[THINK]", "<|im_end|>", "</s>"))
    if "[" not in text:
        assert "</think>" not in inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no marks at all, a < b", "no marks at all, a < b"),
        ("<think>a b</think>c", "a b"),
        ("a b</think>c", "a b"),  # the prompt opened the thought
        ("<think>a b, never closed", "a b, never closed"),
        ("<think></think>c", ""),
        ("<think>a</think><think>b</think>c", "a\n\nb"),
        ("◁think▷a◁/think▷b", "a"),
        ("[THINK]a[/THINK]b", "a"),
        ("<|im_start|>assistant\n<think>a</think>b", "a"),
        ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", "a"),
        ("analysis a assistantfinal b", " a "),
    ],
)
def test_the_thought_is_the_text_before_the_region_without_marks(text: str, expected: str) -> None:
    assert thought(text) == expected


@given(st.lists(st.sampled_from(["a", " ", "<", "|", "<think>", "</think>"]), max_size=30).map("".join))
def test_no_letter_of_the_answer_is_in_the_thought(text: str) -> None:
    if "</think>" in text:
        assert thought(text + "</think>Q") == thought(text + "</think>") and "Q" not in thought(text + "</think>Q")
