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
