"""What an answer earns that does not depend on the task: the best constant for each family and level of each environment.

    python benchmarks/bench_constants.py > benchmarks/results/constants.md

Tried: 200 fixed texts, the prompt copied, its first and last number and word, the most frequent answer, and right answers
to other tasks. The three best on 40 tasks, and the most frequent answer, are measured on 200 others.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from constants import BOUND, best_constant, every_level


def main() -> int:
    print("# The best constant answer\n\n`python benchmarks/bench_constants.py`: share of tasks paid, bound 5 %\n")
    print("| environment | family | level 0 | 1 | 2 | 3 | 4 | what pays best |\n|---|---|---|---|---|---|---|---|")
    found: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for domain, family, level in every_level():
        best = best_constant(domain, family, level)
        found.setdefault((domain, family.name), []).append(best)
    for (domain, name), row in found.items():
        cells = [f"{share:.1%}" for share, _ in row] + ["–"] * (5 - len(row))
        most = max(row)
        print(
            f"| r1/{domain}-v0 | {name} | {' | '.join(cells)} | {most[1] if most[0] else 'nothing'} |".replace(
                "\n", " "
            )
        )
    return int(any(share >= BOUND for row in found.values() for share, _ in row))


if __name__ == "__main__":
    sys.exit(main())
