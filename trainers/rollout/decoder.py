"""Decoder: the key-value cache of the texts being completed, and the logits of each one's next token.

L = live texts. Completions that are equal so far share one text, which is split where they diverge. `Decoder` steps any Hugging
Face model through its own forward. `LeanDecoder` computes the same numbers for plain Llama-like models (`LEAN`) in a third of the
operations, because a step of a small model is mostly overhead.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from r1.trainers.policy.eager import UNABLE, close, eager_logits, probe_rows
from r1.trainers.policy.lora import is_lora, merged_weight

log = logging.getLogger(__name__)

LEAN = ("LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM", "MistralForCausalLM")
FUSED_WEIGHTS = 1 << 20  # parameters of a layer up to which its projections are fused: costs a copy, saves calls
BLOCK = 64  # tokens by which a lean cache grows
# Fraction of live slots below which a lean cache drops the others; with more, copying costs more than it saves.
COMPACT_AT = 1 / 2


@torch.no_grad()
def right_decoder(model: Any, pad_id: int) -> type[Decoder]:
    """Return the first of `LeanDecoder`, `Decoder` and `RereadingDecoder` whose logits are the model's own.

    Tested on texts of different lengths that split and end, against the model's eager forward.
    """
    rows = probe_rows(model)
    wanted = eager_logits(model, rows)
    was_training = model.training
    model.eval()
    try:
        for kind in (LeanDecoder, Decoder) if is_lean(model) else (Decoder,):
            with contextlib.suppress(*UNABLE):
                if _follows(kind, model, pad_id, rows, wanted):
                    return kind
    finally:
        model.train(was_training)
    log.warning(
        "%s: its cache cannot be padded or split; completions are read again at every token", type(model).__name__
    )
    return RereadingDecoder


def _follows(kind: type[Decoder], model: Any, pad_id: int, rows: list[tuple[int, ...]], wanted: list[Tensor]) -> bool:
    """Whether a decoder gives the wanted logits while the start of two rows is split in two, and a third row ends."""
    first, second, third, start = rows
    decoder = kind(model, pad_id, [start, third[:6]], 3)
    if not (close(decoder.logits_LV[0], wanted[0][4]) and close(decoder.logits_LV[1], wanted[2][5])):
        return False
    live = [(first, wanted[0], 5), (second, wanted[1], 5), (third, wanted[2], 6)]  # row, its logits, tokens read
    for from_L in (torch.tensor([0, 0, 1]), None, None, torch.tensor([0, 1]), None):
        live = live if from_L is None or len(from_L) == 3 else live[:2]
        token_L = torch.tensor([row[read] for row, _, read in live], device=model.device)
        decoder.step(token_L, None if from_L is None else from_L.to(model.device))
        if not all(close(decoder.logits_LV[i], logits_TV[read]) for i, (_, logits_TV, read) in enumerate(live)):
            return False
        live = [(row, logits_TV, read + 1) for row, logits_TV, read in live]
    return True


def is_lean(model: Any) -> bool:
    """Return whether `LeanDecoder` can step the model: one of `LEAN`, without a window, rotary angles by position only.

    LoRA adapters are allowed; the decoder merges them into its copy of the weights.
    """
    config = model.config
    if type(model).__name__ not in LEAN or config.hidden_act != "silu":
        return False
    if any(kind != "full_attention" for kind in getattr(config, "layer_types", None) or ()):
        return False
    if type(model).__name__ == "MistralForCausalLM" and config.sliding_window is not None:
        return False
    rope = (config.rope_parameters or {}).get("rope_type", "default")
    maps = [m for layer in model.base_model.layers for m in (*_attention_maps(layer), *_mlp_maps(layer))]
    plain = all(is_lora(m) or type(m) is torch.nn.Linear for m in (*maps, model.get_output_embeddings()))
    return plain and rope in ("default", "linear", "llama3", "yarn")


class Decoder:
    """Steps a model through its own forward, with the cache class that it chose.

    Args:
        prompts: are read at once; ``logits_LV`` are those of their first new tokens.
        most: upper bound on the number of live texts, for a cache of slots.
    """

    def __init__(self, model: Any, pad_id: int, prompts: Sequence[tuple[int, ...]], most: int) -> None:
        self.model = model
        width = max(map(len, prompts))
        ids_LT = torch.tensor([[pad_id] * (width - len(p)) + list(p) for p in prompts], device=model.device)
        length_L1 = torch.tensor([[len(p)] for p in prompts], device=model.device)
        # Padded on the left, so that all prompts end at the same position.
        self.mask_LT = torch.arange(width, device=model.device) >= width - length_L1
        self.padded = not bool(self.mask_LT.all())
        output = model(
            input_ids=ids_LT,
            attention_mask=self.mask_LT.long() if self.padded else None,
            position_ids=(self.mask_LT.cumsum(1) - 1).clamp(min=0),
            use_cache=True,
            logits_to_keep=1,
        )
        self.cache, self.position_L1 = output.past_key_values, length_L1
        self.logits_LV = output.logits[:, -1]

    def step(self, token_L: Tensor, from_L: Tensor | None) -> None:
        """Append a token to each live text.

        Args:
            from_L: the current text that each new one continues, ascending: one left out has ended, one named twice is
                split. None: each continues itself.
        """
        if from_L is not None:
            self.cache.batch_select_indices(from_L)
            self.mask_LT, self.position_L1 = self.mask_LT[from_L], self.position_L1[from_L]
        self.mask_LT = F.pad(self.mask_LT, (0, 1), value=True)
        output = self.model(
            input_ids=token_L[:, None],
            attention_mask=self.mask_LT.long() if self.padded else None,
            position_ids=self.position_L1,
            past_key_values=self.cache,
            use_cache=True,
        )
        self.position_L1 = self.position_L1 + 1
        self.logits_LV = output.logits[:, -1]


class RereadingDecoder(Decoder):
    """Reads every text again at each step, without a cache: for models whose caches cannot be split or padded."""

    def __init__(self, model: Any, pad_id: int, prompts: Sequence[tuple[int, ...]], most: int) -> None:
        self.model, self.pad_id, self.texts = model, pad_id, list(prompts)
        self._read()

    def step(self, token_L: Tensor, from_L: Tensor | None) -> None:
        source = range(len(self.texts)) if from_L is None else from_L.tolist()
        self.texts = [(*self.texts[i], token) for i, token in zip(source, token_L.tolist(), strict=True)]
        self._read()

    def _read(self) -> None:
        """Padded on the right, which causal models never see."""
        width = max(map(len, self.texts))
        ids_LT = torch.tensor([[*t, *[self.pad_id] * (width - len(t))] for t in self.texts], device=self.model.device)
        last_L = torch.tensor([len(t) - 1 for t in self.texts], device=self.model.device)
        logits_LTV = self.model(input_ids=ids_LT, use_cache=False).logits
        self.logits_LV = logits_LTV[torch.arange(len(last_L), device=last_L.device), last_L]


Projections = list[tuple[Tensor, Tensor | None]]  # weight and bias of one or more linear maps of the same input


@dataclass(frozen=True)
class _Layer:
    """The weights of one layer, arranged for a step."""

    norm: Any
    qkv: Projections
    qk_norm: tuple[Tensor, float] | None  # [heads, D] weights of queries and keys, epsilon
    out: Projections
    mlp_norm: Any
    gate_up: Projections
    down: Projections


class LeanDecoder(Decoder):
    """Steps a Llama-like model with its forward written out, on a cache of reusable slots that grows in blocks.

    R = slots in use: those of the live texts, and some of ended texts, whose results are ignored.
    """

    def __init__(self, model: Any, pad_id: int, prompts: Sequence[tuple[int, ...]], most: int) -> None:
        super().__init__(model, pad_id, prompts, most)
        c, self.most = model.config, most
        self.heads, self.kv_heads = c.num_attention_heads, c.num_key_value_heads
        self.layers = [self._layer(layer) for layer in model.base_model.layers]
        self.size_D = self.cache.layers[0].keys.shape[-1]
        self.scale = model.base_model.layers[0].self_attn.scaling
        self.at = self.mask_LT.shape[1]  # tokens in the cache
        # Keys and values of each layer, [slots, heads, T, D], with some spare slots.
        self.caches = [cache for layer in self.cache.layers for cache in (layer.keys, layer.values)]
        self.hidden_PT, self.length_P = ~self.mask_LT, self.position_L1.squeeze(1)
        self.slot_L = self.prompt_R = torch.arange(len(prompts), device=model.device)
        del self.cache, self.mask_LT, self.position_L1

    def _layer(self, layer: Any) -> _Layer:
        a = layer.self_attn
        qk_norm = None
        if hasattr(a, "q_norm"):
            scale_HD = [a.q_norm.weight.expand(self.heads, -1), a.k_norm.weight.expand(self.kv_heads, -1)]
            qk_norm = torch.cat(scale_HD), a.q_norm.variance_epsilon
        fuse = sum(p.numel() for p in layer.parameters()) <= FUSED_WEIGHTS
        return _Layer(
            layer.input_layernorm,
            _joined(_attention_maps(layer)[:3], fuse),
            qk_norm,
            _joined(_attention_maps(layer)[3:], fuse),
            layer.post_attention_layernorm,
            _joined(_mlp_maps(layer)[:2], fuse),
            _joined(_mlp_maps(layer)[2:], fuse),
        )

    def step(self, token_L: Tensor, from_L: Tensor | None) -> None:
        if from_L is not None:
            self._follow(from_L)
        if self.at in (0, self.caches[0].shape[2]):
            self._lengthen()
        token_R = token_L.new_zeros(len(self.prompt_R)).index_copy_(0, self.slot_L, token_L)
        self.logits_LV = self._forward(token_R)[self.slot_L]
        self.at += 1

    def _follow(self, from_L: Tensor) -> None:
        """Assign slots: the first continuation of a text takes its slot, further ones get a copy in an idle slot."""
        source_L, used = self.slot_L[from_L], len(self.prompt_R)
        if len(source_L) < COMPACT_AT * used or len(source_L) > len(self.caches[0]):
            self.caches = [self._copy(cache, source_L, cache.shape[2]) for cache in self.caches]
            self.prompt_R = self.prompt_R[source_L]
            self.slot_L = torch.arange(len(source_L), device=source_L.device)
            return
        further_L = F.pad(source_L[1:] == source_L[:-1], (1, 0))
        copied = source_L[further_L]
        if len(copied):
            idle = torch.ones(len(self.caches[0]), dtype=torch.bool).to(source_L.device).index_fill_(0, source_L, False)
            slots = idle.nonzero().squeeze(1)[: len(copied)]
            for cache in self.caches:
                cache[slots, :, : self.at] = cache[copied, :, : self.at]
            self.prompt_R = F.pad(self.prompt_R, (0, max(0, int(slots[-1]) + 1 - used)))
            self.prompt_R[slots] = self.prompt_R[copied]
            source_L = source_L.masked_scatter(further_L, slots)
        self.slot_L = source_L

    def _copy(self, cache: Tensor, slots: Tensor, tokens: int) -> Tensor:
        """Copy some slots, with room for as many again; unwritten memory is uninitialized."""
        copy = cache.new_empty(min(2 * len(slots), self.most), cache.shape[1], tokens, cache.shape[3])
        copy[: len(slots), :, : self.at] = cache[:, :, : self.at].index_select(0, slots)
        return copy

    def _lengthen(self) -> None:
        slots = torch.arange(len(self.prompt_R), device=self.prompt_R.device)
        self.caches = [self._copy(cache, slots, self.at + BLOCK) for cache in self.caches]
        positions_1T = torch.arange(self.at + BLOCK + 1, device=slots.device)[None]
        cos_1TD, sin_1TD = self.model.base_model.rotary_emb(self.caches[0], positions_1T)
        half = self.size_D // 2
        self.cos_TD, self.sin_TD = cos_1TD[0], torch.cat([-sin_1TD[0, :, :half], sin_1TD[0, :, half:]], -1)

    def _forward(self, token_R: Tensor) -> Tensor:
        """Append a token to each slot and return the logits after it."""
        x_RH = F.embedding(token_R, self.model.get_input_embeddings().weight)
        position_R = (self.length_P + (self.at - self.hidden_PT.shape[1]))[self.prompt_R]
        cos_R1D, sin_R1D = self.cos_TD[position_R][:, None], self.sin_TD[position_R][:, None]
        hidden_R11T = self.hidden_PT[self.prompt_R][:, None, None] if self.padded else None
        for layer, keys, values in zip(self.layers, self.caches[::2], self.caches[1::2], strict=True):
            qkv_RND = _apply(_norm(x_RH, layer.norm), layer.qkv).view(len(x_RH), -1, self.size_D)
            qk_RND, v_RND = qkv_RND.split([self.heads + self.kv_heads, self.kv_heads], 1)
            if layer.qk_norm:
                weight_ND, eps = layer.qk_norm
                qk_RND = F.rms_norm(qk_RND, (self.size_D,), eps=eps) * weight_ND
            qk_RND = qk_RND * cos_R1D + qk_RND.roll(self.size_D // 2, -1) * sin_R1D
            keys[: len(x_RH), :, self.at] = qk_RND[:, self.heads :]
            values[: len(x_RH), :, self.at] = v_RND
            attended_RH = self._attend(qk_RND[:, : self.heads], keys, values, hidden_R11T)
            x_RH = x_RH + _apply(attended_RH, layer.out)
            gate_RF, up_RF = _apply(_norm(x_RH, layer.mlp_norm), layer.gate_up).chunk(2, -1)
            x_RH = x_RH + _apply(F.silu(gate_RF) * up_RF, layer.down)
        return self.model.get_output_embeddings()(_norm(x_RH, self.model.base_model.norm))

    def _attend(self, query_RND: Tensor, keys: Tensor, values: Tensor, hidden_R11T: Tensor | None) -> Tensor:
        """Attention by plain products, which beat the fused kernel for one query a text. K key heads, each for G query heads."""
        keys_RKTD, values_RKTD = (cache[: len(query_RND), :, : self.at + 1] for cache in (keys, values))
        query_RKGD = query_RND.view(len(query_RND), self.kv_heads, -1, self.size_D) * self.scale
        score_RKGT = query_RKGD @ keys_RKTD.transpose(2, 3)
        if hidden_R11T is not None:  # padding in front of the prompt
            score_RKGT[..., : hidden_R11T.shape[-1]].masked_fill_(hidden_R11T, -torch.inf)
        return (score_RKGT.softmax(-1) @ values_RKTD).flatten(1)


def _attention_maps(layer: Any) -> tuple[Any, ...]:
    a = layer.self_attn
    return a.q_proj, a.k_proj, a.v_proj, a.o_proj


def _mlp_maps(layer: Any) -> tuple[Any, ...]:
    return layer.mlp.gate_proj, layer.mlp.up_proj, layer.mlp.down_proj


def _joined(maps: Sequence[Any], fuse: bool) -> Projections:
    weights: list[Tensor] = [merged_weight(m) if is_lora(m) else m.weight for m in maps]
    biases: list[Tensor | None] = [m.bias for m in maps]
    if not fuse or len(maps) == 1:
        return list(zip(weights, biases, strict=True))
    given = [bias for bias in biases if bias is not None]
    return [(torch.cat(weights), torch.cat(given) if given else None)]


def _apply(x_RH: Tensor, maps: Projections) -> Tensor:
    outputs = [F.linear(x_RH, weight, bias) for weight, bias in maps]
    return outputs[0] if len(outputs) == 1 else torch.cat(outputs, -1)


def _norm(x_RH: Tensor, norm: Any) -> Tensor:
    return F.rms_norm(x_RH, x_RH.shape[-1:], norm.weight, norm.variance_epsilon)
