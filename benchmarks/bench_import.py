"""Import times, each in fresh processes, interleaved: `import r1` beside gymnasium alone, and the verifiers."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

STATEMENTS = ("pass", "import gymnasium", "import r1", "import r1.verifiers.math", "import r1.sandbox")


def seconds(statement: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main(rounds: int = 9) -> None:
    times: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(rounds):
        for statement in STATEMENTS:
            times[statement].append(seconds(statement))
    start_up = statistics.median(times["pass"])
    for statement, taken in times.items():
        print(f"{statement:28} {statistics.median(taken) - start_up:7.3f} s beyond a bare interpreter")


if __name__ == "__main__":
    main()
