"""Logbook: a run that says it stopped after a step has a checkpoint of that step, whenever the signal came."""

from __future__ import annotations

import signal
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from r1.trainers.logbook import Logbook
from r1.trainers.run.interrupt import Stopped


@pytest.fixture(autouse=True)
def reports(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps after which a report was written."""
    written: list[int] = []
    monkeypatch.setattr(Logbook, "report", lambda book: written.append(book.run.metrics.write.call_args.args[0]))
    return written


def logbook() -> tuple[Logbook, SimpleNamespace]:
    """Return a logbook of a run that neither evaluates nor saves by itself, and the interrupt that it looks at."""
    operation = SimpleNamespace(eval_every=1000, save_every=1000, patience=0)
    trainer = MagicMock()
    trainer.config = SimpleNamespace(operation=operation, steps=10_000, sampling=SimpleNamespace(group=1))
    trainer.clock.lap.return_value = {"seconds/step": 1.0}
    interrupt = SimpleNamespace(asked=0)
    return Logbook(trainer, MagicMock(), MagicMock(), interrupt), interrupt  # type: ignore[arg-type]


def test_a_signal_before_the_save_stops_the_run_after_this_step() -> None:
    book, interrupt = logbook()
    interrupt.asked = signal.SIGTERM
    with pytest.raises(Stopped, match="after step 3;") as stopped:
        book.after(3, [], {})
    assert stopped.value.exit_status == 128 + signal.SIGTERM
    assert [call.args[0] for call in book.run.checkpoints.save.call_args_list] == [3]


def test_a_signal_between_save_and_stop_waits_for_the_next_step() -> None:
    """The message named a step without a checkpoint when the signal came while the step's line was printed."""
    book, interrupt = logbook()
    book.narrator.step.side_effect = lambda *_: setattr(interrupt, "asked", signal.SIGINT)
    assert book.after(3, [], {}) == 3
    book.run.checkpoints.save.assert_not_called()
    with pytest.raises(Stopped, match="after step 4;"):
        book.after(4, [], {})
    assert [call.args[0] for call in book.run.checkpoints.save.call_args_list] == [4]


def test_the_report_is_written_when_a_run_stops(reports: list[int]) -> None:
    book, interrupt = logbook()
    assert book.after(2, [], {}) == 2 and reports == []
    interrupt.asked = signal.SIGINT
    with pytest.raises(Stopped):
        book.after(3, [], {})
    assert reports == [3]
