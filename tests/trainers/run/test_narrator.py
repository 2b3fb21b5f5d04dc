"""The narrator: off a terminal it prints a line now and then, with an estimate of the remaining time."""

from __future__ import annotations

import re

import pytest

from r1.trainers.run.narrator import Narrator, describe, progress_bar


def test_off_a_terminal_every_twentieth_step_and_each_evaluation_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Narrator(60) as narrator:
        narrator.begin(0, "begins")
        for step in range(1, 61):
            narrator.step(step, {"reward": 0.5} | ({"eval/accuracy": 0.25} if step == 5 else {}))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "begins"
    steps = [int(re.match(r"step (\d+)/60  reward 0.500", line)[1]) for line in lines[1:]]  # type: ignore[index]
    assert steps == sorted({5, *range(3, 61, 3)})
    assert "held-out 25.0%" in lines[2]
    assert lines[1].endswith(" left") and not lines[-1].endswith(" left")


def test_a_resumed_run_estimates_from_where_it_continues(capsys: pytest.CaptureFixture[str]) -> None:
    with Narrator(20) as narrator:
        narrator.begin(10, "continues")
        narrator.step(10, {"reward": 1.0})  # no step has been timed yet
        narrator.step(11, {"reward": 1.0})
    first, second = capsys.readouterr().err.splitlines()[1:]
    assert not first.endswith(" left") and second.endswith(" left")


def test_metrics_that_are_missing_or_none_are_left_out() -> None:
    assert describe({"reward": None, "length": 12.4, "kl": 0.00123, "other": 1}) == "length 12  KL 0.0012"


def test_a_progress_bar_off_a_terminal_is_four_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("cold start [x]", 8) as advance:
        for done in range(1, 9):
            advance(done, f"loss {done}")
    assert capsys.readouterr().err.splitlines() == ["cold start [x]", *(f"  {i}/8  loss {i}" for i in (2, 4, 6, 8))]
