"""Option letters: which of them a text names, and which one a completion settles on; denial."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer import options
from r1.verifiers.answer.options import find_choice, labeled_option, labels, option_before_value

SETTLED = [
    (r"\boxed{B}", "B"), (r"\boxed{\text{(B)}}", "B"), (r"$\boxed{\textbf{(B)}\ 12}$", "B"), (r"\boxed{B. 12}", "B"), (r"\boxed{b}", "B"),
    (r"\boxed{A, C}", "AC"), (r"\boxed{A \text{ and } C}", "AC"), (r"\boxed{AC}", "AC"), (r"\boxed{A or B}", ""),
    (r"\boxed{12}", ""), ("B", "B"), ("(B)", "B"),
    ("B.", "B"), ("The answer is B.", "B"), ("The answer is (B) because (A) is wrong.", "B"),
    ("The answer is for sure D, it can't be A or B", "D"),
    ("D. it can't be A or B", "D"), ("A. Because B is not valid", "A"), ("Because B is valid", "B"),
    ("It's not A, therefore I think it's B", "B"),
    ("réponse est C non A", "C"), ("B。 不是 A", "B"), ("B不是 A", "B"), ("答案是B", "B"), ("故选C。", "C"),
    ("因此选择 D。", "D"), ("正确答案是 **A**", "A"),
    ("Therefore the answer is **B**.", "B"), ("The correct option is (B).", "B"), ("<think>A</think> C", "C"),
    ("<think>A</think>", ""), ("<answer>D</answer>", "D"),
    ("A parabola opens upwards.", ""), ("I do not know.", ""), ("", ""), ("The answer is not A.", ""),
    (r"\boxed{A} no, \boxed{B}", "B"), ("The answer is A or B.", ""),
    ("Not B.", ""), ("Options A, C and D are wrong. So **B**.", "B"), ("I choose B; C is close.", "B"),
    ("Both A and B seem right, but the best is B.", "B"),
]  # fmt: skip


@pytest.mark.parametrize(("completion", "letters"), SETTLED)
def test_the_letters_a_completion_settles_on(completion: str, letters: str) -> None:
    assert find_choice(completion) == letters


def test_labels_are_letters_only() -> None:
    letters = {"A": "A", "(a)": "A", "A,B": "AB", "A、C": "AC", "AB CD": "ABCD", "A B": "AB"}
    assert {text: labels(text) for text in letters} == letters
    assert not any(map(labels, ("Banana", "II", "x", "")))


def test_the_documented_examples_hold() -> None:
    result = doctest.testmod(options)
    assert result.attempted and not result.failed


def test_a_labeled_option_gives_its_letter() -> None:
    assert [labeled_option(text) for text in ("B. 12", "(c) twelve", r"\textbf{(D)} 5", "twelve", "B12")] == [
        "B",
        "C",
        "D",
        "",
        "",
    ]


def test_the_value_behind_a_label() -> None:
    for text in ("(B) 12", r"\text{(B)} 12", r"\textbf{(B)}\ 12"):
        assert text[option_before_value(text) :] == "12"
    assert option_before_value("12 (B)") == 0


@given(st.sets(st.sampled_from("ABCDEFGH"), min_size=1), st.sampled_from([", ", " and ", "、", ""]))
def test_a_box_of_letters_settles_on_all_of_them(letters: set[str], joint: str) -> None:
    ordered = sorted(letters)
    assert find_choice(rf"\boxed{{{joint.join(reversed(ordered))}}}") == "".join(ordered)
