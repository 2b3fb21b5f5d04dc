"""Metrics: numbers of each step, to a file always and to a terminal for whoever watches."""

from __future__ import annotations

import contextlib
import datetime
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from r1.trainers.rollout.episodes import Episode

Metrics = dict[str, Any]


def episode_metrics(episodes: Sequence[Episode], group: int) -> Metrics:
    """Means over the episodes that could be judged, and how many could not."""
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
    """Whether the rewards of a group differ: else its advantages are all 0."""
    return len({e.reward for e in group if not math.isnan(e.reward)}) > 1


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


class MetricsLog:
    """``metrics.jsonl``: one line a step, whole lines only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, step: int, metrics: Mapping[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **metrics}, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[Metrics]:
        """The whole lines; one cut off by a kill is left out."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").split("\n")
        return [json.loads(line) for line in lines[:-1]]

    def rewind(self, step: int) -> None:
        """Forget what came after ``step``: those steps will be done again."""
        kept = [row for row in self.read() if row["step"] <= step]
        partial = self.path.with_suffix(".tmp")
        partial.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept), encoding="utf-8")
        partial.replace(self.path)


class Narrator:
    """Tells a person how the run goes: a live bar on a terminal, a line now and then elsewhere."""

    def __init__(self, steps: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.console = Console(file=sys.stderr, highlight=False)
        self.steps, self.every = steps, max(1, steps // 20)
        self._begin_s, self._begin = time.monotonic(), 0
        self.live = self.console.is_terminal
        self._progress = Progress(
            TextColumn("step {task.completed}/{task.total}"),
            BarColumn(),
            TextColumn("{task.description}"),
            TimeRemainingColumn(),
            console=self.console,
            disable=not self.live,
        )
        self._task = self._progress.add_task("", total=steps)

    def __enter__(self) -> Narrator:
        self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._progress.stop()

    def begin(self, done: int, text: str) -> None:
        """Say what begins (or goes on), and count from there."""
        self._begin_s, self._begin = time.monotonic(), max(done, 0)
        self._progress.update(self._task, completed=self._begin)
        self.say(text)

    def say(self, text: str) -> None:
        self.console.print(text, markup=False, soft_wrap=True)

    def step(self, step: int, metrics: Metrics) -> None:
        line = describe(metrics)
        self._progress.update(self._task, completed=step, description=line)
        if step == self.steps or step % self.every == 0 or any(k.startswith("eval/") for k in metrics):
            self.say(f"step {step}/{self.steps}  {line}{self._left(step)}")

    def _left(self, step: int) -> str:
        """How long the rest takes if it goes on like this; a live bar says so itself."""
        if self.live or step >= self.steps or step <= self._begin:
            return ""
        left_s = (self.steps - step) * (time.monotonic() - self._begin_s) / (step - self._begin)
        return f"  {datetime.timedelta(seconds=round(left_s))} left"


def describe(metrics: Metrics) -> str:
    """One line: what was earned, how long, how fast."""
    names = (
        ("reward", "reward", "{:.3f}"),
        ("reward/accuracy", "accuracy", "{:.1%}"),
        ("eval/accuracy", "held-out", "{:.1%}"),
        ("length", "length", "{:.0f}"),
        ("kl", "KL", "{:.4f}"),
        ("entropy", "entropy", "{:.2f}"),
        ("groups_without_signal", "silent groups", "{:.0%}"),
        ("seconds/step", "s", "{:.1f}"),
        ("tokens_per_s", "tok/s", "{:.0f}"),
    )
    return "  ".join(
        f"{label} {form.format(metrics[key])}" for key, label, form in names if metrics.get(key) is not None
    )


@contextlib.contextmanager
def progress_bar(title: str, total: int) -> Iterator[Callable[[int, str], None]]:
    """A bar on a terminal; elsewhere the title, then a line at every quarter. Yields ``advance(done, text)``."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=sys.stderr, highlight=False)
    if not console.is_terminal:
        console.print(title, markup=False, soft_wrap=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)

        def advance(done: int, text: str) -> None:
            progress.update(task, completed=done, description=f"{title}: {text}")
            if not console.is_terminal and done % max(1, total // 4) == 0:
                console.print(f"  {done}/{total}  {text}", markup=False, soft_wrap=True)

        yield advance
