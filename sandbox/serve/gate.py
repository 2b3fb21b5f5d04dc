"""Gate: checks every request before it reaches a route (token, size, memory for its body), and counts it."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import math
from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from r1.sandbox.serve.metrics import Metrics
from r1.sandbox.serve.queue import Budget

log = logging.getLogger("r1.sandbox.serve")
OPEN = frozenset({"/health", "/ready", "/v1/ping"})
BODY_TIMEOUT_S = 60.0


class Refused(Exception):
    """A request is answered with an error: HTTP status, kind (for programs) and message (one line for people)."""

    def __init__(self, status: int, kind: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.status, self.kind, self.message, self.retry_after_s = status, kind, message, retry_after_s

    def response(self) -> JSONResponse:
        """The error as an HTTP response."""
        headers = {} if self.retry_after_s is None else {"Retry-After": str(math.ceil(self.retry_after_s))}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse({"kind": self.kind, "message": self.message}, self.status, headers)


class Tokens:
    """The accepted tokens, kept as digests, so that each comparison takes the same time. Without tokens, every request is
    accepted."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._digests = [hashlib.sha256(token.encode()).digest() for token in tokens]

    def admit(self, authorization: str) -> bool:
        """Whether an Authorization header holds a token: as Bearer, or as Basic, which clients send for
        ``http://:TOKEN@host``."""
        scheme, _, value = authorization.strip().partition(" ")
        given = [value.strip()] if scheme.lower() == "bearer" else []
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(value.strip(), validate=True).decode().split(":", 1)
            except (binascii.Error, ValueError):
                given = []
        guesses = [hashlib.sha256(guess.encode("utf-8", "surrogatepass")).digest() for guess in given]
        matches = [hmac.compare_digest(guess, digest) for guess in guesses for digest in self._digests]
        return any(matches) or not self._digests


class Gate:
    """ASGI middleware. It reads the whole body, within its limits, before it calls the route."""

    def __init__(self, app: ASGIApp, tokens: Tokens, max_body_bytes: int, budget: Budget, metrics: Metrics) -> None:
        self._app, self._tokens, self._max_body_bytes = app, tokens, max_body_bytes
        self._budget, self._metrics = budget, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        statuses: list[int] = []

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        held = _Held(self._budget)
        try:
            body = await self._pass(scope, receive, held)
            await self._app(scope, _replay(body, receive), note)
        except Refused as refused:
            await refused.response()(scope, receive, note)
        except Exception:
            log.exception("a request failed unexpectedly")
            if statuses:
                raise
            await Refused(500, "internal", "the service failed; its log has the traceback").response()(
                scope, receive, note
            )
        finally:
            held.release()
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(route, str(statuses[0] if statuses else "gone")).inc()
        return None

    async def _pass(self, scope: Scope, receive: Receive, held: _Held) -> bytes:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["path"] not in OPEN and not self._tokens.admit(headers.get(b"authorization", "")):
            raise Refused(401, "unauthorized", "missing or wrong token; send 'Authorization: Bearer TOKEN'")
        if (
            headers.get(b"content-length", "0").isdigit()
            and int(headers.get(b"content-length", 0)) > self._max_body_bytes
        ):
            raise self._too_large()
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                return await self._read(receive, held)
        except TimeoutError:
            raise Refused(408, "slow", f"the body did not arrive within {BODY_TIMEOUT_S:g} s") from None

    async def _read(self, receive: Receive, held: _Held) -> bytes:
        chunks, more = [], True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused(400, "gone", "the client left before its request was complete")
            chunk = message.get("body", b"")
            if held.bytes + len(chunk) > self._max_body_bytes:
                raise self._too_large()
            if not held.take(len(chunk)):
                raise Refused(429, "overloaded", "no memory left for further requests; try again later", 1.0)
            chunks.append(chunk)
            more = message.get("more_body", False)
        return b"".join(chunks)

    def _too_large(self) -> Refused:
        return Refused(413, "too_large", f"the body is larger than {self._max_body_bytes} bytes; send smaller batches")


class _Held:
    """The share of the budget that one request holds."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self.bytes = budget, 0

    def take(self, count: int) -> bool:
        taken = self._budget.take(count)
        self.bytes += count if taken else 0
        return taken

    def release(self) -> None:
        self._budget.give_back(self.bytes)
        self.bytes = 0


def _replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that returns the whole body first, then later messages (the disconnect)."""
    first: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again
