"""The model's own forward with eager attention is what every kernel, layout and decoder must equal."""

from __future__ import annotations

import pytest
import torch
from families import family_policy
from small_models import small_policy

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.policy.cpu_kernels import ATTENTION, quicken
from r1.trainers.policy.eager import (
    close,
    eager_logits,
    ignored_numbers,
    plain_logits,
    probe_rows,
    settle_attention,
    with_attention,
)


def test_probe_rows_are_always_the_same_and_share_their_first_tokens() -> None:
    model = small_policy("qwen3").model
    rows = probe_rows(model)
    assert rows == probe_rows(model)
    assert [len(row) for row in rows] == [14, 12, 9, 5]
    assert rows[0][:5] == rows[1][:5] == rows[3] and rows[0][5] != rows[1][5]


def test_an_attention_that_drops_a_score_cap_is_not_used() -> None:
    """Gemma 2 caps scores; torch's fused attention cannot. On small scores the difference does not show."""
    model = family_policy("gemma2").model
    assert model.config._attn_implementation == "sdpa"
    rows = probe_rows(model)
    assert all(map(close, plain_logits(model, rows), eager_logits(model, rows))), "the cap shows only on large scores"
    assert settle_attention(model, ("sdpa",)) == model.config._attn_implementation == "eager"


def test_an_equal_attention_is_kept_and_the_model_unchanged() -> None:
    policy = small_policy("qwen3")
    before = {name: tensor.clone() for name, tensor in policy.model.state_dict().items()}
    scaling = [m.scaling for m in policy.model.modules() if hasattr(m, "scaling")]
    assert settle_attention(policy.model, ("sdpa",)) == "sdpa"
    assert scaling == [m.scaling for m in policy.model.modules() if hasattr(m, "scaling")]
    assert all(torch.equal(tensor, before[name]) for name, tensor in policy.model.state_dict().items())


@pytest.mark.parametrize(
    ("family", "ignored"), [("gemma2", {"softcap"}), ("qwen3", set()), ("gpt_oss", set()), ("bloom", set())]
)
def test_a_number_that_an_attention_does_not_take_is_named(family: str, ignored: set[str]) -> None:
    model = family_policy(family).model
    before = model.config._attn_implementation
    assert ignored_numbers(model, "sdpa") == ignored
    assert ignored_numbers(model, "eager") == set()
    assert model.config._attn_implementation == before


@pytest.mark.parametrize("attention", ["sdpa", ATTENTION])
def test_sharp_attention_as_in_trained_models_is_no_reason_against_a_fast_one(attention: str) -> None:
    """Trained models have scores of some tens. Rounding must not be taken for another function there."""
    model = small_policy("qwen3", num_hidden_layers=6).model
    with torch.no_grad():
        for layer in model.base_model.layers:
            layer.self_attn.q_norm.weight.mul_(20)
    quicken(model)
    assert settle_attention(model, (attention,)) == attention


@pytest.mark.parametrize("name", ["no such attention", "flash_attention_2"])
def test_an_attention_that_the_model_cannot_use_is_passed_over(name: str) -> None:
    assert settle_attention(small_policy("qwen3").model, (name, "sdpa")) == "sdpa"


def test_the_attention_is_restored_after_an_error() -> None:
    model = small_policy("qwen3").model
    with pytest.raises(ZeroDivisionError), with_attention(model, "eager"):
        assert model.config._attn_implementation == "eager"
        raise ZeroDivisionError
    assert model.config._attn_implementation == "sdpa"


@pytest.mark.parametrize(
    ("ours", "near"), [(0.0005, True), (0.002, False), (float("nan"), False), (float("inf"), False)]
)
def test_rounding_is_close_and_nothing_else(ours: float, near: bool) -> None:
    assert close(torch.tensor([ours]), torch.tensor([0.0])) is near
