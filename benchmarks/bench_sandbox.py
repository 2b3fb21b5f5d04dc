"""Sandbox beside its peers in one run: runs a second, ratios, latency, memory, compile cache.

    python benchmarks/bench_sandbox.py [--backend namespaces] [--rounds 3] [--seconds 2]

Peers: ``subprocess`` (no isolation at all), ``docker exec`` into a warm container, and a Manager-and-Process-per-check runner in
the style of human-eval and its kin. Every method runs the same trivial program on the same input and its answer is checked.
Methods take turns inside each round, so that a busy machine hits them alike: trust the ratios, not the absolute figures.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from r1.sandbox import Limits, Program, Sandbox, SandboxUnavailable, open_sandbox

SOURCE = "a,b=map(int,input().split());print(a+b)"
STDIN, EXPECTED = b"19 23\n", b"42\n"
MIB = 1 << 20
PCH = "#include <bits/stdc++.h>\nusing namespace std;\nint main(){vector<int> v{3,1,2};sort(v.begin(),v.end());cout<<v[0]<<%d;}\n"


def ours(sandbox: Sandbox) -> Callable[[], bytes]:
    return lambda: sandbox.run(Program(SOURCE, stdin=STDIN)).stdout


def plain(*flags: str) -> Callable[[], bytes]:
    """A fresh interpreter per run, as most reward functions do it. The real binary, not a pyenv shim (which costs 0.1 s)."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = os.path.realpath(Path(sys.base_prefix) / "bin" / name)

    def run() -> bytes:
        done = subprocess.run([python, *flags, "-c", SOURCE], input=STDIN, capture_output=True, timeout=10, check=True)
        return done.stdout

    return run


def _checked(source: str, stdin: bytes, result: list[bytes]) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        old, sys.stdin = sys.stdin, io.StringIO(stdin.decode())
        exec(source, {"__name__": "__main__"})
        sys.stdin = old
    result.append(out.getvalue().encode())


def manager_process() -> bytes:
    """The pattern of in-trainer checkers: a Manager for the result and a forked Process per check."""
    with multiprocessing.Manager() as manager:
        result = manager.list()
        process = multiprocessing.Process(target=_checked, args=(SOURCE, STDIN, result))
        process.start()
        process.join(10)
        return result[0]


def docker_exec(container: str) -> Callable[[], bytes]:
    argv = ["docker", "exec", "-i", container, "python3", "-S", "-I", "-c", SOURCE]
    return lambda: subprocess.run(argv, input=STDIN, capture_output=True, timeout=30, check=True).stdout


def rate(run: Callable[[], bytes], lanes: int, seconds: float, processes: bool = False) -> float:
    """Checked runs a second on this many lanes."""
    stop = time.perf_counter() + seconds

    def lane(_: int) -> int:
        count = 0
        while time.perf_counter() < stop:
            if run() != EXPECTED:
                raise AssertionError("a method gave a wrong answer")
            count += 1
        return count

    started = time.perf_counter()
    with ThreadPoolExecutor(lanes) as pool:
        total = sum(pool.map(lane, range(lanes)))
    return total / (time.perf_counter() - started)


def latency_ms(run: Callable[[], bytes], count: int) -> tuple[float, float]:
    """Median and 90th percentile of single runs."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        assert run() == EXPECTED
        times.append((time.perf_counter() - started) * 1e3)
    times.sort()
    return statistics.median(times), times[int(count * 0.9)]


def fork_floor_ms(execute: bool) -> float:
    """The least that a fork can cost here: fork and _exit, or an unisolated warm fork that runs the program."""
    code = compile(SOURCE, "main.py", "exec")
    times = []
    for _ in range(100):
        read, write = os.pipe()
        started = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            if execute:
                sys.stdin, sys.stdout = io.StringIO(STDIN.decode()), os.fdopen(write, "w")
                exec(code, {"__name__": "__main__"})
                sys.stdout.flush()
            os._exit(0)
        os.waitpid(pid, 0)
        times.append((time.perf_counter() - started) * 1e3)
        os.close(read)
        os.close(write)
    return statistics.median(times)


def compile_rows(sandbox: Sandbox) -> dict[str, float]:
    """Seconds for bits/stdc++.h with the precompiled header, without it, and for the same source again."""
    limits = Limits(cpu_s=20)

    def seconds(program: Program) -> float:
        started = time.perf_counter()
        outcome = sandbox.run(program, limits)
        assert outcome.stdout.startswith(b"1"), outcome
        return time.perf_counter() - started

    sandbox.run(Program(PCH % 0, "cpp"), limits)  # makes the header
    cold = [seconds(Program(PCH % i, "cpp", flags=("-DR1_NO_PCH", "-fno-exceptions"))) for i in (1, 2)]
    warm = [seconds(Program(PCH % i, "cpp")) for i in (3, 4)]
    again = seconds(Program(PCH % 4, "cpp"))
    return {
        "cpp_without_pch_s": min(cold),
        "cpp_pch_s": min(warm),
        "cpp_again_s": again,
        "pch_gain": min(cold) / min(warm),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default="namespaces")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--big-caller", action="store_true", help="hold 1 GiB in this process while measuring")
    parser.add_argument("--container", help="a running container with python3, for the docker exec row")
    parser.add_argument("--compile", action="store_true", help="add the compile rows")
    options = parser.parse_args()
    ballast = bytearray(os.urandom(MIB)) * 1024 if options.big_caller else b""
    report: dict[str, object] = {"caller_mib": len(ballast) // MIB, "cores": len(os.sched_getaffinity(0))}
    try:
        sandbox = open_sandbox(options.backend, workers=8)
    except SandboxUnavailable as refusal:
        sys.exit(f"bench_sandbox: {refusal}")
    with sandbox:
        report["tier"] = sandbox.tier
        methods: dict[str, Callable[[], bytes]] = {
            "ours": ours(sandbox),
            "subprocess": plain(),
            "subprocess -S -I": plain("-S", "-I"),
            "manager+process": manager_process,
        }
        if options.container:
            methods["docker exec"] = docker_exec(options.container)
        rate(methods["ours"], 8, 5.0)  # boxes start on demand: all of them are warm before anything is measured
        for lanes in (2, 8):
            best: dict[str, list[float]] = {name: [] for name in methods}
            for _ in range(options.rounds):
                for name, run in methods.items():
                    best[name].append(rate(run, lanes, options.seconds))
            middle = {name: statistics.median(values) for name, values in best.items()}
            report[f"runs_per_s_{lanes}_lanes"] = {name: round(value, 1) for name, value in middle.items()}
            report[f"ours_is_x_{lanes}_lanes"] = {
                n: round(middle["ours"] / v, 2) for n, v in middle.items() if n != "ours"
            }
        median, p90 = latency_ms(methods["ours"], 200)
        report["latency_ms"] = {"ours_median": round(median, 2), "ours_p90": round(p90, 2)}
        report["floor_ms"] = {
            "fork+exit": round(fork_floor_ms(False), 2),
            "warm fork, no isolation": round(fork_floor_ms(True), 2),
        }
        if options.compile:
            report["compile"] = {name: round(value, 3) for name, value in compile_rows(sandbox).items()}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
