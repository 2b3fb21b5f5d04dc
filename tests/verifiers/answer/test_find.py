"""Finding the final answer: tags, boxes, anchors, the whole text; linear time on any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer.find import find_answer
from r1.verifiers.answer.values import last_value

FOUND = [
    (r"\boxed{5}", "5", "box"),
    (r"first \boxed{4}. Then \boxed{5} follows", "5", "box"),
    (r"$\boxed {10}$", "10", "box"),
    (r"\fbox{958} values", "958", "box"),
    (r"\boxed{\frac{a}{b+\frac{c}{d}}}", r"\frac{a}{b+\frac{c}{d}}", "box"),
    (r"\boxed{\{1,2\}}", r"\{1,2\}", "box"),
    (r"\boxed{1} and \boxed{2}", "1, 2", "boxes"),
    (r"\boxed{1}\boxed{2}", "1, 2", "boxes"),
    (r"$\boxed{(2, 2)} \quad \text{and} \quad \boxed{(6, 2)}$", "(2, 2), (6, 2)", "boxes"),
    (r"\boxed{7}, \boxed{7}", "7", "box"),
    (r"\boxed{1} no no no \boxed{2}", "2", "box"),
    (r"\boxed{}", "", "box"),
    (r"3 it is \boxed{5", "", "box"),
    ("<think>5</think><answer> 6 </answer> 7", "6", "tag"),
    (r"<think>\boxed{5}</think> <answer>\boxed{6}</answer>", "6", "box"),
    ("so it adds up.\n#### 72", "72", "anchor"),
    ("The final answer is $72$. I hope it is correct.", "$72$", "anchor"),
    ("The answer is 12, not 13.", "12", "anchor"),
    ("因此，答案是42。谢谢", "42", "anchor"),
    ("La respuesta es 42.", "42", "anchor"),
    ("just 7", "just 7", "whole"),
]


@pytest.mark.parametrize(("completion", "text", "kind"), FOUND)
def test_the_answer_and_the_rule_that_finds_it(completion: str, text: str, kind: str) -> None:
    found = find_answer(completion)
    assert found is not None
    assert (found.text, found.kind) == (text, kind)
    assert 0 <= found.start <= found.end <= len(completion)
    if kind in ("anchor", "tag", "whole"):
        assert completion[found.start : found.end] == text


@pytest.mark.parametrize(
    "completion", ["", " \n", "<think>5", r"<think>\boxed{5}", r"<think>\boxed{5}</think>", "<think>a</think>\n "]
)
def test_no_answer_outside_the_thoughts(completion: str) -> None:
    assert find_answer(completion) is None


@pytest.mark.parametrize("completion", ["5", "The answer is 5.", "<answer>5</answer>", "#### 5"])
def test_strict_mode_needs_a_box(completion: str) -> None:
    assert find_answer(completion, strict=True) is None
    found = find_answer(
        completion + r" \boxed{5}" if "<" not in completion else r"<answer>\boxed{5}</answer>", strict=True
    )
    assert found is not None and found.text == "5"


HOSTILE = [
    "answer " * 150_000, "$" * 10**6, "\\boxed{" * 150_000, "\\boxed" * 150_000, "box" * 300_000, "1," * 500_000, "1,111" * 200_000,
    "the answer is " * 70_000, "<answer>" * 120_000, "</think>" * 120_000, "<think>" * 140_000, "\\(" * 500_000,
    "." * 10**6, "- " * 500_000,
    "\\boxed{1} " * 100_000, "\\boxed{1}," * 100_000, "1 111 " * 160_000, "answer is answer : " * 50_000,
    "{" * 10**6, "\\boxed{" + "{" * 10**6,
    "\\boxed{" + "{" * 30_000 + "}" * 30_000, "\\$" * 500_000, "<|" * 500_000, "\\frac" * 200_000, "answer:" * 140_000, "答案是" * 300_000,
    "\\boxed{1}" + "}" * 500_000 + "\\boxed{2}", " " * 10**6, "\\boxed{" + " " * 10**6, "not " * 250_000, "½" * 10**6,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:14]))
def test_a_megabyte_takes_little_cpu_time(text: str) -> None:
    start = time.thread_time()
    find_answer(text)
    last_value(text)
    assert time.thread_time() - start < 0.5


@given(st.text(alphabet=st.sampled_from(list("\\{}boxedfanswer<>/think $.,=1否是\n#:()[]")), max_size=200))
def test_any_text_is_scanned_without_an_exception(text: str) -> None:
    found = find_answer(text)
    assert found is None or 0 <= found.start <= found.end <= len(text)


@given(st.text(max_size=300), st.sampled_from(["7", r"\frac{1}{2}", "x+1"]))
def test_a_final_box_is_found_behind_any_prose(prose: str, answer: str) -> None:
    prose = prose.replace("<", "").replace("box", "")
    found = find_answer(prose + r" Therefore the result: $\boxed{" + answer + "}$.")
    assert found is not None and found.text == answer
