"""Compares the math verifier with math-verify in one process: accuracy, false and lost credit, hangs, CPU time.

    python benchmarks/bench_math.py [--cases DIR] [--real N] [--hard N]

Real completions are the rows of ``math_public.jsonl`` that models wrote. Hard pairs are the hand-written rows of both files,
including hostile ones; math-verify stops at its own limit of 5 s. The graders take turns, block by block. Times are CPU time
of the thread, so that a busy machine does not favor either side; a hang is more than 2 s of wall time. Compare the ratios:
absolute times depend on the machine.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from r1.verifiers.math import Math

HANG_S = 2.0
BLOCK = 16  # pairs that one grader judges before the other takes its turn; a small batch, as in training
DEFAULT_CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"


@dataclass
class Tally:
    """The results of one grader on one set of pairs; ``seconds`` has the CPU time of each pair."""

    right: int = 0
    false_credit: int = 0
    lost_credit: int = 0
    hangs: int = 0
    crashes: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, expected: bool, got: bool | None, cpu_s: float, wall_s: float) -> None:
        self.seconds.append(cpu_s)
        self.hangs += wall_s > HANG_S
        self.crashes += got is None
        self.right += got == expected and wall_s <= HANG_S
        self.false_credit += bool(got) and not expected
        self.lost_credit += expected and not got


def rows(cases: Path, name: str) -> list[dict[str, Any]]:
    text = (cases / name).read_text(encoding="utf-8")
    return [
        row for row in map(json.loads, text.splitlines()) if not row.get("disputed") and not row.get("skip_default")
    ]


def ours() -> Callable[[str, str], bool]:
    judge = Math()
    return lambda gold, completion: judge(completion, {"answer": gold}).reward == 1.0


def peer() -> Callable[[str, str], bool]:
    """math-verify with each bare gold and bare answer put into a box, so that it finds them."""
    logging.disable(logging.CRITICAL)
    from math_verify import parse, verify

    def boxed(text: str) -> str:
        return text if "boxed" in text or "$" in text or len(text) > 120 else f"\\boxed{{{text}}}"

    return lambda gold, completion: bool(verify(parse(boxed(gold)), parse(boxed(completion))))


def timed(grader: Callable[[str, str], bool], gold: str, completion: str) -> tuple[bool | None, float, float]:
    wall, cpu = time.perf_counter(), time.thread_time()
    try:
        got: bool | None = grader(gold, completion)
    except Exception:
        got = None
    return got, time.thread_time() - cpu, time.perf_counter() - wall


def compare(
    title: str, pairs: list[dict[str, Any]], graders: dict[str, Callable[[str, str], bool]]
) -> dict[str, Tally]:
    tallies = {name: Tally() for name in graders}
    for start in range(0, len(pairs), BLOCK):
        for name, grader in graders.items():
            for row in pairs[start : start + BLOCK]:
                tallies[name].add(row["expected"], *timed(grader, row["gold"], row["pred"]))
    print(
        f"\n{title}: {len(pairs)} pairs ({sum(row['expected'] for row in pairs)} right, {sum(not row['expected'] for row in pairs)} wrong)"
    )
    print(
        f"{'':14}{'right':>8}{'false':>7}{'lost':>6}{'hang':>6}{'crash':>7}{'mean us':>10}{'median us':>11}{'p99 us':>10}"
    )
    for name, tally in tallies.items():
        times = sorted(tally.seconds)
        p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
        print(
            f"{name:14}{100 * tally.right / len(pairs):7.1f}%{tally.false_credit:7}{tally.lost_credit:6}{tally.hangs:6}{tally.crashes:7}"
            f"{1e6 * statistics.fmean(times):10.0f}{1e6 * statistics.median(times):11.0f}{1e6 * p99:10.0f}"
        )
    if len(tallies) == 2:
        mine, theirs = (tally.seconds for tally in tallies.values())
        mean = statistics.fmean(theirs) / statistics.fmean(mine)
        median = statistics.median(theirs) / statistics.median(mine)
        print(
            f"{'ratio':14}mean {mean:.0f}x, median {median:.0f}x,"
            f" median of the ratios {statistics.median(b / a for a, b in zip(mine, theirs, strict=True)):.0f}x"
        )
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--cases", type=Path, default=DEFAULT_CASES, help="folder with math.jsonl and math_public.jsonl"
    )
    parser.add_argument("--real", type=int, default=0, help="about how many real completions to judge (0: all)")
    parser.add_argument("--hard", type=int, default=0, help="about how many hard pairs to judge (0: all)")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    graders = {"r1": ours()}
    try:
        graders["math-verify"] = peer()
    except ImportError:
        print(
            "math-verify is not installed; only r1 is measured. It is part of: pip install 'r1-gym[dev]'",
            file=sys.stderr,
        )
    for grader in graders.values():  # warm up: imports and first calls are not measured
        for gold, text in (
            (r"\sqrt{2}", r"\boxed{\sin x + \frac{1}{2}}"),
            (r"\tan 15^\circ", r"$2-\sqrt3$"),
            ("[0,1)", "$0 \\le x < 1$"),
        ):
            timed(grader, gold, text)
    gc.collect()
    gc.freeze()  # keep the objects of the imports out of later collections, which would cost one side at random
    public, own = rows(args.cases, "math_public.jsonl"), rows(args.cases, "math.jsonl")
    real = [row for row in public if row["label"] == "grader"]
    hard = own + [row for row in public if row["label"] != "grader"]
    for title, pairs, limit in (("real completions", real, args.real), ("hard pairs", hard, args.hard)):
        step = max(1, len(pairs) // limit) if limit else 1
        compare(title, pairs[::step], graders)


if __name__ == "__main__":
    main()
