"""The vLLM engine's sleep mode, with a recorder in place of vLLM and of the GPU."""

from __future__ import annotations

import pytest
import torch

from r1.trainers.learner.turn_taking import TurnTakingLearner
from r1.trainers.rollout.engine import SamplingParams
from r1.trainers.rollout.vllm_engine import VllmEngine


class Recorded:
    """Records every method call under ``name``."""

    def __init__(self, calls, name):
        self.calls, self.name = calls, name

    def __getattr__(self, method):
        def call(*args, **kwargs):
            self.calls.append(f"{self.name}.{method}" + "".join(f" {k}={v}" for k, v in kwargs.items() if k == "level"))
            return []

        return call


@pytest.fixture
def vllm(monkeypatch):
    """The vLLM engine on a fake GPU, with a recorder in place of vLLM, and the list of its calls."""
    calls = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: calls.append("cache emptied"))
    engine = object.__new__(VllmEngine)
    engine.version, engine._asleep, engine._spread, engine.context = 0, False, False, 64
    engine._llm, engine._params = Recorded(calls, "vllm"), lambda **settings: None
    return engine, calls


def test_vllm_sleeps_while_the_learner_on_its_gpu_trains(vllm):
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
def test_vllm_wakes_up_before_every_call(vllm, ask):
    engine, calls = vllm
    engine.sleep()
    engine.sleep()  # the second call has no effect
    ask(engine)
    assert calls[:3] == ["vllm.sleep level=1", "cache emptied", "vllm.wake_up"]
    assert calls[3].startswith(("vllm.generate", "vllm.collective_rpc"))


def test_without_a_gpu_vllm_never_sleeps(vllm, monkeypatch):
    engine, calls = vllm
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    engine.sleep()
    engine.generate([], SamplingParams(4))
    assert calls == ["vllm.generate"]
