"""A batch of jobs: the first verdict for an answer counts, and the caller wakes when all are there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.judge.process import Batch
from r1.verifiers.verdict import Status, Verdict


def verdict(note: str) -> Verdict:
    return Verdict(Status.PASS, 1.0, {}, note)


@given(st.integers(1, 5), st.lists(st.integers(0, 4), max_size=12))
def test_the_first_verdict_counts_and_the_last_missing_one_ends_the_batch(size: int, order: list[int]) -> None:
    batch, first = Batch([None] * size, size), {}
    for step, index in enumerate(index for index in order if index < size):
        first.setdefault(index, str(step))
        batch.settle(index, verdict(str(step)))
        assert batch.done.is_set() == (len(first) == size) == (batch.missing == 0)
    assert {i: v.note for i, v in enumerate(batch.verdicts) if v} == first


def test_an_error_wakes_the_caller() -> None:
    batch, error = Batch([None], 1), RuntimeError("closed")
    batch.fail(error)
    assert batch.done.is_set() and batch.error is error
