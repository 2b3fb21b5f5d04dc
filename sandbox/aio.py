"""Aio: any sandbox used from asyncio, and long batches whose outcomes arrive as they end, with back-pressure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from r1.sandbox.protocol import Limits, Outcome, Program, Sandbox, SandboxError

T = TypeVar("T")
AHEAD = 2  # calls accepted beyond those that run, per worker


def completed(
    sandbox: Sandbox, programs: Iterable[Program], limits: Limits | None = None
) -> Iterator[tuple[int, Outcome | SandboxError]]:
    """Yield (index, outcome) of each program, in the order in which they end; wrap it in a progress bar.

    Programs are taken from the iterable only as boxes become free, so it may be endless or too large for memory. A run that
    the sandbox lost yields a SandboxError as its outcome.
    """
    room = sandbox.workers * (1 + AHEAD)
    coming: dict[Future[Outcome | SandboxError], int] = {}
    with ThreadPoolExecutor(sandbox.workers, "r1-sandbox-completed") as threads:
        try:
            for index, program in enumerate(programs):
                coming[threads.submit(_caught, sandbox, program, limits or Limits())] = index
                while len(coming) >= room:
                    yield from _ended(coming)
            while coming:
                yield from _ended(coming)
        finally:  # a caller that stops early waits for runs in progress, not for those that have not started
            for future in coming:
                future.cancel()


def _ended(coming: dict[Future[Outcome | SandboxError], int]) -> Iterator[tuple[int, Outcome | SandboxError]]:
    for future in wait(coming, return_when=FIRST_COMPLETED).done:
        yield coming.pop(future), future.result()


def _caught(sandbox: Sandbox, program: Program, limits: Limits) -> Outcome | SandboxError:
    try:
        return sandbox.run(program, limits)
    except SandboxError as error:
        return error


class AsyncSandbox:
    """A sandbox with awaitable calls: ``async with AsyncSandbox(sandbox) as box: await box.run(program)``.

    It starts and ends its own threads, but does not close the sandbox.

    Args:
        sandbox: runs the programs.
        queue: calls accepted at a time; further callers wait (default: 3 per worker).
    """

    def __init__(self, sandbox: Sandbox, queue: int | None = None) -> None:
        self._sandbox = sandbox
        self._room = asyncio.Semaphore(queue or sandbox.workers * (1 + AHEAD))
        self._threads = ThreadPoolExecutor(sandbox.workers, "r1-sandbox-async")

    @property
    def tier(self) -> str:
        return self._sandbox.tier

    async def run(self, program: Program, limits: Limits | None = None) -> Outcome:
        """Run one program. Raises what ``Sandbox.run`` raises."""
        async with self._room:
            return await self._in_thread(self._sandbox.run, program, limits or Limits())

    async def run_many(
        self,
        programs: Sequence[Program],
        limits: Limits | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Outcome | SandboxError]:
        """Run many, results in order; ``progress(done, total)`` is called in the event loop as each run ends."""
        done = 0

        async def one(program: Program) -> Outcome | SandboxError:
            nonlocal done
            async with self._room:
                outcome = await self._in_thread(_caught, self._sandbox, program, limits or Limits())
            done += 1
            progress(done, len(programs))
            return outcome

        return list(await asyncio.gather(*map(one, programs)))

    async def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        """Run two programs joined by a socket pair, as ``Sandbox.run_linked`` does."""
        async with self._room:
            return await self._in_thread(self._sandbox.run_linked, candidate, tester, limits or Limits(), tester_limits)

    async def _in_thread(self, call: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)

    async def __aenter__(self) -> AsyncSandbox:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
