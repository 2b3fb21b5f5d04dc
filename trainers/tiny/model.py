"""Tiny model: the architecture and the tokenizer of the tiny policy, with random weights."""

from __future__ import annotations

from typing import Any

import torch

TAGS = ("<think>", "</think>", "<answer>", "</answer>")
CHARACTERS = [chr(c) for c in range(32, 127)] + ["\n"]


def make_tokenizer() -> Any:
    """Return a tokenizer with one token per character, one per tag, and <unk> for everything else."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    specials = ["<pad>", "<eos>", "<unk>"]
    vocabulary = {token: i for i, token in enumerate([*specials, *TAGS, *CHARACTERS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_tokens([AddedToken(tag, normalized=False, special=False) for tag in TAGS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="<eos>",
        unk_token="<unk>",
        clean_up_tokenization_spaces=False,
    )


def make_model(vocabulary: int, seed: int, hidden: int = 96, layers: int = 2, heads: int = 3) -> Any:
    """Return a Qwen3 model with random weights drawn from ``seed``; torch's global generator is not changed.

    Qwen3 normalizes queries and keys, which halves the steps needed to learn copying. Also, transformers reloads its
    tokenizer as it was saved; for Qwen2 it substitutes one that drops every blank.
    """
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        head_dim=hidden // heads,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Qwen3ForCausalLM(config)
