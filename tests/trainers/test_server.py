"""Server engine: token ids in and out over HTTP, by seed; trouble is retried, refusals are told, weights need a route."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch

from r1.trainers import rollout_server
from r1.trainers.canary import CheckedEngine, EngineError, policy_scores
from r1.trainers.config import UsageError
from r1.trainers.policy import Policy, load_policy
from r1.trainers.rollout import LocalEngine, Request, Sampling
from r1.trainers.rollout_server import ServerEngine


class FakeServer(ThreadingHTTPServer):
    """What a vLLM server answers, drawn by a policy of its own."""

    daemon_threads = True

    def __init__(self, policy: Policy) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.policy, self.asked, self.failures, self.plain, self.dev = policy, [], 0, False, True
        self.lock = threading.Lock()

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt = tuple(body["prompt"])
        if "prompt_logprobs" in body:
            logp = policy_scores(self.policy, [(prompt[:1], prompt[1:])])[0]
            scored = [{str(t): {"logprob": v}} for t, v in zip(prompt[1:], logp, strict=True)]
            return {"prompt_logprobs": [None, *scored]}
        engine = LocalEngine(self.policy.model, self.policy.pad_id)
        sampling = Sampling(body["max_tokens"], body["temperature"], frozenset(body["stop_token_ids"]))
        ((sample,),) = engine.generate([Request(prompt, (body["seed"],))], sampling)
        choice: dict[str, Any] = {"text": "", "finish_reason": sample.finish}
        if not self.plain:
            choice |= {"token_ids": sample.token_ids, "logprobs": {"token_logprobs": sample.logp}}
        return choice

    def reload(self, body: dict[str, Any]) -> None:
        from safetensors.torch import load_file

        found = load_file(Path(body["kwargs"]["weights_path"]) / "model.safetensors")
        self.policy.model.load_state_dict(found, strict=False)


class Handler(BaseHTTPRequestHandler):
    server: FakeServer

    def log_message(self, *args: Any) -> None:
        pass

    def reply(self, code: int, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self.reply(200, {"data": [{"id": "tiny"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append((self.path, body))
            if self.server.failures:
                self.server.failures -= 1
                return self.reply(503, {"error": "busy"})
            if self.path == "/v1/completions":
                return self.reply(200, {"choices": [self.server.complete(body)]})
            if not self.server.dev:
                return self.reply(404, {"detail": "Not Found"})
            if self.path == "/collective_rpc":
                self.server.reload(body)
            return self.reply(200, {})


@pytest.fixture
def server(model_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rollout_server, "PAUSE_S", 0.01)
    server = FakeServer(load_policy(str(model_dir), torch.device("cpu")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def engine(server: FakeServer, tmp_path: Path):
    engine = ServerEngine(f"http://127.0.0.1:{server.server_port}/v1/", tmp_path)
    yield engine
    engine.close()


ASKED = [Request((5, 6, 7), (1, 2, 3)), Request((9, 8), (4,))]


def test_samples_come_back_in_order_with_their_log_probabilities(engine: ServerEngine, server: FakeServer) -> None:
    groups = engine.generate(ASKED, Sampling(6, 0.8, frozenset({1})))
    halved = [Request(r.prompt_ids, tuple(s >> 1 for s in r.seeds)) for r in ASKED]
    expected = LocalEngine(server.policy.model, 0).generate(halved, Sampling(6, 0.8, frozenset({1})))
    assert [[s.token_ids for s in g] for g in groups] == [[s.token_ids for s in g] for g in expected]
    assert groups[0][2].logp == pytest.approx(expected[0][2].logp, abs=1e-5)
    assert groups[1][0].prompt_ids == (9, 8)


def test_the_whole_distribution_is_asked_for(engine: ServerEngine, server: FakeServer) -> None:
    engine.generate(ASKED, Sampling(2))
    for _, body in server.asked:
        assert (body["top_p"], body["top_k"], body["min_p"], body["repetition_penalty"]) == (1.0, -1, 0.0, 1.0)


def test_a_busy_server_is_asked_again_and_a_dead_one_is_no_sample(engine: ServerEngine, server: FakeServer) -> None:
    server.failures = 3
    assert len(engine.generate(ASKED[1:], Sampling(2))[0]) == 1
    server.failures = 99
    with pytest.raises(EngineError, match="no answer after 4 attempts"):
        engine.generate(ASKED[1:], Sampling(2))


def test_text_alone_is_refused(engine: ServerEngine, server: FakeServer) -> None:
    server.plain = True
    with pytest.raises(UsageError, match="no token ids"):
        engine.generate(ASKED, Sampling(2))


def test_updates_reach_a_server_that_takes_them(engine: ServerEngine, model_dir: Path, tmp_path: Path) -> None:
    policy = load_policy(str(model_dir), torch.device("cpu"))
    checked = CheckedEngine(engine, partial(policy_scores, policy), "float32", len(policy.tokenizer))
    with torch.no_grad():
        for parameter in policy.model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(0)))
    with pytest.raises(EngineError, match="other weights"):
        checked.check(0)
    checked.load(policy.weights(), 1)
    assert checked.parity["canary_gap_max"] < 1e-5
    assert not list(tmp_path.iterdir())


def test_a_plain_server_says_that_it_can_only_evaluate(engine: ServerEngine, server: FakeServer) -> None:
    server.dev = False
    engine.load(server.policy.weights(), 0)
    with pytest.raises(UsageError, match="evaluation only"):
        engine.load(server.policy.weights(), 1)


def test_nobody_there() -> None:
    with pytest.raises(UsageError, match="no OpenAI-compatible server answers"):
        ServerEngine("http://127.0.0.1:9/v1")
