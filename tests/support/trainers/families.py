"""Untrained models of the decoder families that transformers can load, some thousand parameters each."""

from __future__ import annotations

from typing import Any

import torch
from small_models import make_tokenizer

from r1.trainers.policy.policy import Policy

FAMILIES = (
    "llama mistral mixtral qwen2 qwen2_moe qwen3 qwen3_moe qwen3_next qwen3_5_text gemma gemma2 gemma3_text gemma3n_text phi phi3 gpt2 "
    "gpt_neo gpt_neox gptj gpt_bigcode opt bloom falcon mpt stablelm starcoder2 olmo olmo2 olmo3 olmoe granite granitemoe "
    "granitemoehybrid cohere cohere2 deepseek_v2 deepseek_v3 glm glm4 glm4_moe gpt_oss smollm3 lfm2 falcon_h1 falcon_mamba mamba "
    "mamba2 nemotron nemotron_h exaone4 ernie4_5 ernie4_5_moe hunyuan_v1_dense minimax seed_oss dots1 apertus arcee helium bamba "
    "jamba recurrent_gemma rwkv xglm codegen persimmon zamba2 diffllama doge bitnet ministral"
).split()

# Sizes by every name that a family has for them; a config takes those that it knows.
_SMALL: dict[str, Any] = {
    **{"vocab_size": 102, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4},
    **{
        "num_key_value_heads": 2,
        "head_dim": 8,
        "max_position_embeddings": 128,
        "word_embed_proj_dim": 32,
        "ffn_dim": 48,
    },
    **{
        "n_embd": 32,
        "n_layer": 2,
        "n_head": 4,
        "n_positions": 128,
        "n_inner": 48,
        "d_model": 32,
        "n_heads": 4,
        "n_layers": 2,
    },
    **{
        "num_experts": 4,
        "num_local_experts": 4,
        "n_routed_experts": 4,
        "n_shared_experts": 1,
        "num_experts_per_tok": 2,
    },
    **{
        "expert_num": 4,
        "moe_intermediate_size": 16,
        "shared_expert_intermediate_size": 16,
        "n_group": 1,
        "topk_group": 1,
    },
    **{
        "first_k_dense_replace": 1,
        "q_lora_rank": 16,
        "kv_lora_rank": 16,
        "qk_rope_head_dim": 8,
        "qk_nope_head_dim": 8,
        "v_head_dim": 8,
    },
    **{"linear_num_key_heads": 2, "linear_num_value_heads": 2, "linear_key_head_dim": 8, "linear_value_head_dim": 8},
    **{
        "mamba_d_state": 8,
        "mamba_n_heads": 8,
        "mamba_d_head": 8,
        "mamba_d_ssm": 64,
        "mamba_num_heads": 8,
        "mamba_head_dim": 8,
    },
    **{
        "mamba_n_groups": 1,
        "mamba_chunk_size": 16,
        "ssm_state_size": 8,
        "state_size": 8,
        "num_heads": 8,
        "n_groups": 1,
    },
    **{
        "chunk_size": 16,
        "dt_rank": 4,
        "time_step_rank": 4,
        "conv_L_cache": 3,
        "sliding_window": 8,
        "query_pre_attn_scalar": 8,
    },
    **{
        "hidden_size_per_layer_input": 8,
        "vocab_size_per_layer_input": 102,
        "laurel_rank": 4,
        "num_kv_shared_layers": 0,
    },
    **{"rotary_dim": 4, "max_seq_len": 128, "pad_token_id": 0, "bos_token_id": None, "eos_token_id": 1},
}
_MIXED = {"layer_types": ["linear_attention", "full_attention"]}
_OWN: dict[str, dict[str, Any]] = {
    "deepseek_v2": {"num_key_value_heads": 4},
    "deepseek_v3": {"num_key_value_heads": 4},
    "gemma3n_text": {
        "layer_types": ["sliding_attention", "full_attention"],
        "activation_sparsity_pattern": [0.0, 0.0],
        "intermediate_size": [48, 48],
    },
    "gpt_neo": {"attention_types": [[["global", "local"], 1]], "window_size": 8, "num_layers": 2},
    "lfm2": {"layer_types": ["conv", "full_attention"]},
    "qwen3_5_text": _MIXED,
    "qwen3_next": _MIXED,
    "zamba2": {"num_hidden_layers": 4, "layers_block_type": ["mamba", "mamba", "hybrid", "mamba"]},
}  # fmt: skip


def family_policy(name: str) -> Policy:
    """Return a model of the family with fixed random weights. Biases are not 0 and norms not 1, so that omitting one shows."""
    from transformers import AutoConfig, AutoModelForCausalLM

    known = AutoConfig.for_model(name)
    sizes = {k: v for k, v in _SMALL.items() if hasattr(known, k)} | _OWN.get(name, {})
    if name == "falcon":
        del sizes["head_dim"]  # derived from the others
    if name == "zamba2":
        sizes["layer_types"] = sizes["layers_block_type"]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model: Any = AutoModelForCausalLM.from_config(AutoConfig.for_model(name, **sizes))
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.1 * torch.randn(parameter.shape))
    return Policy(model.float().eval(), make_tokenizer())
