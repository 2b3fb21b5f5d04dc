"""Format verifiers compared with the patterns of other projects: time on ordinary text, and growth of time with size.

    python benchmarks/bench_format.py

The peers are copied from their published definitions: open-r1's `format_reward` and `code_format_reward`, TRL's
`think_format_reward`, and a search-anywhere pattern. The exponent is the slope of log time over log size; 1 is linear.
"""

from __future__ import annotations

import math
import random
import re
import statistics
import sys
import time
from collections.abc import Callable

from r1.verifiers.instructions import KINDS, Instructions
from r1.verifiers.think import Think

Score = Callable[[str], float]
SIZES = (4_096, 16_384, 65_536)  # bytes of a completion; about 1, 4 and 16 thousand tokens
_LEAST_POINTS = 3
BUDGET_S = 0.5  # a scorer that takes longer is not given a larger text


def pattern_score(pattern: str, flags: int = re.DOTALL | re.MULTILINE) -> Score:
    compiled = re.compile(pattern, flags)
    return lambda text: float(compiled.match(text) is not None)


PEERS: dict[str, Score] = {
    "open-r1 format_reward": pattern_score(r"^<think>\n.*?\n</think>\n<answer>\n.*?\n</answer>$"),
    "open-r1 code_format_reward": pattern_score(
        r"^<think>\n.*?\n</think>\n<answer>\n.*?```python.*?```.*?\n</answer>$"
    ),
    "TRL think_format_reward": pattern_score(r"^<think>(?!.*<think>)(.*?)</think>.*$"),
    "search anywhere": pattern_score(r".*?<think>.*?</think>.*?<answer>.*?</answer>.*?$", re.DOTALL),
}


def ours(**options: object) -> Score:
    think = Think(**options)  # type: ignore[arg-type]
    return lambda text: think(text, {}).reward or 0.0


OURS: dict[str, Score] = {
    "r1 Think": ours(),
    "r1 Think, newlines required": ours(newlines="required"),
    "r1 Think, fence": ours(fence="python"),
    "r1 Think, think_only": ours(template="think_only"),
}

HOSTILE: dict[str, Callable[[int], str]] = {
    "pairs without an end": lambda n: "<think>\nx" + "\n</think>\n<answer>\n" * n,
    "pairs and fences": lambda n: "<think>\nx" + "\n</think>\n<answer>\n```python```" * n,
    "fences": lambda n: "<think>\nx\n</think>\n<answer>\n" + "```python" * n,
    "think pairs": lambda n: "<think></think>" * n,
}


def ordinary(rng: random.Random, size: int = 4096) -> str:
    words = ["so", "we", "add", "12", "and", "the", "result", "x=3", "then\n", "because", "$a+b$", "check."]
    thought = " ".join(rng.choice(words) for _ in range(size // 5))
    return f"<think>\n{thought}\n</think>\n<answer>\n```python\nprint({rng.randint(0, 99)})\n```\n</answer>"


def seconds(score: Score, text: str, repeat: int) -> float:
    start = time.perf_counter()
    for _ in range(repeat):
        score(text)
    return (time.perf_counter() - start) / repeat


def cpu_seconds(score: Score, text: str) -> float:
    start = time.process_time()
    score(text)
    return time.process_time() - start


def on_ordinary_text(size: int, rounds: int = 9) -> dict[str, float]:
    """Median microseconds per completion of ``size`` bytes. The scorers take turns, so that noise affects all alike."""
    texts = [ordinary(random.Random(seed), size) for seed in range(10)]
    found: dict[str, list[float]] = {name: [] for name in (*PEERS, *OURS)}
    for _ in range(rounds):
        for name, score in {**PEERS, **OURS}.items():
            found[name].append(statistics.mean(seconds(score, text, 20) for text in texts))
    return {name: 1e6 * statistics.median(times) for name, times in found.items()}


def growth(score: Score, make: Callable[[int], str]) -> tuple[float, int, float]:
    """The fitted exponent, the length of the longest text and its time in seconds.

    The texts grow from 32 units until one takes longer than the budget. If the first one does already, they shrink until
    there are three to fit.
    """
    points: list[tuple[int, float]] = []
    n = 32
    while True:
        points.append(_timed(score, make(n)))
        if points[-1][1] > BUDGET_S or points[-1][0] > 1_000_000:
            break
        n = int(n * 1.5) if points[-1][1] > 0.05 * BUDGET_S else 2 * n
    smaller = 32
    while len(points) < _LEAST_POINTS and smaller > 1:
        smaller = max(smaller * 2 // 3, 1)
        points.insert(0, _timed(score, make(smaller)))
    # At small sizes the cost of the call dominates, so fit the upper half only.
    upper = points[min(len(points) // 2, len(points) - 2) :]
    return slope(upper), points[-1][0], points[-1][1]


def _timed(score: Score, text: str) -> tuple[int, float]:
    """The length of a text and the best of three times; of one if it is over the budget."""
    took = seconds(score, text, 1)
    return len(text), took if took > BUDGET_S else min(took, *(seconds(score, text, 1) for _ in range(2)))


def slope(points: list[tuple[int, float]]) -> float:
    xs, ys = [math.log(x) for x, _ in points], [math.log(max(y, 1e-9)) for _, y in points]
    mean_x, mean_y = statistics.mean(xs), statistics.mean(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)


def slowest_megabyte() -> tuple[float, str, str]:
    """CPU milliseconds, verifier and text of the slowest of all kinds of instructions and Think variants on hostile megabytes."""
    units = [
        "\n",
        "[",
        "<<",
        " x",
        "*a",
        "***\n",
        "a. ",
        "- \n",
        "P.S. ",
        '"',
        "A,b",
        "word ",
        "`",
        "思",
        "é",
        "<think>",
        "\\boxed{",
        "n't ",
    ]
    judges: dict[str, Score] = dict(OURS)
    for kind, row in KINDS.items():
        truth = {"instruction_id_list": [kind], "kwargs": [dict(row.write(random.Random(kind)).options)]}
        judges[kind] = lambda text, truth=truth: Instructions()(text, truth).reward or 0.0
    found = []
    for unit in units:
        text = unit * (1_000_000 // len(unit.encode()))
        for name, judge in judges.items():
            found.append((1e3 * min(cpu_seconds(judge, text) for _ in range(3)), name, unit))
    return max(found)


def main() -> int:
    for size in SIZES:
        times = on_ordinary_text(size)
        slowest = max(times[name] for name in PEERS)
        print(f"\n{f'ordinary {size} bytes':32} {'µs':>9}  {'slowest peer / this':>20}")
        for name, micros in times.items():
            print(f"{name:32} {micros:9.1f}  {slowest / micros:19.1f}x")
        print(f"the slowest of ours: {slowest / max(times[name] for name in OURS):.1f}x the slowest peer")
    print(f"\n{'growth':32} {'on':24} {'exponent':>8} {'bytes':>10} {'seconds':>9}")
    worst = 0.0
    for name, score in {**PEERS, **OURS}.items():
        for attack, make in HOSTILE.items():
            exponent, size, took = growth(score, make)
            print(f"{name:32} {attack:24} {exponent:8.2f} {size:10} {took:9.4f}")
            if name in OURS:
                worst = max(worst, exponent)
    print(f"\nours: largest exponent {worst:.2f}")
    milliseconds, name, unit = slowest_megabyte()
    print(
        f"the slowest of {len(KINDS)} instructions and {len(OURS)} templates on hostile megabytes: "
        f"{milliseconds:.0f} ms ({name} on {unit!r} repeated)"
    )
    return 0 if worst < 1.3 else 1


if __name__ == "__main__":
    sys.exit(main())
