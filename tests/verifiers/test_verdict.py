"""Verdict: exactly the unscored ones have no reward."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.verdict import Status, Verdict, unscored


@pytest.mark.parametrize(
    ("status", "reward"), [(Status.UNSCORED, 0.0), (Status.PASS, None), (Status.PASS, float("inf"))]
)
def test_only_an_unscored_verdict_lacks_a_reward(status: Status, reward: float | None) -> None:
    with pytest.raises(ValueError, match="reward"):
        Verdict(status, reward)


@given(st.text())
def test_unscored_keeps_the_note_and_has_no_reward(note: str) -> None:
    verdict = unscored(note)
    assert (verdict.status, verdict.reward, verdict.note) == (Status.UNSCORED, None, note)
    assert pickle.loads(pickle.dumps(verdict)) == verdict


def test_statuses_are_written_to_logs_in_lower_case() -> None:
    assert [str(status) for status in Status] == ["pass", "fail", "malformed", "timeout", "unscored"]


def test_a_verdict_is_true_exactly_if_it_passed() -> None:
    assert [bool(Verdict(s, None if s is Status.UNSCORED else 0.5)) for s in Status] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_an_unscored_verdict_is_no_number() -> None:
    assert float(Verdict(Status.FAIL, 0.25)) == 0.25
    with pytest.raises(ValueError, match=r"an UNSCORED verdict has no reward \(the daemon is gone\); drop the row"):
        float(unscored("the daemon is gone"))


@pytest.mark.parametrize("gold", ["1234567", "\\frac{17}{19}"])
@pytest.mark.parametrize("completion", ["\\boxed{8}", "", "The answer is 9.", "\\boxed{1234567}", "\\boxed{"])
def test_feedback_never_holds_the_expected_answer(gold: str, completion: str) -> None:
    from r1.verifiers import Math

    verdict = Math()(completion, {"answer": gold})
    assert verdict.feedback and "\n" not in verdict.feedback
    assert gold not in verdict.feedback or gold in completion


def test_a_math_verdict_names_the_answer_that_it_found() -> None:
    from r1.verifiers import Choice, Math

    assert Math()(r"so \boxed{ \frac12 }", {"answer": "0.5"}).answer == r"\frac12"
    assert Math()("The answer is 7.", {"answer": "5"}).answer == "7"
    assert Math()("", {"answer": "5"}).answer is None
    assert Choice()("The answer is (B).", {"answer": "A", "options": ["x", "y"]}).answer == "B"
