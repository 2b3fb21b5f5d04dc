"""The server engine: token ids over HTTP, retries, rejected answers, and updates through a route."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest
import torch
from fake_server import FakeServer

from r1.trainers.config import UsageError
from r1.trainers.policy.policy import load_policy
from r1.trainers.rollout import server as rollout_server
from r1.trainers.rollout.canary import CheckedEngine, policy_scores
from r1.trainers.rollout.engine import EngineError, Request, SamplingParams
from r1.trainers.rollout.local import LocalEngine
from r1.trainers.rollout.server import ServerEngine


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


def test_samples_are_in_order_and_have_log_probabilities(engine: ServerEngine, server: FakeServer) -> None:
    groups = engine.generate(ASKED, SamplingParams(6, 0.8, frozenset({1})))
    halved = [Request(r.prompt_ids, tuple(s >> 1 for s in r.seeds)) for r in ASKED]
    expected = LocalEngine(server.policy.model, 0).generate(halved, SamplingParams(6, 0.8, frozenset({1})))
    assert [[s.token_ids for s in g] for g in groups] == [[s.token_ids for s in g] for g in expected]
    assert groups[0][2].logp == pytest.approx(expected[0][2].logp, abs=1e-5)
    assert groups[1][0].prompt_ids == (9, 8)


def test_requests_switch_off_every_truncation(engine: ServerEngine, server: FakeServer) -> None:
    engine.generate(ASKED, SamplingParams(2))
    for _, body in server.asked:
        assert (body["top_p"], body["top_k"], body["min_p"], body["repetition_penalty"]) == (1.0, -1, 0.0, 1.0)


def test_a_busy_server_is_retried_and_a_dead_one_is_an_error(engine: ServerEngine, server: FakeServer) -> None:
    server.failures = 3
    assert len(engine.generate(ASKED[1:], SamplingParams(2))[0]) == 1
    server.failures = 99
    with pytest.raises(EngineError, match="no answer after 4 attempts"):
        engine.generate(ASKED[1:], SamplingParams(2))


def test_log_probabilities_of_another_temperature_are_rejected(engine: ServerEngine, server: FakeServer) -> None:
    """This is vLLM's default. It would bias every ratio, and at temperature 1 it cannot be seen."""
    server.raw = True
    engine.generate(ASKED, SamplingParams(8))
    with pytest.raises(UsageError, match="--logprobs-mode processed_logprobs"):
        engine.generate(ASKED, SamplingParams(8, 0.7))
    server.raw = False
    assert len(engine.generate(ASKED, SamplingParams(8, 0.7))) == 2


def test_text_without_token_ids_is_rejected(engine: ServerEngine, server: FakeServer) -> None:
    server.plain = True
    with pytest.raises(UsageError, match="no token ids"):
        engine.generate(ASKED, SamplingParams(2))


def test_updates_reach_a_server_with_the_development_route(
    engine: ServerEngine, model_dir: Path, tmp_path: Path
) -> None:
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


def test_a_plain_server_can_only_evaluate(engine: ServerEngine, server: FakeServer) -> None:
    server.dev = False
    engine.load(server.policy.weights(), 0)
    with pytest.raises(UsageError, match="evaluation only"):
        engine.load(server.policy.weights(), 1)


def test_a_missing_server_is_reported() -> None:
    with pytest.raises(UsageError, match="no OpenAI-compatible server answers"):
        ServerEngine("http://127.0.0.1:9/v1")
