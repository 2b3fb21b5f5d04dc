"""The lean decoder gives the logits of the model's own forward, whatever happens to the batch."""

from __future__ import annotations

import pytest
import torch
from small_models import small_policy

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.policy.cpu_kernels import quicken
from r1.trainers.rollout import decoder
from r1.trainers.rollout.decoder import Decoder, LeanDecoder, is_lean, right_decoder

PROMPTS = [(10, 11, 12), (40, 41), (50, 51, 52, 53, 54, 55)]


LEAN_MODELS = ("llama", "mistral", "qwen2", "qwen3")


@torch.no_grad()
@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("model", LEAN_MODELS)
def test_every_step_has_the_logits_of_the_models_own_forward(
    model: str, fused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "BLOCK", 5)  # so that the cache grows several times
    monkeypatch.setattr(decoder, "FUSED_WEIGHTS", 1 << 20 if fused else 0)
    policy, draw = small_policy(model), torch.Generator().manual_seed(0)
    lean = right_decoder(policy.model, 0)(policy.model, 0, PROMPTS, 12)
    assert type(lean) is LeanDecoder
    plain = Decoder(policy.model, 0, PROMPTS, len(PROMPTS))
    torch.testing.assert_close(lean.logits_LV, plain.logits_LV)
    split = [0, 0, 0, 1, 2, 2, 2, 2]
    ways = [
        None,
        split,
        None,
        [0, 1, 2, 4, 4, 5, 5, 7],
        [0, 3, 5, 6],
        None,
        [0, 0, 1, 2, 3, 3],
        [1, 3],
        [0] * 6 + [1] * 6,
    ]
    for come_from in (*ways, [2, 3, 3, 4], [1], [0, 0], None, None):
        rows = len(lean.logits_LV) if come_from is None else len(come_from)
        token_L = torch.randint(3, 100, (rows,), generator=draw)
        from_L = None if come_from is None else torch.tensor(come_from)
        lean.step(token_L, from_L)
        plain.step(token_L, from_L)
        torch.testing.assert_close(lean.logits_LV, plain.logits_LV, atol=2e-5, rtol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("model", LEAN_MODELS)
def test_padding_changes_nothing_with_the_learners_kernels(model: str) -> None:
    """The learner's kernels are in the model that samples; there, left padding sees nothing and must not become NaN."""
    plain, quick = small_policy(model), small_policy(model)
    quicken(quick.model)
    decoders = [LeanDecoder(policy.model, 0, PROMPTS, 3) for policy in (plain, quick)]
    alone = [LeanDecoder(quick.model, 0, [prompt], 1) for prompt in PROMPTS]
    for _ in range(4):
        want, found = (decoder.logits_LV for decoder in decoders)
        torch.testing.assert_close(found, want, atol=2e-5, rtol=1e-4)
        torch.testing.assert_close(found, torch.cat([one.logits_LV for one in alone]), atol=2e-5, rtol=1e-4)
        for together in decoders:
            together.step(torch.tensor([20, 30, 40]), None)
        for token, one in zip((20, 30, 40), alone, strict=True):
            one.step(torch.tensor([token]), None)


@torch.no_grad()
def test_prompts_of_one_length_need_no_mask() -> None:
    policy = small_policy("qwen3")
    lean, plain = LeanDecoder(policy.model, 0, PROMPTS[:1], 2), Decoder(policy.model, 0, PROMPTS[:1], 2)
    assert not lean.padded
    for from_L in (torch.tensor([0, 0]), None, None):
        for each in (lean, plain):
            each.step(torch.tensor([20, 30]), from_L)
        torch.testing.assert_close(lean.logits_LV, plain.logits_LV, atol=2e-5, rtol=1e-4)


@torch.no_grad()
def test_a_scaled_rotation_is_that_of_the_model() -> None:
    rope = {"rope_type": "llama3", "rope_theta": 1e4, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
    policy = small_policy("llama", rope_parameters=rope | {"original_max_position_embeddings": 8})
    lean, plain = (
        right_decoder(policy.model, 0)(policy.model, 0, PROMPTS, 3),
        Decoder(policy.model, 0, PROMPTS, len(PROMPTS)),
    )
    assert type(lean) is LeanDecoder
    for _ in range(8):
        for each in (lean, plain):
            each.step(torch.tensor([20, 30, 40]), None)
    torch.testing.assert_close(lean.logits_LV, plain.logits_LV, atol=2e-5, rtol=1e-4)


def test_other_models_use_their_own_forward() -> None:
    assert not is_lean(small_policy("qwen3_moe").model)
    assert not is_lean(small_policy("deepseek_v3").model)
    assert not is_lean(small_policy("mistral", sliding_window=4).model)
    assert not is_lean(small_policy("llama", hidden_act="gelu").model)
    windowed = small_policy("qwen2", use_sliding_window=True, sliding_window=4, max_window_layers=1)
    assert not is_lean(windowed.model)


@torch.no_grad()
def test_new_weights_are_used_at_once() -> None:
    """Fused projections are rebuilt for each wave, so that none is stale."""
    policy = small_policy("qwen3")
    before = right_decoder(policy.model, 0)(policy.model, 0, PROMPTS, 3)
    policy.model.base_model.layers[0].self_attn.v_proj.weight.mul_(2)
    lean, plain = (
        right_decoder(policy.model, 0)(policy.model, 0, PROMPTS, 3),
        Decoder(policy.model, 0, PROMPTS, len(PROMPTS)),
    )
    for each in (before, lean, plain):
        each.step(torch.tensor([20, 30, 40]), None)
    torch.testing.assert_close(lean.logits_LV, plain.logits_LV, atol=2e-5, rtol=1e-4)
    assert (before.logits_LV - plain.logits_LV).abs().max() > 1e-4
