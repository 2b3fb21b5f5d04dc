"""Remote backend: a Sandbox whose boxes are on another machine, behind ``python -m r1.sandbox.serve``."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit, urlunsplit

from r1.sandbox.http_format import limits_json, outcome_from, program_json
from r1.sandbox.protocol import Limits, Outcome, Program, SandboxError, SandboxUnavailable, check_program, paired

if TYPE_CHECKING:
    import httpx

TOKEN_VARIABLE = "R1_SANDBOX_TOKEN"
TRIES = 5  # attempts of one request over broken connections, about 8 s with the pauses in between
BUSY_S = 600.0  # how long a busy service (429) is asked again
SILENCE_S = 30.0  # a service that is silent for so long is dead: it sends a blank every 5 s while it works
LANES = 8  # concurrent requests


class RemoteSandbox:
    """Runs programs on a sandbox service: ``RemoteSandbox("http://host:8080", token)``.

    Thread-safe and picklable; after a fork the child opens its own connections.

    Args:
        url: of the service; it may contain the token, as in ``http://:TOKEN@host:8080``.
        token: the service's token (default: the one in the URL, else the variable R1_SANDBOX_TOKEN).

    Raises:
        ValueError: the URL is not of the form http://host:port.
        SandboxUnavailable: the service does not answer, or does not accept the token.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url {url!r} is not a service; expected http://host:port")
        host = parts.netloc.rpartition("@")[2]
        self.url = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        self.token = token or unquote(parts.password or parts.username or "") or os.environ.get(TOKEN_VARIABLE, "")
        self._lock = threading.Lock()
        self._clients: dict[int, httpx.Client] = {}
        self._closed = False
        try:
            self._info = self._introduce()
        except BaseException:
            self.close()
            raise

    def __reduce__(self) -> tuple[type[RemoteSandbox], tuple[str, str]]:
        return RemoteSandbox, (self.url, self.token)

    @property
    def tier(self) -> str:
        """The isolation of the service's boxes."""
        return str(self._info["tier"])

    @property
    def workers(self) -> int:
        """How many boxes the service has; other clients may use them, too."""
        return int(self._info["slots"])

    def run(self, program: Program, limits: Limits | None = None) -> Outcome:
        """Run one program. Raises ValueError if it cannot be run as asked, SandboxError if the service fails after retries."""
        (outcome,) = self.run_many([program], limits)
        if isinstance(outcome, SandboxError):
            raise outcome
        return outcome

    def run_many(
        self, programs: Sequence[Program], limits: Limits | Sequence[Limits] | None = None
    ) -> list[Outcome | SandboxError]:
        """Run many, results in order; a lost run is a SandboxError in its place. Large batches are split into several requests."""
        rows = [(program_json(program), limits_json(limit)) for program, limit in paired(programs, limits)]
        batches = _batches(rows, self._info["max_batch"], self._info["max_body_bytes"], LANES)
        if len(batches) < 2:
            return [result for batch in batches for result in self._run_batch(batch)]
        with ThreadPoolExecutor(min(LANES, len(batches)), "r1-remote") as lanes:
            return [result for results in lanes.map(self._run_batch, batches) for result in results]

    def run_linked(
        self, candidate: Program, tester: Program, limits: Limits | None = None, tester_limits: Limits | None = None
    ) -> tuple[Outcome, Outcome]:
        """Run two programs in two boxes joined by a socket pair. See the protocol."""
        check_program(candidate, limits or Limits())
        check_program(tester, tester_limits or Limits())
        body: dict[str, Any] = {"candidate": program_json(candidate), "tester": program_json(tester)}
        body |= {"limits": limits_json(limits or Limits()), "id": uuid.uuid4().hex}
        if tester_limits is not None:
            body["tester_limits"] = limits_json(tester_limits)
        left, right = (_result(row) for row in self._post("/v1/run_linked", body, 2))
        for result in (left, right):
            if isinstance(result, SandboxError):
                raise result
        assert isinstance(left, Outcome) and isinstance(right, Outcome)
        return left, right

    def close(self) -> None:
        """Close the connections. The service keeps running."""
        with self._lock:
            self._closed = True
            client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # -- requests ----------------------------------------------------------------------------------------------------

    def _run_batch(self, rows: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> list[Outcome | SandboxError]:
        """Send one request. Programs for whose results the service had no memory are sent again in halves; other losses are final."""
        body = {"programs": [program for program, _ in rows], "limits": [limits for _, limits in rows]}
        try:
            answers = self._post("/v1/run", body | {"id": uuid.uuid4().hex}, len(rows))
        except SandboxError as error:
            return [error] * len(rows)
        results = [_result(answer) for answer in answers]
        again = [i for i, answer in enumerate(answers) if answer.get("error", {}).get("kind") == "overloaded"]
        if again and len(rows) > 1:
            half = (len(again) + 1) // 2
            for part in (again[:half], again[half:]) if len(again) == len(rows) else (again,):
                for i, result in zip(part, self._run_batch([rows[i] for i in part]), strict=True):
                    results[i] = result
        return results

    def _post(self, path: str, body: dict[str, Any], count: int) -> list[dict[str, Any]]:
        """Send a request and return the ``count`` entries of its answer. Retries keep its id, so the service runs it once."""
        answer = self._request("POST", path, json.dumps(body).encode())
        results = answer.get("results")
        if not isinstance(results, list) or len(results) != count:
            raise SandboxError(f"{self.url}{path} did not answer with {count} results")
        return results

    def _introduce(self) -> dict[str, Any]:
        try:
            info = self._request("GET", "/v1/info")
            return {"tier": str(info["tier"])} | {
                name: int(info[name]) for name in ("slots", "max_batch", "max_body_bytes")
            }
        except (KeyError, TypeError) as error:
            raise SandboxUnavailable(f"{self.url} is not an r1 sandbox service: its /v1/info lacks {error}") from None
        except SandboxUnavailable:
            raise
        except SandboxError as error:
            raise SandboxUnavailable(str(error)) from None

    def _request(self, method: str, path: str, content: bytes = b"") -> dict[str, Any]:
        """The JSON of an answer with status 200. Retries after a broken connection, 429 and 5xx."""
        import httpx

        broken, pause_s, begin_s = 0, 0.25, time.monotonic()
        while True:
            wait_s = pause_s
            try:
                response = self._client().request(method, self.url + path, content=content)
                status = response.status_code
                answer = response.json() if status < 500 else {}
                if status == 200 and isinstance(answer, dict):
                    return answer
                reason = f"HTTP {status} {_message(answer)}"
                self._final(status, _message(answer))
                if status == 429:
                    wait_s = _retry_after(response.headers.get("retry-after", "1"))
                else:
                    broken += 1
            except (httpx.TransportError, httpx.DecodingError, UnicodeDecodeError, json.JSONDecodeError) as error:
                reason = f"{type(error).__name__}: {error}"
                broken += 1
            if self._closed or broken >= TRIES or time.monotonic() - begin_s > BUSY_S:
                raise SandboxError(f"no answer from {self.url}{path}: {reason}")
            time.sleep(wait_s)
            pause_s = pause_s * 2 if broken else pause_s

    def _final(self, status: int, message: str) -> None:
        """Raise for an answer that a retry would not change."""
        if status == 401:
            raise SandboxUnavailable(
                f"{self.url} does not accept this token; set {TOKEN_VARIABLE} or put it in the URL"
            )
        if status in (400, 413, 422):
            raise ValueError(f"{self.url}: {message}")

    def _client(self) -> httpx.Client:
        try:
            import httpx
        except ImportError:
            raise SandboxUnavailable(
                "RemoteSandbox needs httpx; install it with: pip install 'r1-gym[serve]'"
            ) from None
        with self._lock:
            if self._closed:
                raise SandboxError("the sandbox is closed")
            client = self._clients.get(os.getpid())
            if client is None:  # the first call, or the first after a fork: processes do not share connections
                headers = {"content-type": "application/json"}
                if self.token:
                    headers["authorization"] = f"Bearer {self.token}"
                pool = httpx.Limits(max_connections=256, max_keepalive_connections=LANES)
                timeout = httpx.Timeout(SILENCE_S, connect=5.0, pool=None)
                client = httpx.Client(headers=headers, limits=pool, timeout=timeout, trust_env=False)
                self._clients[os.getpid()] = client
            return client


def _batches(
    rows: Sequence[tuple[dict[str, Any], dict[str, Any]]], most: int, most_bytes: int, lanes: int
) -> list[list[Any]]:
    """Split rows into batches within the service's limits, in order. Many rows are spread over all lanes."""
    most = max(1, min(most, -(-len(rows) // lanes) if len(rows) > 8 * lanes else most))
    batches: list[list[Any]] = []
    room = 0
    for row in rows:
        size = len(row[0]["source_base64"]) + len(row[0].get("stdin_base64", "")) + 1024
        size += sum(len(name) * 6 + len(content) for name, content in row[0].get("files", {}).items())
        size += sum(6 * len(word) + 4 for word in (*row[0].get("args", ()), *row[0].get("flags", ())))
        if not batches or len(batches[-1]) >= most or size > room:
            batches.append([])
            room = most_bytes - 1024
        batches[-1].append(row)
        room -= size
    return batches


def _result(answer: dict[str, Any]) -> Outcome | SandboxError:
    """The result in one entry of an answer. Raises ValueError if the program cannot be run as asked, as a local pool does."""
    try:
        if "outcome" in answer:
            return outcome_from(answer["outcome"])
        error = answer["error"]
        kind, message = str(error["kind"]), str(error["message"])
    except SandboxError as error:
        return error
    except (KeyError, TypeError):
        return SandboxError(f"the service answered with neither outcome nor error: {str(answer)[:80]}")
    if kind == "invalid":
        raise ValueError(message)
    return SandboxError(f"{kind}: {message}")


def _message(answer: object) -> str:
    return str(answer.get("message", answer)) if isinstance(answer, dict) else str(answer)[:200]


def _retry_after(text: str) -> float:
    return min(float(text), 30.0) if text.isdigit() else 1.0
