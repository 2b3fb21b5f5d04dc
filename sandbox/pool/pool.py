"""Pool: warm boxes behind the Sandbox protocol. It compiles, hands out slots, retries once and replaces worn boxes."""

from __future__ import annotations

import atexit
import os
import socket
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from r1.sandbox.languages import Language
from r1.sandbox.pool.artifacts import NOTHING, Artifact, Cache, key_of
from r1.sandbox.pool.orders import compile_order, header_order, language_of, run_order
from r1.sandbox.pool.outcomes import outcome_of, unstarted
from r1.sandbox.pool.precompiled import BUILDING, HEADER, header_folder, store_header
from r1.sandbox.pool.spares import Spares
from r1.sandbox.protocol import (
    Limits,
    Outcome,
    Phase,
    Program,
    SandboxError,
    SandboxUnavailable,
    Unwanted,
    check_program,
    paired,
)
from r1.sandbox.wall.slot import Box, Delivery, Flight, Order, Slot, carry, work

RUNS_PER_BOX = 5000
SPARE_AHEAD_RUNS = 50  # a box's successor is started this many runs before its end


class Pool:
    """A `Sandbox` of warm boxes, shared by any number of threads. Callers wait while all boxes are busy (back-pressure).

    Args:
        launch: starts one box. Raises SandboxUnavailable.
        tier: the isolation that ``launch`` gives, as in ``Outcome.tier``.
        workers: how many programs run at a time.
    """

    def __init__(self, launch: Callable[[], Box], tier: str, workers: int) -> None:
        self._tier, self._workers = tier, workers
        self._idle: list[Slot] = []
        self._busy: set[Slot] = set()
        self._alive = 0
        self._running = 0  # runs in progress, at most one per worker
        self._closed = False
        self._precompiled = header_folder() is not None
        self._owner = os.getpid()
        self._free = threading.Condition()
        self._threads: ThreadPoolExecutor | None = None
        self._artifacts = Cache()
        self._spares = Spares(lambda: Slot(launch(), tier))
        self._idle.append(self._spares.start())
        self._spares.prepare(workers - 1)  # they start while the first one already works
        self._alive = 1
        self._tools = self._idle[0].box.tools
        _POOLS.add(self)

    @property
    def tier(self) -> str:
        return self._tier

    @property
    def workers(self) -> int:
        return self._workers

    def run(self, program: Program, limits: Limits | None = None) -> Outcome:
        """Run one program; waits while all boxes are busy.

        Raises:
            ValueError: the language is unknown.
            SandboxUnavailable: the box lacks the language's tools.
            SandboxError: the sandbox failed twice, or is closed.
        """
        return self._together([(program, limits or Limits())])[0]

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] | None = None
    ) -> list[Outcome | SandboxError]:
        """Run many on all boxes at once, results in order; a run that the sandbox lost is a SandboxError in its place."""

        def one(pair: tuple[Program, Limits]) -> Outcome | SandboxError:
            try:
                return self.run(*pair)
            except SandboxError as error:
                return error

        return list(self._executor().map(one, paired(programs, limits)))

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        """Run two programs in two boxes joined by a socket pair, descriptor 3 in both. See the protocol."""
        limits = limits or Limits()
        pair = self._together([(candidate, limits), (tester, tester_limits or limits)], linked=True)
        return pair[0], pair[1]

    def close(self) -> None:
        """End every box. Runs in progress raise SandboxError."""
        if os.getpid() != self._owner:
            return  # in a fork of the owner: the boxes belong to the parent
        with self._free:
            self._closed = True
            slots, self._idle = self._idle, []
            self._alive -= len(slots)
            for slot in self._busy:
                slot.hang_up()
            self._free.notify_all()
        for slot in slots:
            slot.close()
        self._spares.close()
        if self._threads is not None:
            self._threads.shutdown(wait=True)
        with self._free:
            self._free.wait_for(lambda: self._alive == 0)
        self._artifacts.close()
        _POOLS.discard(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # -- one run ---------------------------------------------------------------------------------------------------------

    def _together(self, parts: list[tuple[Program, Limits]], linked: bool = False) -> list[Outcome]:
        """Compile each program, then run all at once, each in a box. If one does not compile, none of them runs."""
        for program, limits in parts:
            check_program(program, limits)
        compiled = [self._compiled(program, limits) for program, limits in parts]
        if any(isinstance(c, Outcome) for c in compiled):
            return [c if isinstance(c, Outcome) else unstarted(self._tier) for c in compiled]
        ready = [c for c in compiled if not isinstance(c, Outcome)]
        orders = [run_order(p, limits, c, linked) for (p, limits), c in zip(parts, ready, strict=True)]
        deliveries = self._deliver(orders, linked)
        sizes = [c.size for c in ready]
        rows = zip(deliveries, parts, sizes, strict=True)
        return [outcome_of(Phase.RUN, d, limits, self._tier, size) for d, (_, limits), size in rows]

    def _compiled(self, program: Program, limits: Limits) -> Artifact | Outcome:
        """The program's artifact (an empty one for interpreted languages), or the outcome of its failed compilation."""
        language = language_of(program)
        missing = [tool for tool in language.tools if tool not in self._tools]
        if missing:  # the box's fault, not the program's, so it must not become a verdict
            raise SandboxUnavailable(
                f"{self._tier}: {program.language} needs {', '.join(missing)} in the box (Debian package {language.package})"
            )
        if not language.compile:
            return NOTHING
        key = key_of(program, language, self._tier)
        outcome = self._artifacts.outcome(key, lambda: self._compile(program, language))
        return outcome if program.compile_only or not outcome.ok else self._artifacts.artifact(key, outcome, language)

    def _compile(self, program: Program, language: Language) -> Outcome:
        if self._tier == "namespaces" and program.language == "cpp" and HEADER in program.source:
            self._precompile(language)
        delivery = self._deliver([compile_order(program, language)])[0]
        return outcome_of(Phase.COMPILE, delivery, language.compile_limits, self._tier, len(delivery.stdout))

    def _precompile(self, language: Language) -> None:
        """Precompile <bits/stdc++.h>, once per machine; boxes started before that are replaced after their current run."""
        with BUILDING:
            if header_folder() is None and not self._precompiled:
                store_header(self._deliver([header_order(language)])[0].stdout)
            if not self._precompiled:
                self._precompiled = True
                with self._free:
                    old, self._idle = self._idle, []
                    self._alive -= len(old)
                    for slot in self._busy:
                        slot.stale = True
                for slot in old:
                    slot.close()
                self._spares.drop()

    def _deliver(self, orders: list[Order], linked: bool = False) -> list[Delivery]:
        """Carry out orders, each in a slot; retry once in fresh slots when one fails. Raises SandboxError the second time."""
        for attempt in (1, 2):
            slots = self._take(len(orders), fresh=attempt > 1)
            try:
                return _linked(slots, orders) if linked else work(list(zip(slots, orders, strict=True)))
            except SandboxError as error:
                if attempt > 1 or self._closed or isinstance(error, Unwanted):
                    raise
            finally:
                self._give_back(slots)
        raise AssertionError("unreachable")

    # -- slots -----------------------------------------------------------------------------------------------------------

    def _take(self, count: int, fresh: bool = False) -> list[Slot]:
        """Take ``count`` slots for one run, idle or new. ``fresh``: start them now, so they are younger than a failure.

        A linked pair of programs counts as one run against ``workers``.
        """
        if os.getpid() != self._owner:
            raise SandboxError("this pool belongs to the parent process; open the sandbox after the fork")
        with self._free:
            self._free.wait_for(lambda: self._closed or self._running < self._workers)
            if self._closed:
                raise SandboxError("the sandbox is closed")
            self._running += 1
            taken, gone = ([], []) if fresh else self._pop_idle(count)
            missing = count - len(taken)
            too_many = max(0, self._alive - len(gone) + missing - 2 * self._workers)
            gone += [self._idle.pop(0) for _ in range(min(too_many, len(self._idle)))]
            self._alive += missing - len(gone)
            self._busy.update(taken)
        for slot in gone:
            slot.close()
        try:
            for _ in range(missing):
                taken.append(self._spares.start() if fresh else self._spares.take())
                with self._free:
                    self._busy.add(taken[-1])
                    if self._closed:  # close() has hung up the other boxes, but did not see this one
                        taken[-1].hang_up()
        except BaseException:  # a KeyboardInterrupt too must give the slots back
            with self._free:
                self._alive -= count - len(taken)
            self._give_back(taken)
            raise
        return taken

    def _pop_idle(self, count: int) -> tuple[list[Slot], list[Slot]]:
        """Up to ``count`` living idle slots, and the dead ones found on the way."""
        living: list[Slot] = []
        dead: list[Slot] = []
        while self._idle and len(living) < count:
            slot = self._idle.pop()
            (living if slot.alive else dead).append(slot)
        return living, dead

    def _give_back(self, slots: list[Slot]) -> None:
        """Return the slots of one run: keep the healthy ones, close the worn ones."""
        for slot in slots:
            worn = slot.worn or slot.stale or slot.runs >= RUNS_PER_BOX or self._closed
            if worn or slot.runs > RUNS_PER_BOX - SPARE_AHEAD_RUNS:
                self._spares.prepare()
            with self._free:
                self._busy.discard(slot)  # before it is closed, since its process number may then be reused
            if worn:
                slot.close()
            with self._free:
                if worn:
                    self._alive -= 1
                else:
                    self._idle.append(slot)
        with self._free:
            self._running -= 1
            self._free.notify_all()

    def _executor(self) -> ThreadPoolExecutor:
        with self._free:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._workers, "r1-sandbox")
            return self._threads


_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for pool in list(_POOLS):
        pool.close()


def _linked(slots: list[Slot], orders: list[Order]) -> list[Delivery]:
    """Like `work`, with one end of a socket pair in each order. Closes our copies at once, so each side sees the other's EOF."""
    left, right = socket.socketpair()
    with left, right:
        for order, end in zip(orders, (left, right), strict=True):
            order.link = end.fileno()
        flights = [Flight(slot, order) for slot, order in zip(slots, orders, strict=True)]
    return carry(flights)
