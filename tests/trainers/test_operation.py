"""Operation: what happens around the steps: best, early stop, interrupts, trackers, memory, drawing ahead."""

from __future__ import annotations

import mmap
import os
import signal
import sys
import threading
import types
from pathlib import Path
from typing import Any

import pytest
import torch

from r1.trainers import grpo
from r1.trainers.command_line import parse
from r1.trainers.config import Config, UsageError, with_settings
from r1.trainers.evaluate import best_of, held_out, stalled
from r1.trainers.learner.protocol import LearnerDied
from r1.trainers.meters import peak_memory
from r1.trainers.rollout.engine import EngineError
from r1.trainers.rollout.episodes import Episode
from r1.trainers.rollout.overlap import Overlap
from r1.trainers.run.interrupt import Interrupt, Stopped
from r1.trainers.run.trackers import numbers, open_tracker


def evaluations(*accuracy: float | None) -> list[dict[str, Any]]:
    return [{"step": step} | ({} if value is None else {"eval/accuracy": value}) for step, value in enumerate(accuracy)]


def test_the_best_evaluation_is_the_first_of_the_highest() -> None:
    assert best_of(evaluations(0.1, None, 0.5, 0.3, 0.5)) == 2
    assert best_of(evaluations(None)) is None
    assert held_out({"eval/reward": 0.25}) == 0.25
    assert held_out({"eval/reward": 0.25, "eval/accuracy": 0.0}) == 0.0


@pytest.mark.parametrize(
    ("accuracy", "patience", "over"),
    [
        ((0.1, 0.5, 0.4, None, 0.5), 2, True),
        ((0.1, 0.5, 0.4, 0.6), 2, False),
        ((0.1, 0.5, 0.4), 2, False),
        ((0.5, 0.4, 0.3, 0.2), 0, False),
        ((), 1, False),
    ],
)
def test_a_run_stalls_after_so_many_evaluations_without_a_better_one(
    accuracy: tuple[float | None, ...], patience: int, over: bool
) -> None:
    assert stalled(evaluations(*accuracy), patience) is over


# --- interrupts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_noted_and_the_second_one_ends(signum: int) -> None:
    before, said = signal.getsignal(signum), []
    with Interrupt(said.append) as interrupt:
        assert not interrupt.asked
        os.kill(os.getpid(), signum)
        assert interrupt.asked == signum
        assert len(said) == 1
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signum)
    assert signal.getsignal(signum) is before


# --- trackers ----------------------------------------------------------------------------------------------------


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


def test_a_tracker_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_only_numbers_are_curves() -> None:
    assert numbers({"a": 1, "b": None, "c": "x", "d": [1], "step": 4}) == {"a": 1.0}


# --- memory ------------------------------------------------------------------------------------------------------


def test_the_peak_of_a_step_is_not_that_of_the_step_before() -> None:
    peak_memory()
    before = peak_memory()["memory/peak_bytes"]
    with mmap.mmap(
        -1, 200_000_000
    ) as held:  # straight from the kernel and back: an allocator may keep what it was given
        for page in range(0, len(held), mmap.PAGESIZE):
            held[page] = 1
        with_it = peak_memory()["memory/peak_bytes"]
    peak_memory()
    after = peak_memory()["memory/peak_bytes"]
    assert with_it - before > 150_000_000
    assert with_it - after > 150_000_000 or sys.platform != "linux"


# --- drawing ahead -----------------------------------------------------------------------------------------------


class Drawn:
    """Notes which step was drawn, by which thread, while how many updates had been made."""

    def __init__(self) -> None:
        self.updates, self.log = 0, []
        self.trains = threading.Event()

    def __call__(self, step: int) -> list[Episode]:
        main = threading.current_thread() is threading.main_thread()
        if not main:
            assert self.trains.wait(20), "drawn ahead, but not while anything was trained on"
        self.log.append((step, main))
        return [Episode(str(step), "", (1,), version=self.updates)]


def run_steps(overlap: Overlap, drawn: Drawn, first: int, last: int) -> list[int]:
    """Which weights drew the episodes of each step."""
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


def test_with_staleness_1_episodes_are_drawn_while_the_step_before_trains() -> None:
    overlap, drawn = Overlap(4, 1), Drawn()
    assert run_steps(overlap, drawn, 0, 4) == [0, 0, 1, 2]
    assert drawn.log == [(0, True), (1, False), (2, False), (3, False)]  # and nothing for a step 4
    overlap.close()


def test_with_staleness_0_everything_is_drawn_in_turn() -> None:
    overlap, drawn = Overlap(3, 0), Drawn()
    assert run_steps(overlap, drawn, 0, 3) == [0, 1, 2]
    assert all(main for _, main in drawn.log)
    overlap.close()


def test_what_was_drawn_ahead_goes_into_the_checkpoint_and_comes_back(tmp_path: Path) -> None:
    overlap, drawn = Overlap(6, 1), Drawn()
    run_steps(overlap, drawn, 0, 3)
    torch.save(overlap.state(), tmp_path / "state")
    overlap.close()
    again, later = Overlap(6, 1), Drawn()
    again.load_state(torch.load(tmp_path / "state", weights_only=True))
    later.updates = 3
    assert run_steps(again, later, 3, 6) == [2, 3, 4]  # step 3's were drawn before the checkpoint
    assert [step for step, _ in later.log] == [4, 5]
    again.close()


def test_an_error_while_drawing_ahead_is_raised_where_the_step_waits() -> None:
    def fails(step: int) -> list[Episode]:
        if step:
            raise RuntimeError("the engine is gone")
        return [Episode("", "", ())]

    overlap = Overlap(3, 1)
    overlap.take(0, fails)
    with pytest.raises(RuntimeError, match="the engine is gone"):
        overlap.wait()
    overlap.close()


def test_stale_samples_are_corrected_unless_another_correction_is_asked_for() -> None:
    assert parse(["--model", "x", "--staleness", "1"]).objective.correction == "tis"
    assert parse(["--model", "x", "--staleness", "1", "--correction", "seq_mis"]).objective.correction == "seq_mis"
    assert parse(["--model", "x"]).objective.correction == "none"
    with pytest.raises(UsageError, match="--staleness 2"):
        parse(["--model", "x", "--staleness", "2"])
    for flags in (["--rollout", "nonsense", "--learners", "2"], ["--rollout", "http://x", "--rollouts", "1"]):
        with pytest.raises(UsageError, match="--rollout"):
            parse(["--model", "x", *flags])


# --- how a run ends ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UsageError("--model x: not there"), 2, "error: --model x"),
        (EngineError("no rollout actor is left"), 1, "stopped: no rollout actor is left"),
        (LearnerDied("a learner rank died"), 1, "stopped: a learner rank died"),
        (FloatingPointError("gradient norm nan"), 1, "stopped: gradient norm nan"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB. GPU 0"), 1, "fewer --tokens"),
        (Stopped(7, signal.SIGINT), 130, "stopped after step 7; the same command with --resume"),
        (Stopped(7, signal.SIGTERM), 143, "stopped after step 7; the same command with --resume"),
        (KeyboardInterrupt(), 130, "--resume"),
    ],
)
def test_every_end_is_one_line_and_a_status(
    error: BaseException, status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ends(config: Config) -> None:
        raise error

    monkeypatch.setattr(grpo, "train", ends)
    assert grpo.main(["--model", "x"]) == status
    text = capsys.readouterr().err.strip().splitlines()
    assert said in text[-1] and text[-1].startswith("grpo.py: ")


def test_a_dead_learner_rank_is_resumed_from_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[bool, bool]] = []

    def dies(config: Config) -> None:
        tried.append((config.resume, config.overwrite))
        raise LearnerDied("a learner rank died")

    monkeypatch.setattr(grpo, "train", dies)
    with pytest.raises(LearnerDied):
        grpo.train_on(Config(overwrite=True))
    assert tried == [(False, True), *[(True, False)] * 3]
