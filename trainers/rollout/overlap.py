"""Overlap: with staleness 1, the next step's episodes are drawn and judged while this step's are trained on.

Step k then trains on episodes of the weights after k-1 updates instead of k (one step off-policy). Which weights drew
what never depends on timing: the new ones are given to the engine between two drawings, never within one. So the
checkpoint that holds the episodes drawn ahead, too, goes on exactly as the run would have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from r1.trainers.rollout.episodes import Episode


class Overlap:
    """Episodes step by step, one step ahead where that was asked.

    Args:
        steps: of the run; nothing is drawn for later ones.
        staleness: 0 draws when asked, 1 one step ahead, in a thread.
    """

    def __init__(self, steps: int, staleness: int) -> None:
        self.steps, self.staleness = steps, staleness
        self._ready: list[Episode] = []  # of the step to come
        self._drawing: Future[list[Episode]] | None = None
        self._thread = ThreadPoolExecutor(1, "r1-draw")

    def take(self, step: int, draw: Callable[[int], list[Episode]]) -> list[Episode]:
        """The episodes of this step; from now on until :meth:`wait`, engine and environment draw those of the next."""
        self.wait()
        episodes, self._ready = self._ready or draw(step), []
        if self.staleness and step + 1 < self.steps:
            self._drawing = self._thread.submit(draw, step + 1)
        return episodes

    def wait(self) -> None:
        """Until nothing is being drawn: engine and environment may be used, and the engine given new weights."""
        if self._drawing:
            drawing, self._drawing = self._drawing, None
            self._ready = drawing.result()

    def state(self) -> list[dict[str, Any]]:
        """Episodes drawn and not trained on yet. Call :meth:`wait` first."""
        assert self._drawing is None
        return [asdict(episode) for episode in self._ready]

    def load_state(self, state: Sequence[Mapping[str, Any]]) -> None:
        self._ready = [Episode(**episode) for episode in state]

    def close(self) -> None:
        """Wait for what is being drawn, and forget it."""
        self._thread.shutdown(wait=True, cancel_futures=True)
