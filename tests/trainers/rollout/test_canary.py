"""The canary: an engine that follows the learner passes; a wrong, stale, half-updated or NaN one is detected."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
import torch

from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.canary import CheckedEngine, policy_scores
from r1.trainers.rollout.engine import EngineError, Request, SamplingParams
from r1.trainers.rollout.local import LocalEngine
from r1.trainers.tiny.model import make_model, make_tokenizer


class Copy(LocalEngine):
    """An engine with its own weights; updates skip the tensors in ``forget``."""

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


def test_an_engine_that_follows_passes_and_its_parity_is_logged(policy):
    engine = checked(Copy(policy), policy)
    for version in range(1, 4):
        disturb(policy, 0.05)
        engine.load(policy.weights(), version)
        engine.generate([Request((5, 6, 7), (1, 2))], SamplingParams(8))
        assert engine.parity == {"canary_gap_max": 0.0, "canary_gap_mean": 0.0}


def test_another_model_is_detected_before_the_first_step(policy):
    with pytest.raises(EngineError, match="samples from other weights"):
        checked(Copy(policy, seed=1), policy)


@pytest.mark.parametrize("part", ["embed", "layers.1.mlp.down_proj", "layers.0.self_attn.q_proj.weight", "norm"])
def test_one_stale_tensor_is_detected(policy, part):
    copy = Copy(policy)
    engine = checked(copy, policy)
    copy.forget = (part,)
    disturb(policy, 0.05)
    with pytest.raises(EngineError, match="after update 1"):
        engine.load(policy.weights(), 1)


def test_in_bfloat16_an_engine_that_never_changes_is_detected_within_the_tolerance(policy):
    copy = Copy(policy)
    engine = checked(copy, policy, "bfloat16")
    engine.load(policy.weights(), 1)
    copy.forget = ("",)  # everything
    disturb(policy, 0.003)
    with pytest.raises(EngineError, match="the rollout engine's not at all"):
        engine.load(policy.weights(), 2)


def test_one_stale_copy_of_many_is_detected(policy):
    """Twenty engines that score in turn, as in a cluster; one of them skips updates."""

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
def test_an_aborted_sample_is_rejected(policy, change, complaint):
    copy = Copy(policy)
    engine, draw = checked(copy, policy), copy.generate
    copy.generate = lambda requests, sampling: [[replace(s, **change) for s in g] for g in draw(requests, sampling)]
    with pytest.raises(EngineError, match=complaint):
        engine.generate([Request((5, 6), (1, 2))], SamplingParams(2))


def test_nan_counts_as_a_difference(policy):
    copy = Copy(policy)
    engine = checked(copy, policy)
    copy.score = lambda sequences: [[float("nan")] * len(completion) for _, completion in sequences]
    with pytest.raises(EngineError, match="nan"):
        engine.load(policy.weights(), 1)
