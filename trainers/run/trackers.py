"""Trackers: send metrics to TensorBoard, Weights & Biases or trackio, in addition to metrics.jsonl.

A tracker needs only two methods, so adding one takes ten lines. After a resume, the steps since the last checkpoint are sent again,
with the same numbers.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from r1.trainers.config import Config, UsageError, flat


class Tracker(Protocol):
    """Receives the metrics of each step."""

    def write(self, step: int, metrics: Mapping[str, Any]) -> None: ...
    def close(self) -> None: ...


def open_tracker(config: Config) -> Tracker | None:
    """Return the tracker that ``track`` names, or None for ``none``.

    Raises:
        UsageError: its package is not installed.
    """
    name = config.operation.track
    if name == "none":
        return None
    try:
        return TensorBoard(config.out_dir) if name == "tensorboard" else Logged(name, config)
    except ImportError as error:
        raise UsageError(f"track: {name}: {error}; install it with: pip install {name}, or use track: none") from error


class TensorBoard:
    """Writes event files to ``<out>/tensorboard``."""

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
    """Calls ``init``, ``log`` and ``finish`` of wandb or trackio. A resumed run keeps its name."""

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
    """Return the metrics that can be plotted: the numbers, without the step itself."""
    return {k: float(v) for k, v in metrics.items() if isinstance(v, int | float) and k != "step"}
