"""Checkpoints: after a kill at any point, corruption or a full disk, the newest whole one is used."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from training import Killed, assert_checkpoints_readable, opened

from r1.trainers.config import UsageError
from r1.trainers.run.checkpoint import UnreadableError, read_state
from r1.trainers.run.directory import Run


def saved(made: Run, value: float, step: int) -> None:
    made.checkpoints.save(step, {"learner": {"x": torch.full((3,), float(value))}})


def test_a_kill_at_any_point_of_a_save_leaves_a_readable_newest_checkpoint(
    quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Repeat a save, killed before its first, second, ... call to the file system."""
    calls = [0]
    last = 0

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **kwargs: Any) -> Any:
            calls[0] += 1
            if calls[0] == last:
                raise Killed
            return call(*args, **kwargs)

        return counting

    made = opened(quick)
    for step in (2, 4):
        saved(made, step, step)
    for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "mkdir"), (shutil, "rmtree"), (torch, "save")):
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))
    points, finished = 0, False
    while not finished:
        calls[0], last = 0, points + 1
        try:
            saved(made, 6, 6)
            finished = True
        except Killed:
            points += 1
        last = 0
        assert_checkpoints_readable(made.out)
        state = made.restore()
        assert state is not None and state["step"] in (4, 6)
        assert state["learner"]["x"].tolist() == [state["step"]] * 3
        for path in made.checkpoints.paths():
            if path.name == "step-00000006":
                shutil.rmtree(path)
    assert points >= 6
    made.close()


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "gone"])
def test_a_corrupt_checkpoint_is_set_aside_for_the_previous_one(
    quick: list[str], damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = opened(quick)
    saved(made, 1, 2)
    saved(made, 2, 4)
    newest = made.out / "checkpoints/step-00000004/state.pt"
    data = bytearray(newest.read_bytes())
    if damage == "gone":
        newest.unlink()
    elif damage == "changed":
        data[data.index(torch.full((3,), 2.0).numpy().tobytes())] ^= 1
        newest.write_bytes(data)
    else:
        newest.write_bytes(data[: len(data) // 2] if damage == "cut" else b"")
    with pytest.raises(UnreadableError):
        read_state(newest)
    state = made.restore()
    assert state is not None and state["step"] == 2
    assert "step-00000004" in caplog.text
    assert [path.name for path in made.checkpoints.paths()] == ["step-00000002"]
    (made.out / "checkpoints/step-00000002/state.pt").unlink()
    with pytest.raises(UsageError, match="--overwrite"):
        made.restore()
    made.close()


def test_a_full_disk_is_reported_and_harms_no_checkpoint(quick: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    made = opened(quick)
    saved(made, 1, 2)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", full)
        with pytest.raises(UsageError, match=r"cannot write the checkpoint of step 4.*No space left"):
            saved(made, 2, 4)
    assert [path.name for path in (made.out / "checkpoints").iterdir()] == ["step-00000002"]
    assert_checkpoints_readable(made.out)
    made.close()
