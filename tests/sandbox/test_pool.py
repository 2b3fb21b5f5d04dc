"""The pool around the boxes: spares, recycling, back-pressure, calls from asyncio, batches with progress."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from r1.sandbox import Limits, Outcome, Program, SandboxError, open_sandbox
from r1.sandbox.aio import AsyncSandbox, completed
from r1.sandbox.backends import namespaces
from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.pool import pool as pools
from r1.sandbox.pool.spares import Spares
from r1.sandbox.wall.slot import Slot

ECHO = "print(input())"


def numbered(count: int) -> list[Program]:
    return [Program(ECHO, stdin=str(i).encode()) for i in range(count)]


@pytest.fixture
def pool() -> Iterator[pools.Pool]:
    with open_sandbox("namespaces", workers=1) as box:
        assert isinstance(box, pools.Pool)
        yield box


def pid_of(pool: pools.Pool) -> int:
    """The box that a run gets; pid 1 inside is its runner."""
    return pool._idle[-1].box.pid


def test_a_box_serves_many_runs(pool: pools.Pool) -> None:
    before = pid_of(pool)
    pool.run_many(numbered(20))
    assert pid_of(pool) == before


def test_a_box_is_replaced_after_its_runs(pool: pools.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "RUNS_PER_BOX", 3)
    seen = set()
    for program in numbered(9):
        pool.run(program)
        seen |= {slot.box.pid for slot in pool._idle}
    assert len(seen) == 3


def test_a_box_that_failed_is_replaced_and_its_run_repeated(pool: pools.Pool) -> None:
    before = pid_of(pool)
    os.kill(before, signal.SIGKILL)
    assert pool.run(Program(ECHO, stdin=b"7")).stdout == b"7\n"
    assert pid_of(pool) != before


def test_the_second_failure_is_an_error_and_never_an_outcome(pool: pools.Pool) -> None:
    def kill_all() -> None:
        while not done.wait(0.01):
            for slot in list(pool._busy):
                try:
                    os.kill(slot.box.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    done = threading.Event()
    killer = threading.Thread(target=kill_all)
    killer.start()
    try:
        with pytest.raises(SandboxError):
            pool.run(Program("import time; time.sleep(5)"), Limits(wall_s=9))
    finally:
        done.set()
        killer.join()
    assert pool.run(Program(ECHO, stdin=b"7")).stdout == b"7\n"


def test_callers_wait_while_all_boxes_are_busy() -> None:
    with open_sandbox("namespaces", workers=2) as box:
        assert isinstance(box, pools.Pool)
        taken, lock = 0, threading.Lock()
        launched = box._spares.take

        def counted() -> Slot:
            nonlocal taken
            with lock:
                taken += 1
            return launched()

        box._spares.take = counted  # type: ignore[method-assign]
        threads = [threading.Thread(target=box.run, args=(program,)) for program in numbered(12)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert taken <= 1  # the first box was there; never more than one beside it


class Counting:
    """Starts slots that are only numbers, and counts them."""

    def __init__(self) -> None:
        self.started: list[int] = []
        self.closed: list[int] = []

    def __call__(self) -> Slot:
        self.started.append(len(self.started))
        number, closed = self.started[-1], self.closed

        class Numbered:
            alive = True

            def close(self) -> None:
                closed.append(number)

        return Numbered()  # type: ignore[return-value]


def test_a_spare_is_started_once_and_handed_out_once() -> None:
    start = Counting()
    spares = Spares(start)
    for _ in range(3):
        spares.prepare()
    spares.take()
    assert start.started == [0]
    spares.take()
    assert start.started == [0, 1]
    spares.prepare()
    spares.close()
    spares.prepare()
    assert start.closed == [2] and len(start.started) == 3


def test_as_many_spares_are_started_as_were_asked_for() -> None:
    start = Counting()
    spares = Spares(start)
    spares.prepare(3)
    spares.prepare(2)
    for _ in range(3):
        spares.take()
    assert sorted(start.started) == [0, 1, 2]


def test_a_spare_that_could_not_be_started_is_tried_again() -> None:
    attempts = itertools.count()
    good = Counting()

    def start() -> Slot:
        if next(attempts) == 0:
            raise SandboxError("no")
        return good()

    spares = Spares(start)
    spares.prepare()
    assert spares.take() is not None and next(attempts) == 2


def test_every_box_of_a_pool_is_started_when_it_opens() -> None:
    with open_sandbox("namespaces", workers=3) as box:
        assert isinstance(box, pools.Pool)
        coming = [spare.result().box.pid for spare in box._spares._coming]
        assert len(coming) == 2 and pid_of(box) not in coming


@pytest.mark.parametrize("which", ["idle", "spare"])
def test_a_box_that_died_in_waiting_costs_no_run(which: str) -> None:
    """A restarted daemon takes all boxes along at once: none of them may be a failed run's second chance."""
    with open_sandbox("namespaces", workers=2) as box:
        assert isinstance(box, pools.Pool)
        (spare,) = box._spares._coming
        slots = [*box._idle, spare.result()]
        for slot in slots:
            os.kill(slot.box.pid, signal.SIGKILL)
        while any(slot.alive for slot in slots):
            time.sleep(0.01)
        if which == "spare":
            box._idle.clear()
            box._alive = 0
            slots[0].close()
        assert box.run(Program(ECHO, stdin=b"1")).stdout == b"1\n"
        assert all(not slot.runs for slot in slots)


@pytest.mark.parametrize("in_c", [True, False])
def test_the_loop_in_c_and_the_one_in_python_are_the_same(in_c: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not in_c:
        monkeypatch.setattr(namespaces, "steps_library", lambda: None)
    namespaces.description.cache_clear()
    lines = "import sys, time\nfor line in sys.stdin: print(line, end='')\n"
    try:
        with open_sandbox("namespaces", workers=1) as box:
            quick, slow = (
                box.run(Program(lines + end, stdin=b"1\n2\n", args=("x",))) for end in ("", "time.sleep(0.05)")
            )
            assert (quick.stdout, slow.stdout) == (b"1\n2\n", b"1\n2\n")
            assert 0 < quick.cpu_s <= quick.wall_s < slow.wall_s and quick.peak_memory_bytes > 5 << 20
            endings = [box.run(Program(f"import os; os.{end}")) for end in ("_exit(7)", "_exit(200)")]
            assert [(o.exit_code, o.signal) for o in endings] == [(7, None), (200, None)]
            left = box.run(Program("import os, time\nif os.fork() == 0: time.sleep(9)\nprint('over')"))
            assert (left.code, left.stdout) == ("OK", b"over\n")
            compiled = box.run(Program("int main(void) { return 5; }", "c"))
            assert compiled.exit_code == 5
            ends = [box.run(Program(source), limits).code for source, limits in LIMITED]
            assert ends == ["TLE", "TLE", "MLE", "OLE"]
            pair = box.run_linked(Program("import os; os.write(3, b'hi')"), Program("import os; print(os.read(3, 9))"))
            assert pair[1].stdout == b"b'hi'\n"
    finally:
        namespaces.description.cache_clear()


LIMITED = [
    ("while True: pass", Limits(cpu_s=0.3)),
    ("import time; time.sleep(9)", Limits(wall_s=0.3)),
    ("x = bytearray(99 << 20)", Limits(memory_bytes=50 << 20)),
    ("print('x' * 9999)", Limits(output_bytes=1000)),
]


def test_closing_ends_the_spares_too(pool: pools.Pool) -> None:
    pool._spares.prepare()
    (coming,) = pool._spares._coming
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(coming.result().box.pid, 0)


# --- asyncio and batches ---------------------------------------------------------------------------------------------


def test_awaited_calls_come_back_in_order_with_progress() -> None:
    async def main() -> tuple[list[Outcome | SandboxError], list[tuple[int, int]], Outcome]:
        seen: list[tuple[int, int]] = []
        with open_sandbox("namespaces", workers=2) as sandbox:
            async with AsyncSandbox(sandbox) as box:
                outcomes = await box.run_many(numbered(10), progress=lambda *now: seen.append(now))
                linked = await box.run_linked(
                    Program("import os; os.write(3, b'x')"), Program("import os; print(os.read(3, 9))")
                )
                return outcomes, seen, linked[1]

    outcomes, seen, tester = asyncio.run(main())
    assert [int(getattr(outcome, "stdout", b"-1")) for outcome in outcomes] == list(range(10))
    assert seen == [(i, 10) for i in range(1, 11)]
    assert tester.stdout == b"b'x'\n"


def slowly(program: Program) -> Outcome:
    time.sleep(0.01)
    return echo(program)


@pytest.mark.parametrize("answer", [echo, slowly])
def test_a_batch_is_taken_in_as_it_is_done(answer: Callable[[Program], Outcome]) -> None:
    """Back-pressure: of an endless iterable only so much is drawn as is worked on."""
    drawn = 0

    def endless() -> Iterator[Program]:
        nonlocal drawn
        for number in itertools.count():
            drawn += 1
            yield Program(ECHO, stdin=str(number).encode())

    fake = FakeSandbox(answer)
    outcomes = completed(fake, endless())
    for _, (index, outcome) in zip(range(20), outcomes, strict=False):
        assert isinstance(outcome, Outcome) and int(outcome.stdout) == index
    outcomes.close()  # type: ignore[attr-defined]
    assert drawn <= 20 + 4


def test_a_lost_run_of_a_batch_is_an_error_in_its_place() -> None:
    def loses(program: Program) -> Outcome:
        if program.stdin == b"3":
            raise SandboxError("lost")
        return echo(program)

    outcomes = dict(completed(FakeSandbox(loses), numbered(6)))
    assert [isinstance(outcomes[i], SandboxError) for i in range(6)] == [i == 3 for i in range(6)]
