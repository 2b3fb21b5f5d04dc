"""What every adapter must keep: each completion its own reward, in order, and an UNSCORED one never a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

Judge = Callable[[Sequence[str], Sequence[dict[str, Any]]], Sequence[float | None]]
"""Completions and truths -> rewards; what the framework knows for UNSCORED comes back as None."""

RIGHT, WRONG, EMPTY = "so \\boxed{5}", "so \\boxed{6}", ""
INVALID = {"answer": ""}  # no verifier can judge against this truth


def check_adapter(judge: Judge, lost: type[Exception] | None = None) -> None:
    """Run the conformance cases through a framework.

    Args:
        judge: with :class:`r1.verifiers.Math` as verifier.
        lost: the exception that stands for UNSCORED where the framework has no mark for it.
    """
    five = {"answer": "5"}
    assert list(judge([RIGHT, WRONG, EMPTY], [five] * 3)) == [1.0, 0.0, 0.0]
    assert list(judge([WRONG, RIGHT], [{"answer": "6"}, five])) == [1.0, 1.0]  # each against its own truth
    many = [f"\\boxed{{{i}}}" for i in range(1000)]
    wanted = [float(i % 3 == 0) for i in range(1000)]
    truths = [{"answer": str(i if i % 3 == 0 else i + 1)} for i in range(1000)]
    assert list(judge(many, truths)) == wanted
    if lost is None:
        assert list(judge([RIGHT, RIGHT, WRONG], [five, INVALID, five])) == [1.0, None, 0.0]
    else:
        with pytest.raises(lost, match="gold answer '' cannot be read"):
            judge([RIGHT], [INVALID])
