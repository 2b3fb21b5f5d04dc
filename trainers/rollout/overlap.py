"""Overlap: with staleness 1, the next step's episodes are sampled and judged while this step's are trained on.

Step k then trains on episodes of the weights after k-1 updates instead of k (one step off-policy). Which weights sampled which
episode never depends on timing: the engine gets new weights between two batches, never within one. So a run resumed from a
checkpoint, which includes the episodes sampled ahead, continues exactly as the original would have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from r1.trainers.rollout.episodes import Episode


class Overlap:
    """Gives the episodes of each step, sampled on demand or one step ahead.

    Args:
        steps: of the run; nothing is sampled beyond them.
        staleness: 0 samples on demand, 1 samples one step ahead in a thread.
    """

    def __init__(self, steps: int, staleness: int) -> None:
        self.steps, self.staleness = steps, staleness
        self._ready: list[Episode] = []  # of the next step
        self._drawing: Future[list[Episode]] | None = None
        self._thread = ThreadPoolExecutor(1, "r1-draw")

    def take(self, step: int, draw: Callable[[int], list[Episode]]) -> list[Episode]:
        """Return the episodes of a step. Until the next :meth:`wait`, engine and environment are busy with the step after."""
        self.wait()
        episodes, self._ready = self._ready or draw(step), []
        if self.staleness and step + 1 < self.steps:
            self._drawing = self._thread.submit(draw, step + 1)
        return episodes

    def wait(self) -> None:
        """Wait for the sampling thread; afterwards the caller may use engine and environment, and load new weights.

        Raises:
            Exception: whatever ``draw`` raised in the thread.
        """
        if self._drawing:
            drawing, self._drawing = self._drawing, None
            self._ready = drawing.result()

    def state(self) -> list[dict[str, Any]]:
        """Return the episodes sampled but not yet trained on, for a checkpoint. Call :meth:`wait` first."""
        assert self._drawing is None
        return [asdict(episode) for episode in self._ready]

    def load_state(self, state: Sequence[Mapping[str, Any]]) -> None:
        self._ready = [Episode(**episode) for episode in state]

    def close(self) -> None:
        """Wait for the sampling thread and discard its result."""
        self._thread.shutdown(wait=True, cancel_futures=True)
