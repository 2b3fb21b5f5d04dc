"""Pool: a number of warm boxes behind the Sandbox protocol; it compiles, hands out slots, retries once, recycles."""

from __future__ import annotations

import atexit
import os
import socket
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Self

from r1.sandbox.languages import ENVIRONMENT, LANGUAGES, Language, language_for
from r1.sandbox.pool import artifacts, precompiled
from r1.sandbox.pool.outcomes import outcome_of, unstarted
from r1.sandbox.pool.spares import Spares
from r1.sandbox.protocol import (
    MIB,
    Limits,
    Outcome,
    Phase,
    Program,
    Sandbox,
    SandboxError,
    SandboxUnavailable,
    Unwanted,
)
from r1.sandbox.wall.packets import Job, Mode, pack_files, pack_payload
from r1.sandbox.wall.slot import Box, Delivery, Flight, Order, Slot, carry, work

RUNS_PER_BOX = 5000
SPARE_AHEAD_RUNS = 50  # a box's successor is started this long before its end
BACKENDS = ("auto", "docker", "namespaces", "docker+runsc", "fake", "unsafe")


def open_sandbox(backend: str = "auto", workers: int | None = None, allow_weak: bool = False) -> Sandbox:
    """A pool of ``workers`` warm boxes (default: one per core).

    ``auto`` takes the strongest fast tier that this machine allows: docker (nothing of this machine's disk is in a box),
    else namespaces. ``docker+runsc`` puts gVisor's kernel in between, at some ten times the cost of a run, and so is taken
    only by name. Each Outcome names its tier.
    Raises SandboxUnavailable with each failed probe; the unisolated tier is taken only on request.
    """
    if backend.startswith(("http://", "https://")):
        from r1.sandbox.backends.remote import RemoteSandbox

        return RemoteSandbox(backend)
    if backend not in BACKENDS:
        raise ValueError(f"backend={backend!r}: choose one of {', '.join(BACKENDS)}")
    count = workers or len(os.sched_getaffinity(0))
    if backend == "fake":
        from r1.sandbox.backends.fake import FakeSandbox

        return FakeSandbox()
    if backend == "unsafe":
        from r1.sandbox.backends.unsafe import UnsafeSandbox

        return UnsafeSandbox(count)
    wanted = ("docker", "namespaces") if backend == "auto" else (backend,)
    refusals = []
    for tier in wanted:
        try:
            return Pool(_launcher(tier), tier, count)
        except SandboxUnavailable as refusal:
            refusals.append(str(refusal))
    if allow_weak:
        return open_sandbox("unsafe", workers)
    raise SandboxUnavailable("no isolation on this machine. " + " | ".join(refusals))


def _launcher(tier: str) -> Callable[[], Box]:
    """What starts one box of this tier; a module is imported only when its tier is tried."""
    if tier == "namespaces":
        from r1.sandbox.backends.namespaces import start

        return start
    if tier == "docker":
        from r1.sandbox.backends.docker_box import start as start_container

        return start_container
    from r1.sandbox.backends.gvisor_box import start as start_gvisor

    return start_gvisor


class Pool:
    """Warm boxes shared by any number of threads. Callers wait when all are busy, which is the back-pressure."""

    def __init__(self, launch: Callable[[], Box], tier: str, workers: int) -> None:
        self._tier, self._workers = tier, workers
        self._idle: list[Slot] = []
        self._busy: set[Slot] = set()
        self._alive = 0
        self._running = 0  # runs under way, at most one per worker
        self._closed = False
        self._precompiled = precompiled.folder() is not None
        self._owner = os.getpid()
        self._free = threading.Condition()
        self._threads: ThreadPoolExecutor | None = None
        self._artefacts = artifacts.Cache()
        self._spares = Spares(lambda: Slot(launch(), tier))
        self._idle.append(self._spares.start())
        self._spares.prepare(workers - 1)  # while the first one works
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
        """Run one program; waits while all boxes are busy. Raises SandboxError (only) when our machinery fails twice."""
        return self._together([(program, limits or Limits())])[0]

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] | None = None
    ) -> list[Outcome | SandboxError]:
        """Run many on all boxes at once, results in order; one that our machinery lost is a SandboxError in its place."""
        each = list(limits) if isinstance(limits, Sequence) else [limits or Limits()] * len(programs)
        if len(each) != len(programs):
            raise ValueError(f"{len(programs)} programs but {len(each)} limits: give one for all, or one for each")

        def one(program: Program, limit: Limits) -> Outcome | SandboxError:
            try:
                return self.run(program, limit)
            except SandboxError as error:
                return error

        return list(self._executor().map(one, programs, each))

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        """Run two programs in two boxes joined by a socket pair, descriptor 3 in both. See the protocol."""
        limits = limits or Limits()
        pair = self._together([(candidate, limits), (tester, tester_limits or limits)], linked=True)
        return pair[0], pair[1]

    def close(self) -> None:
        """End every box. Runs that are under way end with SandboxError."""
        if os.getpid() != self._owner:
            return  # a fork's copy: the boxes are the parent's
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
        self._artefacts.close()
        _POOLS.discard(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # -- one run ---------------------------------------------------------------------------------------------------------

    def _together(self, parts: list[tuple[Program, Limits]], linked: bool = False) -> list[Outcome]:
        """Compile each program, then run all at once in as many boxes; a compiler's refusal is the only outcome of its part."""
        compiled = [self._compiled(program, limits) for program, limits in parts]
        if any(isinstance(c, Outcome) for c in compiled):
            return [c if isinstance(c, Outcome) else unstarted(self._tier) for c in compiled]
        ready = [c for c in compiled if not isinstance(c, Outcome)]
        orders = [_order(p, limits, c, linked) for (p, limits), c in zip(parts, ready, strict=True)]
        deliveries = self._deliver(orders, linked)
        sizes = [c.size for c in ready]
        rows = zip(deliveries, parts, sizes, strict=True)
        return [outcome_of(Phase.RUN, d, limits, self._tier, size) for d, (_, limits), size in rows]

    def _compiled(self, program: Program, limits: Limits) -> artifacts.Artefact | Outcome:
        """The artefact of a program (an empty one for interpreted languages), or the outcome of its failed compilation."""
        language = _language(program)
        missing = [tool for tool in language.tools if tool not in self._tools]
        if missing:  # ours, not the program's: never a verdict
            raise SandboxUnavailable(
                f"{self._tier}: {program.language} needs {', '.join(missing)} in the box (Debian package {language.package})"
            )
        if not language.compile:
            return artifacts.NOTHING
        key = artifacts.key(program, language, self._tier)
        outcome = self._artefacts.outcome(key, lambda: self._compile(program, language))
        return outcome if program.compile_only or not outcome.ok else self._artefacts.artefact(key, outcome, language)

    def _compile(self, program: Program, language: Language) -> Outcome:
        if self._tier == "namespaces" and program.language == "cpp" and precompiled.HEADER in program.source:
            self._precompile(language)
        argv = [*language.compile, *program.flags]
        files = [
            (language.file, program.source.encode("utf-8", "surrogatepass")),
            *language.files.items(),
            *program.files.items(),
        ]
        payload = pack_payload(argv, _environment(language), language.artefact, pack_files(files))
        job = _job(Mode.COMPILE, language.compile_limits, language, len(payload))
        delivery = self._deliver([Order(job, payload, b"")])[0]
        return outcome_of(Phase.COMPILE, delivery, language.compile_limits, self._tier, len(delivery.stdout))

    def _precompile(self, language: Language) -> None:
        """Build the header that C++ programs love, once per machine; boxes older than it are replaced when they come back."""
        with precompiled.building:
            if precompiled.folder() is None and not self._precompiled:
                payload = pack_payload(precompiled.FLAGS, _environment(language), "main", pack_files([_HEADER_FILE]))
                job = _job(Mode.COMPILE, language.compile_limits, language, len(payload))
                order = Order(replace(job, output_bytes=256 * MIB), payload, b"")
                precompiled.store(self._deliver([order])[0].stdout)
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
        """Carry orders out in as many slots, again in fresh ones when a slot fails. Raises SandboxError the second time."""
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
        """The boxes of one run, idle ones or new; ``fresh`` are those started now, after whatever went wrong.

        A linked pair is one run too: its two boxes take turns.
        """
        if os.getpid() != self._owner:
            raise SandboxError("this pool belongs to the parent process: open a sandbox after the fork, not before it")
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
                    if self._closed:  # since the pool's other boxes were hung up
                        taken[-1].hang_up()
        except BaseException:  # an interrupt too must give the places back
            with self._free:
                self._alive -= count - len(taken)
            self._give_back(taken)
            raise
        return taken

    def _pop_idle(self, count: int) -> tuple[list[Slot], list[Slot]]:
        """Up to ``count`` living idle boxes, and the dead ones that were met on the way."""
        living: list[Slot] = []
        dead: list[Slot] = []
        while self._idle and len(living) < count:
            slot = self._idle.pop()
            (living if slot.alive else dead).append(slot)
        return living, dead

    def _give_back(self, slots: list[Slot]) -> None:
        """The end of what `_take` began."""
        for slot in slots:
            worn = slot.worn or slot.stale or slot.runs >= RUNS_PER_BOX or self._closed
            if worn or slot.runs > RUNS_PER_BOX - SPARE_AHEAD_RUNS:
                self._spares.prepare()
            with self._free:
                self._busy.discard(slot)  # before it is closed: its process may be another's soon
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
    """Like ``work``, with one end of a socket pair in each order. Our own copies go at once, so that each side sees the other's end."""
    left, right = socket.socketpair()
    with left, right:
        for order, end in zip(orders, (left, right), strict=True):
            order.link = end.fileno()
        flights = [Flight(slot, order) for slot, order in zip(slots, orders, strict=True)]
    return carry(flights)


def _language(program: Program) -> Language:
    if program.language not in LANGUAGES:
        raise ValueError(f"language={program.language!r}: choose one of {', '.join(LANGUAGES)}")
    return language_for(program.language, program.source)


def _order(program: Program, limits: Limits, artefact: artifacts.Artefact, linked: bool) -> Order:
    """Everything that one run needs, as its slot wants it."""
    language = _language(program)
    for name in program.files:
        if not name or "/" in name or name in (".", "..") or "\0" in name:
            raise ValueError(f"files: {name!r} is not a plain file name")
    files = [] if artefact.executable else [(language.file, program.source.encode("utf-8", "surrogatepass"))]
    records = pack_files([*files, *program.files.items()]) + artefact.records
    mode = Mode.EXEC if language.run or artefact.executable else Mode.PYTHON
    argv = [*(language.run or ("main" if artefact.executable else language.file,)), *program.args]
    payload = pack_payload(argv, _environment(language), "", records)
    job = replace(_job(mode, limits, language, len(payload)), has_artefact=artefact.executable, has_link=linked)
    job.link_is_stdio = linked and program.link_stdio
    return Order(job, payload, program.stdin, artefact.descriptor)


def _job(mode: Mode, limits: Limits, language: Language, payload_bytes: int) -> Job:
    address_bytes = (
        0 if language.reserves else 4 * limits.memory_bytes + 512 * MIB
    )  # a net below the meter, for fast bombs
    room = limits.file_bytes + 2 * payload_bytes + 64 * 1024
    times = (limits.cpu_s, limits.wall_net_s)
    sizes = (limits.memory_bytes, limits.file_bytes, room, address_bytes)
    return Job(mode, *times, *sizes, limits.processes, limits.output_bytes)


def _environment(language: Language) -> dict[str, str]:
    return {**ENVIRONMENT, **language.environment}


_HEADER_FILE = ("main.h", f"#include <{precompiled.HEADER}>\n".encode())
