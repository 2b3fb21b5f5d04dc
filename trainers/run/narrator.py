"""Narrator: shows the progress of a run on standard error, as a live bar on a terminal and as lines elsewhere."""

from __future__ import annotations

import contextlib
import datetime
import sys
import time
from collections.abc import Callable, Iterator

from r1.trainers.run.metrics import Metrics


class Narrator:
    """Progress of a training run. Use it in a ``with`` block.

    Args:
        steps: of the whole run.
    """

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
        """Print ``text`` and estimate the remaining time from here on; ``done`` steps are already complete."""
        self._begin_s, self._begin = time.monotonic(), max(done, 0)
        self._progress.update(self._task, completed=self._begin)
        self.say(text)

    def say(self, text: str) -> None:
        self.console.print(text, markup=False, soft_wrap=True)

    def step(self, step: int, metrics: Metrics) -> None:
        """Update the bar; print a line every twentieth of the run, after evaluations, and at the end."""
        line = describe(metrics)
        self._progress.update(self._task, completed=step, description=line)
        if step == self.steps or step % self.every == 0 or any(k.startswith("eval/") for k in metrics):
            self.say(f"step {step}/{self.steps}  {line}{self._left(step)}")

    def _left(self, step: int) -> str:
        """Estimate of the remaining time, for lines only: a live bar shows its own."""
        if self.live or step >= self.steps or step <= self._begin:
            return ""
        left_s = (self.steps - step) * (time.monotonic() - self._begin_s) / (step - self._begin)
        return f"  {datetime.timedelta(seconds=round(left_s))} left"


def describe(metrics: Metrics) -> str:
    """Return the main metrics of a step in one line."""
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
    """Show a bar on a terminal; elsewhere print the title and a line at every quarter. Yields ``advance(done, text)``."""
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
