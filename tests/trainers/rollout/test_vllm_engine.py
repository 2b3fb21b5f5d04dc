"""vLLM on a CPU: samples follow the policy through ten updates in place; a stale engine stops the run.

Collected only where vLLM is installed: `make test-vllm`. test_engine.py tests what all engines have in common.
"""

from __future__ import annotations

import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import torch
from shared_data import SUPPORT

from r1.trainers.config import UsageError
from r1.trainers.grpo import main
from r1.trainers.policy.policy import Policy, load_policy
from r1.trainers.rollout.canary import CheckedEngine, policy_scores
from r1.trainers.rollout.engine import EngineError, Request, SamplingParams, sample_seed
from r1.trainers.rollout.local import LocalEngine
from r1.trainers.rollout.transfer import Sender, plan_buckets
from r1.trainers.tiny.model import make_model, make_tokenizer


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory):
    tokenizer = make_tokenizer()
    directory = tmp_path_factory.mktemp("model")
    Policy(make_model(len(tokenizer), seed=0, hidden=64, heads=2), tokenizer).export(directory)
    return str(directory)


@pytest.fixture(scope="module")
def engine(model_dir):
    from r1.trainers.rollout.vllm_engine import VllmEngine

    engine = VllmEngine(model_dir, "float32", "cpu")
    yield engine
    engine.close()


@pytest.fixture
def policy(model_dir, engine):
    policy = load_policy(model_dir, torch.device("cpu"))
    engine.load(policy.weights(), 0)
    return policy


def requests(policy, prompts=4, group=6):
    texts = [f"{12 + i}+{30 - i}=" for i in range(prompts)]
    return [
        Request(tuple(policy.tokenizer(text)["input_ids"]), tuple(sample_seed(i, k) for k in range(group)))
        for i, text in enumerate(texts)
    ]


def disturb(policy, seed, scale=0.03):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in policy.model.parameters():
            parameter.add_(scale * torch.randn(parameter.shape, generator=generator))


def gap(policy, groups, temperature):
    """Largest difference between the engine's log-probabilities and the policy's, in nats."""
    worst = 0.0
    for sample in (s for group in groups for s in group):
        ids = torch.tensor([sample.prompt_ids + sample.token_ids])
        own = torch.arange(ids.shape[1])[None] >= len(sample.prompt_ids)
        logp = policy.logp(ids, own, temperature)[0][own]
        worst = max(worst, (logp - torch.tensor(sample.logp)).abs().max().item())
    return worst


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_samples_have_the_policys_log_probabilities(policy, engine, temperature):
    assert gap(policy, engine.generate(requests(policy), SamplingParams(24, temperature)), temperature) < 1e-5


def test_a_seed_determines_its_completion(policy, engine):
    asked = requests(policy)
    together = engine.generate(asked, SamplingParams(16))
    alone = engine.generate([Request(asked[2].prompt_ids, asked[2].seeds[3:4])], SamplingParams(16))
    assert alone[0][0] == together[2][3]
    assert len({s.token_ids for group in together for s in group}) == 24


def test_a_stop_token_is_kept_and_ends_the_completion(policy, engine):
    stops = frozenset(range(5, 60))
    samples = [s for g in engine.generate(requests(policy, group=16), SamplingParams(12, 1.0, stops)) for s in g]
    assert {s.finish for s in samples} == {"stop"} | (
        {"length"} if any(len(s.token_ids) == 12 for s in samples) else set()
    )
    for s in samples:
        inside = [t in stops for t in s.token_ids]
        assert not any(inside[:-1])
        assert inside[-1] == (s.finish == "stop")
        assert s.finish == "stop" or len(s.token_ids) == 12


def test_greedy_samples_equal_the_local_engines(policy, engine):
    asked = requests(policy, group=1)
    ours = LocalEngine(policy.model, policy.pad_id).generate(asked, SamplingParams(16, 0.0))
    assert [g[0].token_ids for g in engine.generate(asked, SamplingParams(16, 0.0))] == [g[0].token_ids for g in ours]


def test_ten_updates_in_place_keep_engine_and_learner_together(policy, engine):
    """The prompts are always the same, so that stale cached keys and values would be detected."""
    checked = CheckedEngine(engine, partial(policy_scores, policy), "float32", len(policy.tokenizer))
    before = checked.generate(requests(policy), SamplingParams(16))
    for version in range(1, 11):
        disturb(policy, version)
        assert gap(policy, before, 1.0) > 0.05  # the weights really changed
        checked.load(policy.weights(), version)
        before = checked.generate(requests(policy), SamplingParams(16))
        drawn = gap(policy, before, 1.0)
        print(f"update {version}: {checked.parity}, drawn {drawn:.2g}")
        assert checked.parity["canary_gap_max"] < 1e-5
        assert drawn < 1e-5
        assert before[0][0].version == version


def test_an_engine_with_old_weights_is_detected(policy, engine, monkeypatch):
    checked = CheckedEngine(engine, partial(policy_scores, policy), "float32", len(policy.tokenizer))
    checked.load(policy.weights(), 1)
    monkeypatch.setattr(engine, "load", lambda weights, version: None)
    disturb(policy, 1)
    with pytest.raises(EngineError, match="after update 2 the rollout engine's log-probabilities differ"):
        checked.load(policy.weights(), 2)


def test_one_forgotten_tensor_is_detected(policy, engine, monkeypatch):
    """The tied head in vLLM's CPU build was such a case, before our workaround."""
    import r1.trainers.rollout.vllm_engine as module

    checked = CheckedEngine(engine, partial(policy_scores, policy), "float32", len(policy.tokenizer))
    monkeypatch.setattr(module, "_pack_tied_head", lambda model: None)
    disturb(policy, 2)
    with pytest.raises(EngineError, match="samples from other weights"):
        checked.load(policy.weights(), 1)


def interrupted(weights):
    """Weights whose broadcast breaks off half-way."""
    for place, pair in enumerate(weights):
        if place == 5:
            raise RuntimeError("the broadcast broke off")
        yield pair


def test_after_an_interrupted_update_the_next_one_succeeds(policy, engine):
    """An actor that missed a broadcast loads the weights from the object store."""
    checked = CheckedEngine(engine, partial(policy_scores, policy), "float32", len(policy.tokenizer))
    disturb(policy, 3)
    with pytest.raises(RuntimeError, match="the broadcast broke off"):
        engine.load(interrupted(policy.weights()), 1)
    checked.load(policy.weights(), 1)
    assert gap(policy, checked.generate(requests(policy), SamplingParams(16)), 1.0) < 1e-5


def sent_to(engine, policy, width):
    """Send two updates by broadcast, as a learner rank does, and yield the version of each."""
    shapes = [(name, tuple(tensor.shape)) for name, tensor in policy.weights()]
    sender = Sender(plan_buckets(shapes, torch.float32, 100_000), "127.0.0.1", torch.device("cpu"))
    where = sender.open()
    with ThreadPoolExecutor(1) as pool:
        joined = pool.submit(engine.join, where, 1, 1 + width)
        sender.join(1 + width)
        joined.result()
        for version in (1, 2):
            disturb(policy, version)
            received = pool.submit(engine.receive, version)
            sender.send(policy.weights())
            received.result()
            yield version


def test_weights_arrive_by_broadcast(policy, engine):
    for version in sent_to(engine, policy, 1):
        drawn = engine.generate(requests(policy), SamplingParams(16))
        assert gap(policy, drawn, 1.0) < 1e-5
        assert drawn[0][0].version == version


# This test ends the module's engine: when vLLM rejects a model, it stops state that all engines of a process share.
def test_a_model_that_vllm_cannot_run_is_rejected_at_the_start(tmp_path):
    from r1.trainers.rollout.vllm_engine import VllmEngine

    tokenizer = make_tokenizer()
    Policy(make_model(len(tokenizer), seed=0, hidden=96, heads=4), tokenizer).export(tmp_path)  # heads of 24
    with pytest.raises(UsageError, match=r"--rollout vllm: vLLM cannot run .*head"):
        VllmEngine(str(tmp_path), "float32", "cpu")


@pytest.mark.slow
def test_two_tensor_parallel_workers_are_updated_in_place(model_dir):
    """Tensor parallelism over two processes; weights arrive by broadcast or through shared memory."""
    from r1.trainers.rollout.vllm_engine import VllmEngine

    policy = load_policy(model_dir, torch.device("cpu"))
    engine = VllmEngine(model_dir, "float32", "cpu", tensor_parallel=2)
    try:
        checked = CheckedEngine(engine, partial(policy_scores, policy), "float32", len(policy.tokenizer))
        for version in sent_to(engine, policy, 2):
            checked.check(version)
            assert gap(policy, checked.generate(requests(policy), SamplingParams(16)), 1.0) < 1e-5
        for version in (3, 4):
            disturb(policy, version)
            checked.load(policy.weights(), version)
            drawn = checked.generate(requests(policy), SamplingParams(16))
            assert gap(policy, drawn, 1.0) < 1e-5
            assert drawn[0][0].version == version
    finally:
        engine.close()


def logged(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


def test_a_run_with_vllm_logs_the_parity_of_every_step(quick, tmp_path):
    assert main([*quick, "--rollout", "vllm"]) == 0
    steps = [row for row in logged(tmp_path / "run") if row["step"]]
    assert len(steps) == 4
    for row in steps:
        assert row["canary_gap_max"] < 1e-5  # after the update
        assert row["engine_gap_max"] < 1e-4  # of the samples before it
    assert len({row["canary_gap_mean"] for row in steps}) > 1


def test_a_run_with_a_stale_engine_stops(quick, monkeypatch, capsys):
    from r1.trainers.rollout.vllm_engine import VllmEngine

    monkeypatch.setattr(VllmEngine, "load", lambda self, weights, version: None)
    assert main([*quick, "--rollout", "vllm"]) == 1
    assert "stopped: after update 1 the rollout engine's log-probabilities differ" in capsys.readouterr().err


@pytest.fixture
def own_ray(monkeypatch):
    """A Ray cluster for one test; its workers can import the toy environment."""
    import ray

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [*map(str, SUPPORT), os.environ.get("PYTHONPATH")])))
    with tempfile.TemporaryDirectory(prefix="r1-ray-") as short:  # the path of a socket has at most 107 characters
        ray.init(address="local", num_cpus=4, include_dashboard=False, log_to_driver=False, _temp_dir=short)
        yield
        ray.shutdown()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::Warning")  # from Ray
def test_on_ray_vllm_actors_sample_ahead_and_are_updated(quick, tmp_path, own_ray):
    """The actors get the weights after each step, and sample for the next step while this one trains."""
    assert main([*quick, "--rollout", "vllm", "--rollouts", "1", "--staleness", "1"]) == 0
    steps = [row for row in logged(tmp_path / "run") if row["step"]]
    assert [row["staleness"] for row in steps] == [0, 1, 1, 1]
    assert all(row["canary_gap_max"] < 1e-5 for row in steps)
    assert steps[0]["engine_gap_max"] < 1e-4  # up to date; later samples are one update old
    assert len({row["canary_gap_mean"] for row in steps}) > 1


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.filterwarnings("ignore::Warning")  # from Ray
def test_on_ray_two_learners_sample_with_vllm_in_turn(quick, tmp_path, own_ray, width):
    """Colocated: an engine in the process of each rank, or one engine over both."""
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"tensor_parallel: {width}\n")
    assert main([*quick, "--rollout", "vllm", "--learners", "2", "--config", str(settings)]) == 0
    steps = [row for row in logged(tmp_path / "run") if row["step"]]
    assert len(steps) == 4
    assert all(row["canary_gap_max"] < 1e-5 and row["engine_gap_max"] < 1e-4 for row in steps)
