"""The pool: boxes are reused, replaced and retried, and callers wait while all are busy."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from r1.sandbox import Limits, Program, SandboxError, open_sandbox
from r1.sandbox.pool import pool as pools
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
    """The process of the box that the next run gets."""
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


def test_a_run_that_fails_twice_raises_an_error(pool: pools.Pool) -> None:
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
        assert taken <= 1  # the first box was open already, and at most one more is needed


def test_every_box_of_a_pool_is_started_when_it_opens() -> None:
    with open_sandbox("namespaces", workers=3) as box:
        assert isinstance(box, pools.Pool)
        coming = [spare.result().box.pid for spare in box._spares._coming]
        assert len(coming) == 2 and pid_of(box) not in coming


@pytest.mark.parametrize("which", ["idle", "spare"])
def test_a_box_that_died_while_idle_costs_no_run(which: str) -> None:
    """A restart of the daemon ends all boxes at once, so none of them may be used for the second attempt."""
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


def test_closing_ends_the_spares_too(pool: pools.Pool) -> None:
    pool._spares.prepare()
    (coming,) = pool._spares._coming
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(coming.result().box.pid, 0)


def test_a_killed_worker_loses_no_result() -> None:
    with open_sandbox("namespaces", workers=2) as box:
        stop = threading.Event()
        outcomes = []

        def killer() -> None:
            seen = -1
            while not stop.wait(0.05):
                if seen == len(outcomes):
                    continue  # a run is tried only twice: on a slow machine the same one would be killed again
                seen = len(outcomes)
                for slot in [*box._busy, *box._idle]:  # type: ignore[attr-defined]
                    os.kill(slot.box.pid, signal.SIGKILL)
                    break

        thread = threading.Thread(target=killer)
        thread.start()
        try:
            for i in range(60):
                outcomes.append(box.run(Program(ECHO, stdin=str(i).encode())))
        finally:
            stop.set()
            thread.join()
        assert [int(outcome.stdout) for outcome in outcomes] == list(range(60))
