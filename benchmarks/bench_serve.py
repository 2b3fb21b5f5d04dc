"""Compare the service with the pool behind it: programs/s over loopback, single and in batches, and SandboxFusion's route.

    python benchmarks/bench_serve.py [--seconds 2] [--rounds 3] [--workers 2]

All rows run the same trivial Python program, whose answer is checked, in interleaved rounds. Prints the best round of each row and
its ratio to the pool's batch.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from r1.sandbox import Outcome, Program, open_sandbox
from r1.sandbox.backends.remote import RemoteSandbox

PROGRAM = Program("a, b = map(int, input().split())\nprint(a + b)", stdin=b"20 22\n")
BATCH = 64
LANES = 8


def right(outcome: object) -> None:
    assert isinstance(outcome, Outcome) and outcome.stdout == b"42\n", outcome


def fusion(client: httpx.Client, url: str) -> None:
    answer = client.post(url + "/run_code", json={"code": PROGRAM.source, "stdin": "20 22\n", "language": "python"})
    assert answer.json()["run_result"]["stdout"] == "42\n", answer.text


def rate(once: Callable[[], None], count: int, lanes: int, seconds: float) -> float:
    """Programs a second when ``lanes`` threads call ``once`` (of ``count`` programs) again and again."""

    def lane(_: int) -> int:
        done = 0
        while time.perf_counter() < end:
            once()
            done += count
        return done

    with ThreadPoolExecutor(lanes) as threads:
        begin = time.perf_counter()
        end = begin + seconds
        total = sum(threads.map(lane, range(lanes)))
        return total / (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each row in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--backend", default="namespaces")
    args = parser.parse_args()
    options = ["--port", "0", "--workers", str(args.workers), "--backend", args.backend]
    command = [sys.executable, "-m", "r1.sandbox.serve", *options]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert service.stdout is not None
        url = re.findall(r"http://\S+", service.stdout.readline())[0]
        with open_sandbox(args.backend, args.workers) as pool, RemoteSandbox(url) as remote, httpx.Client() as client:
            batch = [PROGRAM] * BATCH

            def all_right(outcomes: list) -> None:
                for outcome in outcomes:
                    right(outcome)

            rows: dict[str, tuple[Callable[[], None], int, int]] = {
                f"pool, batch of {BATCH}": (lambda: all_right(pool.run_many(batch)), BATCH, 1),
                "pool, one after the other": (lambda: right(pool.run(PROGRAM)), 1, 1),
                f"HTTP, batch of {BATCH}": (lambda: all_right(remote.run_many(batch)), BATCH, 1),
                f"HTTP, batch of {BATCH}, 4 clients": (lambda: all_right(remote.run_many(batch)), BATCH, 4),
                "HTTP, one after the other": (lambda: right(remote.run(PROGRAM)), 1, 1),
                f"HTTP, one at a time, {LANES} clients": (lambda: right(remote.run(PROGRAM)), 1, LANES),
                f"HTTP, /run_code, {LANES} clients": (lambda: fusion(client, url), 1, LANES),
            }
            best = dict.fromkeys(rows, 0.0)
            for _ in range(args.rounds):
                for name, (once, count, lanes) in rows.items():
                    best[name] = max(best[name], rate(once, count, lanes, args.seconds))
        first = next(iter(best.values()))
        print(
            f"{args.workers} boxes ({args.backend}), {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}"
        )
        for name, value in best.items():
            print(f"{name:34} {value:8.0f} programs/s   x{value / first:.2f} of the pool's batch")
    finally:
        service.terminate()
        service.wait(30)


if __name__ == "__main__":
    main()
