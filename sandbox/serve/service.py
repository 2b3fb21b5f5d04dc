"""Service: what all routes share: limits, the queue, and the answers to equal requests."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from r1.sandbox.http_format import limits_json
from r1.sandbox.protocol import MIB, Limits, Sandbox
from r1.sandbox.serve.gate import Refused
from r1.sandbox.serve.metrics import Metrics
from r1.sandbox.serve.queue import Batch, Budget, Failure, Full, Job, Queue, Result

HEARTBEAT_S = 5.0
REPLAY_S = 120.0
REPLAY_BYTES = 64 * MIB
CAPS = Limits(cpu_s=60, memory_bytes=2048 * MIB, output_bytes=64 * MIB, file_bytes=1024 * MIB, processes=1024)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the operator.

    Attributes:
        slots: programs that run at once.
        tokens: a request must have one of them; without tokens, every request is accepted.
        caps: the largest limits that a request may ask for. Larger ones are refused, because a silently lowered limit
            would turn right programs into timeouts.
        max_batch: programs in one request.
        max_waiting: programs in the queue; further requests get 429.
        max_body_bytes: size of one request.
        max_held_bytes: total size of requests and results in memory.
    """

    slots: int
    tokens: tuple[str, ...] = ()
    caps: Limits = CAPS
    max_batch: int = 256
    max_waiting: int = 4096
    max_body_bytes: int = 64 * MIB
    max_held_bytes: int = 1024 * MIB


@dataclass(eq=False)
class Shared:
    """A batch, and the number of requests with equal bodies that wait for it."""

    key: bytes
    batch: Batch
    encode: Callable[[Sequence[Result]], bytes]
    waiters: int = 0
    body: bytes | None = None


@dataclass
class Service:
    """The state behind the routes: sandbox, queue, budget, metrics and kept answers."""

    sandbox: Sandbox
    settings: Settings
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        settings = self.settings
        self.budget = Budget(settings.max_held_bytes)
        self.queue = Queue(self.sandbox, settings.slots, settings.max_waiting, self.budget, self.metrics)
        self._shared: dict[bytes, Shared] = {}
        self._replays: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._replay_bytes = 0

    def check(self, limits: Limits) -> Limits:
        """Return the limits. Raises Refused if one exceeds its cap."""
        asked, caps = limits_json(limits) | {"wall_s": limits.wall_net_s}, limits_json(self.settings.caps)
        caps["wall_s"] = self.settings.caps.wall_net_s
        for name, most in caps.items():
            if asked[name] > most:
                raise Refused(
                    422, "invalid", f"limits.{name}={asked[name]:g} is too large; this service allows at most {most:g}"
                )
        return limits

    def submit(self, jobs: Sequence[Job]) -> Batch:
        """Queue the jobs of a request. Raises Refused if the queue is full."""
        try:
            return self.queue.submit(jobs)
        except Full as full:
            kind, status = ("ending", 503) if full.ending else ("busy", 429)
            raise Refused(status, kind, str(full), full.retry_after_s) from None

    async def perform(self, request: Request, job: Job, start_within_s: float) -> Result:
        """Do one job for SandboxFusion's or Piston's interface. Raises Refused if it cannot start within ``start_within_s``, or
        if the client leaves."""
        batch = self.submit([job])
        gone = asyncio.ensure_future(_until_gone(request.receive))
        try:
            if not await _done(batch, gone, start_within_s) and not batch.started:
                raise Refused(429, "busy", f"no slot was free within {start_within_s:g} s; try again later", 2.0)
            if not batch.done.is_set() and not gone.done():
                await _done(batch, gone, None)
            if not batch.done.is_set():
                raise Refused(400, "gone", "the client left")
            return batch.whole()[0]
        finally:
            gone.cancel()
            self.queue.cancel(batch)
            self.queue.release(batch)

    # -- equal requests are one request ------------------------------------------------------------------------------

    def answer(
        self, path: str, body: bytes, jobs: Sequence[Job], encode: Callable[[Sequence[Result]], bytes]
    ) -> Response:
        """The answer to a request: a kept one, that of an equal request in progress, or a new one."""
        key = hashlib.sha256(path.encode() + b"\n" + body).digest()
        kept = self._replays.get(key)
        if kept is not None and kept[0] > time.monotonic():
            self.metrics.replays.inc()
            return Response(kept[1], media_type="application/json")
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = Shared(key, self.submit(jobs), encode)
        else:
            self.metrics.replays.inc()
        shared.waiters += 1
        return HeldAnswer(self, shared)

    def leave(self, shared: Shared) -> None:
        """A request has left. After the last one, a complete batch is kept for repetitions, and an unfinished one is
        canceled."""
        shared.waiters -= 1
        if shared.waiters:
            return
        del self._shared[shared.key]
        whole = not any(result is None or isinstance(result, Failure) for result in shared.batch.results)
        if whole and shared.body is not None and len(shared.body) <= REPLAY_BYTES:
            self._keep(shared.key, shared.body)
        self.queue.cancel(shared.batch)
        self.queue.release(shared.batch)

    def _keep(self, key: bytes, body: bytes) -> None:
        self._replay_bytes += len(body) - len(self._replays.pop(key, (0.0, b""))[1])
        self._replays[key] = (time.monotonic() + REPLAY_S, body)
        while self._replay_bytes > REPLAY_BYTES or next(iter(self._replays.values()))[0] < time.monotonic():
            self._replay_bytes -= len(self._replays.popitem(last=False)[1][1])


class HeldAnswer(Response):
    """Waits for a batch, then sends its JSON. Meanwhile it sends a blank every HEARTBEAT_S, which JSON allows in front, so that
    the client knows that the service is alive. When the last client of a batch leaves, the batch is canceled."""

    def __init__(self, service: Service, shared: Shared) -> None:
        super().__init__(media_type="application/json")
        self._service, self._shared = service, shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared, begun = self._shared, False
        headers = [(b"content-type", b"application/json")]
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            while not await _done(shared.batch, gone, HEARTBEAT_S):
                if gone.done():
                    return
                if not begun:
                    begun = True
                    await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": b" ", "more_body": True})
            body = shared.body
            if body is None:
                body = shared.body = await asyncio.to_thread(shared.encode, shared.batch.whole())
            if not begun:
                headers.append((b"content-length", str(len(body)).encode()))
                await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        finally:
            gone.cancel()
            self._service.leave(shared)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _done(batch: Batch, gone: asyncio.Future[None], timeout_s: float | None) -> bool:
    """Wait until the batch is done, the client has left or the time is up. True if the batch is done."""
    waiter: asyncio.Future[bool] = asyncio.ensure_future(batch.done.wait())
    both: set[asyncio.Future[Any]] = {waiter, gone}
    try:
        await asyncio.wait(both, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiter.cancel()
    return batch.done.is_set()
