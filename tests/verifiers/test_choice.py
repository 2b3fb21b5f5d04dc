"""Choice: verdicts on letters, options named by their text, truths that name no option."""

from __future__ import annotations

import doctest
import pickle

import pytest
from golden import complaints, each, golden
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers import choice
from r1.verifiers.choice import Choice
from r1.verifiers.verdict import Status, TruthError


def test_the_documented_examples_hold() -> None:
    result = doctest.testmod(choice)
    assert result.attempted and not result.failed


@pytest.mark.parametrize("row", each(golden("choice")))
def test_golden_row(row: dict) -> None:
    verdict = Choice()(row["pred"], {"answer": row["gold"], "options": row["options"]})
    assert (verdict.reward == 1.0) is row["expected"], complaints([(row, verdict)])


def test_letters_beyond_the_options_are_no_options() -> None:
    assert Choice()("The answer is E.", {"answer": "B", "options": ["1", "2"]}).status is Status.MALFORMED


def test_verdicts_and_statuses() -> None:
    judge = Choice()
    assert judge(r"\boxed{B}", {"answer": "B"}).status is Status.PASS
    assert judge(r"\boxed{C}", {"answer": "B"}).status is Status.FAIL
    assert judge("Hm.", {"answer": "B"}).status is Status.MALFORMED
    assert judge(r"\boxed{A,C}", {"answer": ["C", "A"]}).reward == judge(r"\boxed{AC}", {"answer": "A,C"}).reward == 1.0
    assert judge(r"\boxed{A}", {"answer": "A,C"}).reward == 0.0
    assert Choice(strict=True)("The answer is B.", {"answer": "B"}).status is Status.MALFORMED


def test_options_may_be_named_by_their_text() -> None:
    truth = {"answer": "B", "options": ["7", r"\frac{1}{2}", "a parabola"]}
    judge = Choice()
    assert judge(r"\boxed{0.5}", truth).reward == 1.0
    assert judge(r"\boxed{7}", truth).reward == 0.0
    assert judge(r"\boxed{\text{(B) } 1/2}", truth).reward == 1.0
    assert judge(r"\boxed{\text{(B) } 7}", truth).reward == 0.0, "the letter of one option with the text of another"
    assert judge(r"\boxed{B}", {"answer": r"\frac{1}{2}", "options": truth["options"]}).reward == 1.0
    in_order = {"answer": "B", "options": ["True, True", "True, False", "False, True", "False, False"]}
    assert [judge(text, in_order).reward for text in ("True, False", "False, True")] == [1.0, 0.0]
    statements = {"answer": "C", "options": ["I only", "II only", "I and II", "Neither I nor II"]}
    assert judge(r"\boxed{\text{I and II}}", statements).reward == 1.0


@pytest.mark.parametrize(
    "truth",
    [
        {},
        {"answer": ""},
        {"answer": None},
        {"answer": "D", "options": ["x", "y"]},
        {"answer": "hello"},
        {"answer": "A", "options": 5},
        {"answer": "A", "options": "ab"},
        {"answer": "z", "options": ["x", "y"]},
    ],
)
def test_a_truth_that_names_no_option_is_an_error_of_the_data(truth: dict) -> None:
    with pytest.raises(TruthError):
        Choice().validate(truth)
    assert Choice()("B", truth).status is Status.UNSCORED


def test_batch_and_pickle() -> None:
    judge = pickle.loads(pickle.dumps(Choice()))
    assert [v.reward for v in judge.many(["A", "B"], [{"answer": "A"}] * 2)] == [1.0, 0.0]


@given(st.text(max_size=200), st.sampled_from("ABCD"))
def test_any_text_is_judged(text: str, letter: str) -> None:
    verdict = Choice()(text, {"answer": letter, "options": ["1", "2", "x", "y"]})
    assert verdict.status is not Status.UNSCORED
