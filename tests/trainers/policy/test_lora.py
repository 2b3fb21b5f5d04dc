"""Adapters: only they are trained, and rollouts and exports use the merged weights."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from small_models import small_policy

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import Config, UsageError, with_settings
from r1.trainers.learner.batch import collate, with_advantages
from r1.trainers.learner.learner import Learner
from r1.trainers.policy.policy import load_policy
from r1.trainers.rollout.decoder import Decoder, LeanDecoder, right_decoder
from r1.trainers.rollout.episodes import Episode

IDS = torch.tensor([[5, 9, 11, 7, 30, 44]])


def learner(model: str = "qwen3", **changes: Any) -> Learner:
    settings = {"group": 4, "prompts": 1, "max_tokens": 5, "kl_coef": 0.0, "lr": 1e-2, "lora_rank": 4} | changes
    return Learner(small_policy(model), with_settings(Config(), settings))


def train(learner: Learner, steps: int = 2, first: int = 0) -> Learner:
    prompt = (10, 11, 12)
    episodes = [
        Episode("t", "?", prompt, [20 + k, 30, 40 + k], [True] * 3, [-1.0] * 3, reward=float(k == 1)) for k in range(4)
    ]
    for step in range(first, first + steps):
        batch = learner.score(collate(episodes, 0, learner.policy.device))
        learner.update(with_advantages(batch, episodes, 4, learner.config.objective, 5), step)
    return learner


def logits(model: Any) -> torch.Tensor:
    with torch.no_grad():
        return model(input_ids=IDS).logits


def test_a_new_adapter_changes_nothing_and_only_it_is_trained() -> None:
    plain = small_policy("qwen3")
    adapted = learner()
    torch.testing.assert_close(logits(adapted.policy.model), logits(plain.model))
    train(adapted)
    before = dict(plain.model.named_parameters())
    for name, parameter in adapted.policy.model.named_parameters():
        if ".lora_" not in name:
            assert torch.equal(parameter, before[name.replace(".base_layer.", ".")]), name
    assert (logits(adapted.policy.model) - logits(plain.model)).abs().max() > 1e-2
    trained = sum(p.numel() for g in adapted.optimizer.param_groups for p in g["params"])
    assert trained < sum(p.numel() for p in before.values()) / 2


@pytest.mark.parametrize("model", ["qwen2", "qwen3", "qwen3_moe", "deepseek_v3"])
def test_merged_weights_are_those_of_a_plain_model(model: str) -> None:
    adapted = train(learner(model))
    plain = small_policy(model)
    weights = dict(adapted.policy.weights())
    assert weights.keys() == dict(plain.model.named_parameters()).keys()
    plain.model.load_state_dict(weights, strict=False)
    torch.testing.assert_close(logits(plain.model), logits(adapted.policy.model), atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_rollouts_use_the_merged_weights() -> None:
    with torch.enable_grad():
        model = train(learner()).policy.model
    prompts = [(5, 9), (5, 8)]
    lean, plain = right_decoder(model, 0)(model, 0, prompts, 2), Decoder(model, 0, prompts, len(prompts))
    assert type(lean) is LeanDecoder
    for _ in range(3):
        for each in (lean, plain):
            each.step(torch.tensor([20, 30]), None)
        torch.testing.assert_close(lean.logits_LV, plain.logits_LV, atol=2e-5, rtol=1e-4)


def test_an_export_is_a_plain_model_plus_the_adapter(tmp_path: Path) -> None:
    from peft import PeftModel

    policy = train(learner()).policy
    policy.export(tmp_path)
    loaded = load_policy(str(tmp_path), torch.device("cpu"))
    assert not any(".lora_" in name for name, _ in loaded.model.named_parameters())
    torch.testing.assert_close(logits(loaded.model), logits(policy.model), atol=1e-5, rtol=1e-4)
    by_peft = PeftModel.from_pretrained(small_policy("qwen3").model, str(tmp_path / "adapter"))
    torch.testing.assert_close(logits(by_peft), logits(policy.model), atol=1e-5, rtol=1e-4)


def test_a_resumed_learner_ends_with_the_same_weights() -> None:
    whole = train(learner(), steps=4)
    half = train(learner(), steps=2)
    state = copy.deepcopy(half.state())
    resumed = learner(seed=5)
    resumed.load_state(state)
    train(resumed, steps=2, first=2)
    for name, parameter in whole.policy.model.state_dict().items():
        assert torch.equal(parameter, resumed.policy.model.state_dict()[name]), name


def test_the_reference_keeps_its_weights_while_adapters_train() -> None:
    adapted = train(learner(kl_coef=0.1))
    assert adapted.reference is not None
    assert (logits(adapted.reference.model) - logits(adapted.policy.model)).abs().max() > 1e-2
    torch.testing.assert_close(logits(adapted.reference.model), logits(small_policy("qwen3").model))


def test_a_missing_liger_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "liger_kernel.transformers", None)
    with pytest.raises(UsageError, match="pip install liger-kernel"):
        learner(liger=True)


def test_a_run_can_train_adapters(quick: list[str], tmp_path: Path) -> None:
    """From the command line; the run leaves a plain model and the adapter."""
    from r1.trainers.grpo import main

    settings = tmp_path / "lora.yaml"
    settings.write_text("lora_rank: 2\n")
    assert main([*quick, "--config", str(settings)]) == 0
    out = tmp_path / "run"
    model = load_policy(str(out / "model"), torch.device("cpu")).model
    assert not any("lora" in name for name in model.state_dict())
    assert (out / "model" / "adapter" / "adapter_config.json").is_file()
