"""Overlap: seconds a step of `--staleness 0` (sample, judge, train in turn) and of `--staleness 1` (at the same time).

    python benchmarks/bench_overlap.py [--env code] [--steps 12]

The tiny policy on one machine, with programs judged in the sandbox; the two settings alternate, twice. The same cores do all the
work, so the gain is the time for which cores waited for the sandbox or for each other; separate machines gain more.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import statistics
import tempfile
from pathlib import Path

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.command_line import parse
from r1.trainers.grpo import train

PARTS = ("generate", "judge", "train", "wait", "sync", "step")


def seconds_a_step(env: str, steps: int, staleness: int, out: Path) -> dict[str, float]:
    """Return the median over the steps, without the first and the last, by part."""
    flags = ["--env", env, "--steps", str(steps), "--eval-tasks", "8", "--eval-every", "10000", "--save-every", "10000"]
    with contextlib.redirect_stderr(io.StringIO()):
        run = train(parse([*flags, "--staleness", str(staleness), "--out", str(out)]))
    rows = run.metrics.read()[2:-1]  # the last one samples nothing ahead
    return {part: statistics.median(row.get(f"seconds/{part}", 0.0) for row in rows) for part in PARTS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", default="code")
    parser.add_argument("--steps", type=int, default=12)
    args = parser.parse_args()
    print("staleness  " + "".join(f"{part:>10}" for part in PARTS))
    steps: dict[int, list[float]] = {0: [], 1: []}
    with tempfile.TemporaryDirectory() as home:
        for turn in range(2):
            for staleness in steps:
                found = seconds_a_step(args.env, args.steps, staleness, Path(home) / f"{turn}-{staleness}")
                steps[staleness].append(found["step"])
                print(f"{staleness:9}  " + "".join(f"{found[part]:10.3f}" for part in PARTS), flush=True)
    print(f"steps in the same time: {statistics.mean(steps[0]) / statistics.mean(steps[1]):.2f} x")


if __name__ == "__main__":
    main()
