"""Ray pool: a Sandbox over a Ray cluster, with one actor and its pool of boxes on each node."""

from __future__ import annotations

import importlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from r1.sandbox.opening import open_sandbox
from r1.sandbox.protocol import Limits, Outcome, Program, Sandbox, SandboxError, SandboxUnavailable, paired

CHUNK = 8  # programs in one call, since a call costs Ray about 1 ms and a run takes about 3 ms
PER_SLOT = 2  # programs outstanding at an actor for each of its boxes: one runs, the next is ready when it ends
START_S = 120.0
LOOK_EVERY_S = 10.0


class Node:
    """The actor on one node: it owns a pool of boxes."""

    def __init__(self, open_pool: Callable[[], Sandbox]) -> None:
        self._sandbox = open_pool()

    def describe(self) -> tuple[str, int]:
        """Its tier and its process number."""
        return self._sandbox.tier, os.getpid()

    def run_many(self, programs: list[Program], limits: list[Limits]) -> list[Outcome | SandboxError]:
        return self._sandbox.run_many(programs, limits)

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits, tester_limits: Limits
    ) -> tuple[Outcome, Outcome]:
        return self._sandbox.run_linked(candidate, tester, limits, tester_limits)

    def close(self) -> None:
        self._sandbox.close()


@dataclass(eq=False)
class Member:
    """One actor as the caller sees it: its node, and how many programs it holds of how many it may."""

    node_id: str
    actor: Any
    room: int
    outstanding: int = 0


class RayPool:
    """Runs programs on every node of a Ray cluster. Thread-safe. Callers wait while all actors are full.

    Args:
        workers_per_node: boxes on each node (default: one per CPU that Ray counts there).
        backend: as for ``open_sandbox``, on each node.
        address: of the cluster (default: the cluster that this process or RAY_ADDRESS belongs to; without one, a local
            cluster is started).
        num_cpus: CPUs of Ray's count that each actor reserves; 0 lets trainers and judges share a node.
        open_pool: opens the sandbox on a node instead of ``open_sandbox``; for tests.

    Raises:
        SandboxUnavailable: ray is not installed, no cluster answers, or no node can isolate.
    """

    def __init__(
        self,
        workers_per_node: int | None = None,
        backend: str = "auto",
        address: str | None = None,
        num_cpus: float = 0,
        open_pool: Callable[[], Sandbox] | None = None,
    ) -> None:
        self._ray = _ray()
        self._workers, self._backend, self._open_pool, self._num_cpus = workers_per_node, backend, open_pool, num_cpus
        self._free = threading.Condition()
        self._members: list[Member] = []
        self._closed = False
        self._recruiting = 0
        self._refusal = "it has no live node"
        self._looked_s = 0.0
        self._threads: ThreadPoolExecutor | None = None
        self._ours = self._join(address)
        try:
            self._recruit()
            if not self._members:
                raise SandboxUnavailable(f"no node of the Ray cluster could open a sandbox: {self._refusal}")
            self._tier = str(self._get(self._members[0].actor.describe.remote())[0])
        except BaseException:
            self.close()
            raise

    @property
    def tier(self) -> str:
        return self._tier

    @property
    def workers(self) -> int:
        """Boxes on all nodes together."""
        return sum(member.room for member in self._members) // PER_SLOT

    def run(self, program: Program, limits: Limits | None = None) -> Outcome:
        """Run one program on the least busy node. Raises SandboxError when two actors died running it."""
        (outcome,) = self._chunk([(program, limits or Limits())])
        if isinstance(outcome, SandboxError):
            raise outcome
        return outcome

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] | None = None
    ) -> list[Outcome | SandboxError]:
        """Run many on all nodes, results in order; a run that was lost twice is a SandboxError in its place."""
        pairs = paired(programs, limits)
        room = sum(member.room for member in self._members) or 1
        size = max(1, min(CHUNK, -(-len(pairs) // room)))
        chunks = [pairs[i : i + size] for i in range(0, len(pairs), size)]
        done = self._executor().map(self._chunk, chunks)
        return [outcome for outcomes in done for outcome in outcomes]

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        """Run two programs in two boxes of one node, joined by a socket pair. See the protocol."""
        limits = limits or Limits()
        parts = (candidate, tester, limits, tester_limits or limits)
        outcomes: tuple[Outcome, Outcome] = self._carry(2, lambda actor: actor.run_linked.remote(*parts))
        return outcomes

    def close(self) -> None:
        """End every actor and its boxes, and the cluster if this pool started it."""
        with self._free:
            if self._closed:
                return
            self._closed = True
            members, self._members = self._members, []
            self._free.notify_all()
        for member in members:
            self._dismiss(member)
        if self._threads is not None:
            self._threads.shutdown(wait=True)
        if getattr(self, "_ours", False):
            self._ray.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # -- runs --------------------------------------------------------------------------------------------------------

    def _chunk(self, pairs: list[tuple[Program, Limits]]) -> list[Outcome | SandboxError]:
        programs, limits = [program for program, _ in pairs], [limit for _, limit in pairs]
        try:
            outcomes: list[Outcome | SandboxError] = self._carry(
                len(programs), lambda actor: actor.run_many.remote(programs, limits)
            )
        except SandboxError as error:
            return [error] * len(programs)
        return outcomes

    def _carry(self, count: int, call: Callable[[Any], Any]) -> Any:
        """Call an actor that runs ``count`` programs; call another one if it dies. Raises SandboxError if both die."""
        lost = ""
        for _ in range(2):
            member = self._lease(count)
            try:
                return self._get(call(member.actor))
            except self._ray.exceptions.RayTaskError as error:
                ours = isinstance(error.cause, SandboxError | ValueError)
                raise (error.cause if ours else SandboxError(str(error))) from None
            except self._ray.exceptions.RayError as error:  # the actor or its node died, or does not answer
                lost = f"{type(error).__name__} on node {member.node_id[:8]}"
                self._replace(member)
            finally:
                self._release(member, count)
        raise SandboxError(f"two Ray actors died running these programs: {lost}")

    def _get(self, reference: Any) -> Any:
        """``ray.get``; raises SandboxError if the pool was closed meanwhile."""
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayError:
            if self._closed:
                raise SandboxError("the sandbox is closed") from None
            raise

    def _lease(self, count: int) -> Member:
        """Reserve the least busy member, waiting until one has room. Raises SandboxError if no member is left."""
        self._look()
        with self._free:
            self._free.wait_for(
                lambda: self._closed or self._none_left() or any(self._fits(m, count) for m in self._members)
            )
            if self._closed:
                raise SandboxError("the sandbox is closed")
            if self._none_left():
                raise SandboxError(
                    "no node of the Ray cluster has a sandbox left; restart the nodes or open a new RayPool"
                )
            member = min((m for m in self._members if self._fits(m, count)), key=lambda m: m.outstanding / m.room)
            member.outstanding += count
            return member

    def _none_left(self) -> bool:
        return not self._members and not self._recruiting

    @staticmethod
    def _fits(member: Member, count: int) -> bool:
        return member.outstanding == 0 or member.outstanding + count <= member.room

    def _release(self, member: Member, count: int) -> None:
        with self._free:
            member.outstanding -= count
            self._free.notify_all()

    # -- members -----------------------------------------------------------------------------------------------------

    def _join(self, address: str | None) -> bool:
        """Connect to a cluster. True if it was started here and must end with this pool."""
        if self._ray.is_initialized():
            return False
        options = {"include_dashboard": False, "configure_logging": False, "log_to_driver": False}
        try:
            try:
                self._ray.init(address=address or "auto", configure_logging=False, log_to_driver=False)
            except ConnectionError:
                if address is not None or "RAY_ADDRESS" in os.environ:
                    raise
                self._ray.init(address="local", **options)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise SandboxUnavailable(f"no Ray cluster at {address or 'auto'}: {error}") from None
        return True

    def _look(self) -> None:
        """Every LOOK_EVERY_S, start actors on nodes that have joined the cluster."""
        with self._free:
            due = time.monotonic() - self._looked_s > LOOK_EVERY_S
            self._looked_s = time.monotonic() if due else self._looked_s
        if due:
            self._recruit()

    def _recruit(self) -> None:
        """Start an actor on every live node that has none. Nodes that cannot open a sandbox are left out."""
        with self._free:
            self._looked_s = time.monotonic()
            self._recruiting += 1
            have = {member.node_id for member in self._members}
        try:
            started = [self._start(node) for node in self._ray.nodes() if node["Alive"] and node["NodeID"] not in have]
            for member in started:
                self._welcome(member)
        finally:
            with self._free:
                self._recruiting -= 1
                self._free.notify_all()

    def _welcome(self, member: Member) -> None:
        """Add an actor once it answers, unless its node has got another one meanwhile."""
        try:
            self._ray.get(member.actor.describe.remote(), timeout=START_S)
            fit = True
        except self._ray.exceptions.RayError as error:
            fit = False
            self._refusal = str(error).strip().splitlines()[-1]  # the last line of the actor's traceback
        with self._free:
            wanted = fit and not self._closed and all(other.node_id != member.node_id for other in self._members)
            if wanted:
                self._members.append(member)
            self._free.notify_all()
        if not wanted:
            self._dismiss(member)

    def _start(self, node: dict[str, Any]) -> Member:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        workers = self._workers or max(1, int(node["Resources"].get("CPU", 1)))
        backend, open_pool = self._backend, self._open_pool or (lambda: open_sandbox(backend, workers))
        actor = self._ray.remote(Node).options(
            num_cpus=self._num_cpus,
            max_concurrency=PER_SLOT * workers + 2,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False),
        )
        return Member(node["NodeID"], actor.remote(open_pool), PER_SLOT * workers)

    def _replace(self, member: Member) -> None:
        """Remove a member that failed, and start a new one on its node if the node is alive."""
        with self._free:
            first = member in self._members
            if first:
                self._members.remove(member)
                self._recruiting += 1  # callers keep waiting: a new member is on its way
        if not first:
            return
        try:
            self._dismiss(member)
            if not self._closed:
                self._recruit()
        finally:
            with self._free:
                self._recruiting -= 1
                self._free.notify_all()

    def _dismiss(self, member: Member) -> None:
        with suppress(Exception):  # it may already be dead
            self._ray.get(member.actor.close.remote(), timeout=10)
        with suppress(Exception):
            self._ray.kill(member.actor)

    def _executor(self) -> ThreadPoolExecutor:
        with self._free:
            if self._closed:
                raise SandboxError("the sandbox is closed")
            if self._threads is None:
                self._threads = ThreadPoolExecutor(64, "r1-ray")
            return self._threads


def _ray() -> Any:
    """The ray package, imported here only: it is optional and loads slowly."""
    try:
        ray = importlib.import_module("ray")
    except ImportError:
        raise SandboxUnavailable("RayPool needs ray; install it with: pip install 'r1-gym[ray]'") from None
    importlib.import_module("ray.exceptions")
    return ray
