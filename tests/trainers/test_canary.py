"""Canary: a right engine passes, any other is noticed: wrong, stale by a little, half updated, NaN."""

from dataclasses import replace
from functools import partial

import pytest
import torch

from r1.trainers.learner.turn_taking import TurnTakingLearner
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.canary import CheckedEngine, policy_scores
from r1.trainers.rollout.engine import EngineError, Request, SamplingParams
from r1.trainers.rollout.local import LocalEngine
from r1.trainers.rollout.vllm_engine import VllmEngine
from r1.trainers.tiny.model import make_model, make_tokenizer


class Copy(LocalEngine):
    """An engine with weights of its own; ``forget`` names tensors that updates do not reach."""

    def __init__(self, policy, seed=0):
        self.own = Policy(make_model(len(policy.tokenizer), seed), policy.tokenizer)
        super().__init__(self.own.model, policy.pad_id)
        self.forget = ()

    def load(self, weights, version):
        mine = dict(self.own.model.named_parameters())
        with torch.no_grad():
            for name, tensor in weights:
                if not any(part in name for part in self.forget):
                    mine[name].copy_(tensor)
        self.version = version

    def score(self, sequences):
        return policy_scores(self.own, sequences)


@pytest.fixture
def policy():
    tokenizer = make_tokenizer()
    return Policy(make_model(len(tokenizer), 0), tokenizer)


def disturb(policy, scale):
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in policy.model.parameters():
            parameter.add_(scale * torch.randn(parameter.shape, generator=generator))


def checked(engine, policy, dtype="float32"):
    return CheckedEngine(engine, partial(policy_scores, policy), dtype, len(policy.tokenizer))


def test_an_engine_that_follows_passes_and_says_how_closely(policy):
    engine = checked(Copy(policy), policy)
    for version in range(1, 4):
        disturb(policy, 0.05)
        engine.load(policy.weights(), version)
        engine.generate([Request((5, 6, 7), (1, 2))], SamplingParams(8))
        assert engine.parity == {"canary_gap_max": 0.0, "canary_gap_mean": 0.0}


def test_another_model_is_noticed_before_the_first_step(policy):
    with pytest.raises(EngineError, match="samples from other weights"):
        checked(Copy(policy, seed=1), policy)


@pytest.mark.parametrize("part", ["embed", "layers.1.mlp.down_proj", "layers.0.self_attn.q_proj.weight", "norm"])
def test_one_tensor_left_behind_is_noticed(policy, part):
    copy = Copy(policy)
    engine = checked(copy, policy)
    copy.forget = (part,)
    disturb(policy, 0.05)
    with pytest.raises(EngineError, match="after update 1"):
        engine.load(policy.weights(), 1)


def test_in_bfloat16_an_engine_that_stands_still_is_noticed_within_the_tolerance(policy):
    copy = Copy(policy)
    engine = checked(copy, policy, "bfloat16")
    engine.load(policy.weights(), 1)
    copy.forget = ("",)  # everything
    disturb(policy, 0.003)
    with pytest.raises(EngineError, match="the rollout engine's not at all"):
        engine.load(policy.weights(), 2)


def test_of_many_copies_the_one_that_stays_behind_is_noticed(policy):
    """Twenty engines that score in turn, as a cluster deals them; one of them forgets."""

    class Many(Copy):
        copies = 20

        def score(self, sequences):
            stale = policy_scores(self.stale, sequences)
            return [stale[i] if i % 20 == 19 else row for i, row in enumerate(policy_scores(self.own, sequences))]

    engine = Many(policy)
    engine.stale = Policy(make_model(len(policy.tokenizer), 0), policy.tokenizer)
    checking = checked(engine, policy)
    disturb(policy, 0.05)
    with pytest.raises(EngineError, match="after update 1"):
        checking.load(policy.weights(), 1)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"finish": "abort"}, "with 'abort'"),
        ({"finish": None}, "with None"),
        ({"logp": (float("nan"),) * 2}, "not finite"),
    ],
)
def test_a_sample_that_was_not_drawn_to_its_end_is_no_sample(policy, change, complaint):
    copy = Copy(policy)
    engine, draw = checked(copy, policy), copy.generate
    copy.generate = lambda requests, sampling: [[replace(s, **change) for s in g] for g in draw(requests, sampling)]
    with pytest.raises(EngineError, match=complaint):
        engine.generate([Request((5, 6), (1, 2))], SamplingParams(2))


def test_nan_is_no_agreement(policy):
    copy = Copy(policy)
    engine = checked(copy, policy)
    copy.score = lambda sequences: [[float("nan")] * len(completion) for _, completion in sequences]
    with pytest.raises(EngineError, match="nan"):
        engine.load(policy.weights(), 1)


class Recorded:
    """Whatever is called on it is written down under ``name``."""

    def __init__(self, calls, name):
        self.calls, self.name = calls, name

    def __getattr__(self, method):
        def call(*args, **kwargs):
            self.calls.append(f"{self.name}.{method}" + "".join(f" {k}={v}" for k, v in kwargs.items() if k == "level"))
            return []

        return call


@pytest.fixture
def vllm(monkeypatch):
    """The vLLM engine on a GPU that is not there, with a recorder in vLLM's place, and its list of calls."""
    calls = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: calls.append("cache emptied"))
    engine = object.__new__(VllmEngine)
    engine.version, engine._asleep, engine._spread, engine.context = 0, False, False, 64
    engine._llm, engine._params = Recorded(calls, "vllm"), lambda **settings: None
    return engine, calls


def test_vllm_sleeps_while_a_learner_on_its_gpu_trains_and_is_awake_for_whatever_it_is_asked(vllm):
    engine, calls = vllm
    learner = TurnTakingLearner(Recorded(calls, "learner"), engine)
    for step in range(2):
        engine.generate([], SamplingParams(4))
        learner.score(None)
        learner.update(None, step)
        engine.load([], step + 1)
    once = ["vllm.generate", "vllm.sleep level=1", "learner.score", "learner.update", "cache emptied", "vllm.wake_up"]
    updated = ["vllm.collective_rpc", "vllm.apply_model", "vllm.reset_prefix_cache"]
    assert calls == [*once, *updated] * 2


@pytest.mark.parametrize(
    "ask", [lambda e: e.generate([], SamplingParams(4)), lambda e: e.score([]), lambda e: e.load([], 1)]
)
def test_vllm_wakes_before_anything_else(vllm, ask):
    engine, calls = vllm
    engine.sleep()
    engine.sleep()  # twice is once
    ask(engine)
    assert calls[:3] == ["vllm.sleep level=1", "cache emptied", "vllm.wake_up"]
    assert calls[3].startswith(("vllm.generate", "vllm.collective_rpc"))


def test_without_a_gpu_nobody_sleeps(vllm, monkeypatch):
    engine, calls = vllm
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    engine.sleep()
    engine.generate([], SamplingParams(4))
    assert calls == ["vllm.generate"]
