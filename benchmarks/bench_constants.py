"""What an answer earns that does not depend on the task: the best constant for each family and level of each environment.

    python benchmarks/bench_constants.py > benchmarks/results/constants.md

Tried: 200 fixed texts, the prompt copied, its first and last number and word, the most frequent answer, and right answers
to other tasks. The three best on 10 tasks, and the most frequent answer, are measured on 100 others (`make test-slow`: on 200).
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from constants import BOUND, best_constant, every_level


def main() -> int:
    print("# The best constant answer\n\n`python benchmarks/bench_constants.py`: share of tasks paid, bound 5 %\n")
    print("| environment | family | level 0 | 1 | 2 | 3 | 4 | what pays best |\n|---|---|---|---|---|---|---|---|")
    worst = 0.0
    for (domain, _), row in groupby(every_level(), key=lambda each: (each[0], each[1].name)):
        levels = list(row)
        found = [best_constant(domain, family, n, drawn=10, others=30, fresh=100) for _, family, n in levels]
        cells = [f"{best.share:.0%}" for best in found] + ["–"] * (5 - len(found))
        most = max(found)
        worst = max(worst, most.share)
        strategy = most.strategy.replace("|", "/") if most.share else "nothing"
        print(f"| r1/{domain}-v0 | {levels[0][1].name} | {' | '.join(cells)} | {strategy} |", flush=True)
    return int(worst >= BOUND)


if __name__ == "__main__":
    sys.exit(main())
