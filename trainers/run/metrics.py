"""Metrics: the numbers of each step, and the file that keeps them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from r1.trainers.rollout.episodes import Episode

Metrics = dict[str, Any]


def episode_metrics(episodes: Sequence[Episode], group: int) -> Metrics:
    """Return means over the scored episodes, and how many are unscored; lengths are in tokens."""
    scored = [e for e in episodes if not math.isnan(e.reward)]
    lengths = sorted(sum(e.own) for e in episodes)
    groups = [episodes[i : i + group] for i in range(0, len(episodes), group)]
    metrics: Metrics = {"reward": _mean([e.reward for e in scored])}
    for name in scored[0].components if scored else ():
        metrics[f"reward/{name}"] = _mean([e.components[name] for e in scored])
    return metrics | {
        "length": _mean(lengths),
        "length/p90": lengths[math.ceil(0.9 * len(lengths)) - 1],
        "length/right": _mean([sum(e.own) for e in scored if e.failure == ""]),
        "length/wrong": _mean([sum(e.own) for e in scored if e.failure != ""]),
        "truncated": sum(e.finish == "length" for e in episodes) / len(episodes),
        "unscored": len(episodes) - len(scored),
        "groups_without_signal": sum(not has_signal(g) for g in groups) / len(groups),
        "tokens": sum(lengths),
    }


def has_signal(group: Sequence[Episode]) -> bool:
    """Return whether the rewards of a group differ; if they do not, all its advantages are 0."""
    return len({e.reward for e in group if not math.isnan(e.reward)}) > 1


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


class MetricsLog:
    """A file of JSON lines, one per step, such as ``metrics.jsonl``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, step: int, metrics: Mapping[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **metrics}, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[Metrics]:
        """Return the whole lines; a last line that a kill cut off is ignored."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").split("\n")
        return [json.loads(line) for line in lines[:-1]]

    def rewind(self, step: int) -> None:
        """Delete the lines after ``step``: a resumed run repeats those steps."""
        kept = [row for row in self.read() if row["step"] <= step]
        partial = self.path.with_suffix(".tmp")
        partial.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept), encoding="utf-8")
        partial.replace(self.path)
