"""Untrained models of several architectures, a few thousand parameters each, with the tiny policy's tokenizer."""

from __future__ import annotations

from typing import Any

import torch

from r1.trainers.policy.policy import Policy
from r1.trainers.tiny.model import make_tokenizer

_SIZE: dict[str, Any] = {
    **{"vocab_size": 102, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4},
    **{"max_position_embeddings": 256, "eos_token_id": 1, "pad_token_id": 0, "bos_token_id": None},
}
_EXPERTS: dict[str, Any] = {"num_experts_per_tok": 2, "moe_intermediate_size": 16, "norm_topk_prob": True}
_LATENT = {"q_lora_rank": 16, "kv_lora_rank": 16, "qk_rope_head_dim": 8, "qk_nope_head_dim": 8, "v_head_dim": 12}
_DEEPSEEK: dict[str, Any] = {
    "n_routed_experts": 8,
    "n_shared_experts": 1,
    "n_group": 2,
    "topk_group": 1,
    "first_k_dense_replace": 1,
}
MODELS: dict[str, dict[str, Any]] = {
    "llama": {"num_key_value_heads": 2, "tie_word_embeddings": False},
    "mistral": {"num_key_value_heads": 1, "sliding_window": None},
    "qwen2": {"num_key_value_heads": 2, "tie_word_embeddings": True},
    "qwen3": {"num_key_value_heads": 4, "head_dim": 16, "tie_word_embeddings": True},
    "qwen3_moe": {"num_key_value_heads": 2, "head_dim": 8, "num_experts": 8} | _EXPERTS,
    "deepseek_v3": {"num_key_value_heads": 4} | _EXPERTS | _LATENT | _DEEPSEEK,
}  # fmt: skip


def small_policy(name: str, dtype: str = "float32", **changes: Any) -> Policy:
    """Return a model with fixed random weights. Biases are not 0 and norms not 1, so that omitting one is detected."""
    from transformers import AutoConfig, AutoModelForCausalLM

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model: Any = AutoModelForCausalLM.from_config(AutoConfig.for_model(name, **_SIZE | MODELS[name] | changes))
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.1 * torch.randn(parameter.shape))
    return Policy(model.float(), make_tokenizer(), dtype)
