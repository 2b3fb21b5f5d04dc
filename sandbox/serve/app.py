"""App: the service's routes: its own batch API, health, metrics, and the interfaces of SandboxFusion and Piston."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse

from r1.sandbox.http_format import LinkedBody, RunBody, limits_json, outcome_json
from r1.sandbox.languages import LANGUAGES
from r1.sandbox.serve.fusion import add_fusion
from r1.sandbox.serve.gate import Gate, Refused, Tokens
from r1.sandbox.serve.metrics import CONTENT_TYPE
from r1.sandbox.serve.piston import add_piston
from r1.sandbox.serve.queue import Failure, Result, linked_job, run_job
from r1.sandbox.serve.service import Service


def create_app(service: Service) -> FastAPI:
    """Create the ASGI application of a service."""
    app = FastAPI(title="r1 sandbox", docs_url=None, redoc_url=None)
    settings = service.settings
    tokens = Tokens(settings.tokens)
    app.add_middleware(Gate, tokens, settings.max_body_bytes, service.budget, service.metrics)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    _add_batches(app, service)
    _add_health(app, service)
    add_fusion(app, service)
    add_piston(app, service)
    return app


def _add_batches(app: FastAPI, service: Service) -> None:
    @app.post("/v1/run")
    async def run(body: RunBody, request: Request) -> Response:
        if len(body.programs) > service.settings.max_batch:
            most = service.settings.max_batch
            raise Refused(413, "too_large", f"{len(body.programs)} programs in a request; send at most {most} at once")
        jobs = [run_job(program, service.check(limits)) for program, limits in body.pairs()]
        return service.answer("/v1/run", await request.body(), jobs, _encode_batch)

    @app.post("/v1/run_linked")
    async def run_linked(body: LinkedBody, request: Request) -> Response:
        limits = service.check(body.limits.limits())
        tester_limits = service.check(body.tester_limits.limits()) if body.tester_limits else None
        job = linked_job(body.candidate.program(), body.tester.program(), limits, tester_limits)
        return service.answer("/v1/run_linked", await request.body(), [job], _encode_pair)

    @app.get("/v1/info")
    async def info() -> dict[str, Any]:
        settings = service.settings
        return {
            "tier": service.sandbox.tier,
            "slots": settings.slots,
            "limits": limits_json(settings.caps) | {"wall_s": settings.caps.wall_net_s},
            "max_batch": settings.max_batch,
            "max_body_bytes": settings.max_body_bytes,
            "languages": list(LANGUAGES),
        }


def _add_health(app: FastAPI, service: Service) -> None:
    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/ready")
    async def ready() -> JSONResponse:
        fit = await service.queue.ready()
        return JSONResponse({"status": "ready" if fit else "not ready"}, 200 if fit else 503)

    @app.get("/v1/ping")
    async def ping() -> str:
        return "pong"

    @app.get("/metrics")
    async def metrics() -> Response:
        return PlainTextResponse(service.metrics.page(), media_type=CONTENT_TYPE)


def _encode_batch(results: Sequence[Result]) -> bytes:
    return json.dumps({"results": [_entry(result) for result in results]}).encode()


def _encode_pair(results: Sequence[Result]) -> bytes:
    (result,) = results
    if isinstance(result, Failure):
        return json.dumps({"results": [_entry(result)] * 2}).encode()
    return json.dumps({"results": [{"outcome": outcome_json(outcome)} for outcome in result]}).encode()


def _entry(result: Result) -> dict[str, Any]:
    if isinstance(result, Failure):
        return {"error": {"kind": str(result.trouble), "message": result.message}}
    return {"outcome": outcome_json(result[0])}


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return error.response()


def _invalid(request: Request, error: Exception) -> Response:
    """Answer with the first mistake in a body, in one line. Piston's clients expect status 400, all others 422."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    message = " ".join(f"{place or 'body'}: {first['msg'].removeprefix('Value error, ')}".split())
    status = 400 if "/api/v2/" in request.url.path else 422
    return Refused(status, "invalid", message).response()
