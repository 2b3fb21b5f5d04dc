"""Trackers: where a run's numbers go beside metrics.jsonl: TensorBoard, Weights & Biases, trackio; by name, if installed.

A tracker has two methods, so that another one takes ten lines. After a resume the steps since the last checkpoint are
sent again with the same numbers.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from r1.trainers.config import Config, UsageError, flat


class Tracker(Protocol):
    def write(self, step: int, metrics: Mapping[str, Any]) -> None: ...
    def close(self) -> None: ...


def open_tracker(config: Config) -> Tracker | None:
    """The tracker named by ``track``; None for ``none``.

    Raises:
        UsageError: its package is not installed.
    """
    name = config.operation.track
    if name == "none":
        return None
    try:
        return TensorBoard(config.out_dir) if name == "tensorboard" else Logged(name, config)
    except ImportError as error:
        raise UsageError(f"track: {name}: {error}; pip install {name}, or leave it at none") from error


class TensorBoard:
    """Event files in ``<out>/tensorboard``."""

    def __init__(self, out: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer: Any = SummaryWriter(str(out / "tensorboard"))

    def write(self, step: int, metrics: Mapping[str, Any]) -> None:
        for name, value in numbers(metrics).items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()


class Logged:
    """A package with wandb's ``init``, ``log`` and ``finish`` (wandb, trackio). A resumed run goes on under its name."""

    def __init__(self, package: str, config: Config) -> None:
        self._package: Any = importlib.import_module(package)
        resume: dict[str, Any] = {"resume": "allow"} if config.resume else {}
        settings = {k: str(v) if isinstance(v, Path) else v for k, v in flat(config).items()}
        self._package.init(project="r1", name=config.out_dir.name, config=settings, **resume)

    def write(self, step: int, metrics: Mapping[str, Any]) -> None:
        self._package.log(numbers(metrics), step=step)

    def close(self) -> None:
        self._package.finish()


def numbers(metrics: Mapping[str, Any]) -> dict[str, float]:
    """What can be drawn as a curve: numbers, without the step itself."""
    return {k: float(v) for k, v in metrics.items() if isinstance(v, int | float) and k != "step"}
