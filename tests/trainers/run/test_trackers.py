"""Trackers get the numbers of every step."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from r1.trainers.config import Config, UsageError, with_settings
from r1.trainers.run.trackers import numbers, open_tracker


def test_a_tracker_by_name_gets_every_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[Any] = []
    fake: Any = types.ModuleType("wandb")
    fake.init = lambda **settings: calls.append(settings)
    fake.log = lambda values, step: calls.append((step, values))
    fake.finish = lambda: calls.append("finished")
    monkeypatch.setitem(sys.modules, "wandb", fake)
    tracker = open_tracker(with_settings(Config(out=tmp_path / "mine", resume=True), {"track": "wandb"}))
    assert tracker is not None
    tracker.write(3, {"step": 3, "reward": 0.5, "tokens": 7, "note": "text", "length/right": None})
    tracker.close()
    assert (calls[0]["name"], calls[0]["resume"], calls[0]["config"]["lr"]) == ("mine", "allow", 1e-6)
    assert calls[1:] == [(3, {"reward": 0.5, "tokens": 7.0}), "finished"]


def test_a_missing_tracker_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trackio", None)
    with pytest.raises(UsageError, match="pip install trackio"):
        open_tracker(with_settings(Config(), {"track": "trackio"}))
    assert open_tracker(Config()) is None


def test_tensorboard_files_hold_the_numbers(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="needs hardware: tensorboard is optional")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    tracker = open_tracker(with_settings(Config(out=tmp_path), {"track": "tensorboard"}))
    assert tracker is not None
    tracker.write(1, {"reward": 0.5})
    tracker.write(2, {"reward": 0.75})
    tracker.close()
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [(e.step, e.value) for e in events.Scalars("reward")] == [(1, 0.5), (2, 0.75)]


def test_only_numbers_are_sent() -> None:
    assert numbers({"a": 1, "b": None, "c": "x", "d": [1], "step": 4}) == {"a": 1.0}
