"""A fake vLLM server, which samples with its own policy."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.canary import policy_scores
from r1.trainers.rollout.engine import Request, SamplingParams
from r1.trainers.rollout.local import LocalEngine


class FakeServer(ThreadingHTTPServer):
    """Answers like a vLLM server.

    Attributes:
        failures: number of coming requests to answer with 503.
        plain: return text only. dev: offer the development routes.
        raw: return log-probabilities of temperature 1 at any temperature, as vLLM does by default.
    """

    daemon_threads = True

    def __init__(self, policy: Policy) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.policy, self.asked, self.failures = policy, [], 0
        self.plain, self.dev, self.raw = False, True, False
        self.lock = threading.Lock()

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt = tuple(body["prompt"])
        if "prompt_logprobs" in body:
            logp = policy_scores(self.policy, [(prompt[:1], prompt[1:])])[0]
            scored = [{str(t): {"logprob": v}} for t, v in zip(prompt[1:], logp, strict=True)]
            return {"prompt_logprobs": [None, *scored]}
        engine = LocalEngine(self.policy.model, self.policy.pad_id, tokenizer=self.policy.tokenizer)
        stops = frozenset(body["stop_token_ids"]), tuple(body["stop"])
        ((sample,),) = engine.generate(
            [Request(prompt, (body["seed"],))], SamplingParams(body["max_tokens"], body["temperature"], *stops)
        )
        choice: dict[str, Any] = {"text": "", "finish_reason": sample.finish}
        if not self.plain:
            logp = policy_scores(self.policy, [(prompt, sample.token_ids)])[0] if self.raw else sample.logp
            choice |= {"token_ids": sample.token_ids, "logprobs": {"token_logprobs": logp}}
        return choice

    def reload(self, body: dict[str, Any]) -> None:
        from safetensors.torch import load_file

        found = load_file(Path(body["kwargs"]["weights_path"]) / "model.safetensors")
        self.policy.model.load_state_dict(found, strict=False)


class Handler(BaseHTTPRequestHandler):
    server: FakeServer

    @property
    def context(self) -> int:
        return int(self.server.policy.model.config.max_position_embeddings)

    def log_message(self, *args: Any) -> None:
        pass

    def reply(self, code: int, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self.reply(200, {"data": [{"id": "tiny", "max_model_len": self.context}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append((self.path, body))
            if self.server.failures:
                self.server.failures -= 1
                return self.reply(503, {"error": "busy"})
            if self.path == "/v1/completions" and len(body["prompt"]) + body["max_tokens"] > self.context:
                return self.reply(400, {"error": "longer than the maximum context length"})
            if self.path == "/v1/completions":
                return self.reply(200, {"choices": [self.server.complete(body)]})
            if not self.server.dev:
                return self.reply(404, {"detail": "Not Found"})
            if self.path == "/collective_rpc":
                self.server.reload(body)
            return self.reply(200, {})
