"""Overlap: episodes sampled one step ahead, and what a checkpoint keeps of them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch

from r1.trainers.rollout.episodes import Episode
from r1.trainers.rollout.overlap import Overlap


class Drawn:
    """Records which step was sampled by which thread, and after how many updates."""

    def __init__(self) -> None:
        self.updates, self.log = 0, []
        self.trains = threading.Event()

    def __call__(self, step: int) -> list[Episode]:
        main = threading.current_thread() is threading.main_thread()
        if not main:
            assert self.trains.wait(20), "sampled ahead, but not during training"
        self.log.append((step, main))
        return [Episode(str(step), "", (1,), version=self.updates)]


def run_steps(overlap: Overlap, drawn: Drawn, first: int, last: int) -> list[int]:
    """Return the version of the weights that sampled each step."""
    versions = []
    for step in range(first, last):
        drawn.trains.clear()
        (episode,) = overlap.take(step, drawn)
        assert episode.task_id == str(step)
        versions.append(episode.version)
        drawn.trains.set()
        overlap.wait()
        drawn.updates = step + 1
    return versions


def test_with_staleness_1_episodes_are_sampled_while_the_previous_step_trains() -> None:
    overlap, drawn = Overlap(4, 1), Drawn()
    assert run_steps(overlap, drawn, 0, 4) == [0, 0, 1, 2]
    assert drawn.log == [(0, True), (1, False), (2, False), (3, False)]  # and nothing for a step 4
    overlap.close()


def test_with_staleness_0_each_step_samples_its_own_episodes() -> None:
    overlap, drawn = Overlap(3, 0), Drawn()
    assert run_steps(overlap, drawn, 0, 3) == [0, 1, 2]
    assert all(main for _, main in drawn.log)
    overlap.close()


def test_episodes_sampled_ahead_survive_a_checkpoint(tmp_path: Path) -> None:
    overlap, drawn = Overlap(6, 1), Drawn()
    run_steps(overlap, drawn, 0, 3)
    torch.save(overlap.state(), tmp_path / "state")
    overlap.close()
    again, later = Overlap(6, 1), Drawn()
    again.load_state(torch.load(tmp_path / "state", weights_only=True))
    later.updates = 3
    assert run_steps(again, later, 3, 6) == [2, 3, 4]  # step 3 was sampled before the checkpoint
    assert [step for step, _ in later.log] == [4, 5]
    again.close()


def test_an_error_in_the_sampling_thread_is_raised_by_wait() -> None:
    def fails(step: int) -> list[Episode]:
        if step:
            raise RuntimeError("the engine is gone")
        return [Episode("", "", ())]

    overlap = Overlap(3, 1)
    overlap.take(0, fails)
    with pytest.raises(RuntimeError, match="the engine is gone"):
        overlap.wait()
    overlap.close()
