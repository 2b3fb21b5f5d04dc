"""Decoder: the key-value cache of rows that are being completed, and the logits of each row's next token. L = live rows.

Any Hugging Face model is stepped through its own forward. A plain Llama-like one (`LEAN`) gets `LeanDecoder`: the same
numbers from the same weights in a third of the operations, for a step of a small model is mostly overhead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from r1.trainers.lora import is_lora, merged_weight

LEAN = ("LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM", "MistralForCausalLM")
FUSED_WEIGHTS = 1 << 20  # of a layer: up to here its projections are joined, which costs a copy and saves calls
BLOCK = 64  # tokens by which a lean cache grows
COMPACT_AT = (
    1 / 2
)  # share of live rows below which the others leave a lean cache: sooner, and copying costs more than it saves


def decoder_for(model: Any, pad_id: int, prompts: Sequence[tuple[int, ...]], copies: Sequence[int]) -> Decoder:
    """A decoder that has read every prompt once and stands before the first token of ``copies`` rows of each."""
    return (LeanDecoder if is_lean(model) else Decoder)(model, pad_id, prompts, copies)


def is_lean(model: Any) -> bool:
    """Whether the model is one of `LEAN` as published: no window, a rotation that depends on position alone.

    LoRA adapters are fine: they are merged into what a wave reads."""
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
    """Steps a model through its own forward, with the cache that it made itself."""

    def __init__(self, model: Any, pad_id: int, prompts: Sequence[tuple[int, ...]], copies: Sequence[int]) -> None:
        self.model = model
        width = max(map(len, prompts))
        ids_PT = torch.tensor([[pad_id] * (width - len(p)) + list(p) for p in prompts], device=model.device)
        length_P1 = torch.tensor([[len(p)] for p in prompts], device=model.device)
        mask_PT = torch.arange(width, device=model.device) >= width - length_P1  # padded on the left: rows end together
        self.padded = not bool(mask_PT.all())
        output = model(
            input_ids=ids_PT,
            attention_mask=mask_PT.long() if self.padded else None,
            position_ids=(mask_PT.cumsum(1) - 1).clamp(min=0),
            use_cache=True,
            logits_to_keep=1,
        )
        group_L = torch.repeat_interleave(torch.tensor(copies)).to(model.device)
        self.cache = output.past_key_values
        self.cache.batch_select_indices(group_L)
        self.mask_LT, self.position_L1 = mask_PT[group_L], length_P1[group_L]
        self.logits_LV = output.logits[:, -1][group_L]

    def step(self, token_L: Tensor, keep_L: Tensor | None) -> None:
        """Feed each live row its token; first drop the rows not named in ``keep_L`` (indices into the present rows)."""
        if keep_L is not None:
            self.cache.batch_select_indices(keep_L)
            self.mask_LT, self.position_L1 = self.mask_LT[keep_L], self.position_L1[keep_L]
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


Projections = list[tuple[Tensor, Tensor | None]]  # weight and bias of one or several linear maps of the same input


@dataclass(frozen=True)
class _Layer:
    """The weights of one layer as a step uses them."""

    norm: Any
    qkv: Projections
    qk_norm: tuple[Tensor, float] | None  # [heads, D] weights of queries and keys, epsilon
    out: Projections
    mlp_norm: Any
    gate_up: Projections
    down: Projections


class LeanDecoder(Decoder):
    """A Llama-like model's step written out, on a cache that grows in blocks and drops finished rows now and then.

    Rows R of the cache are the live ones and a few that have ended since the last compaction.
    """

    def __init__(self, model: Any, pad_id: int, prompts: Sequence[tuple[int, ...]], copies: Sequence[int]) -> None:
        super().__init__(model, pad_id, prompts, copies)
        c = model.config
        self.heads, self.kv_heads = c.num_attention_heads, c.num_key_value_heads
        self.layers = [self._layer(layer) for layer in model.base_model.layers]
        self.size_D = self.cache.layers[0].keys.shape[-1]
        self.scale = model.base_model.layers[0].self_attn.scaling
        self.at = self.mask_LT.shape[1]  # tokens in the cache
        self.keys = [layer.keys for layer in self.cache.layers]
        self.values = [layer.values for layer in self.cache.layers]
        self.mask_RT, self.position_R = self.mask_LT, self.position_L1.squeeze(1)
        self.live_R = torch.arange(len(self.position_R), device=model.device)
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

    def step(self, token_L: Tensor, keep_L: Tensor | None) -> None:
        if keep_L is not None:
            self.live_R = self.live_R[keep_L]
        if len(self.live_R) < COMPACT_AT * len(self.position_R):
            self._compact()
        if self.at == self.keys[0].shape[2] or self.at == 0:
            self._grow()
        token_R = token_L.new_zeros(len(self.position_R)).index_copy(0, self.live_R, token_L)
        self.logits_LV = self._forward(token_R)[self.live_R]
        self.at += 1
        self.position_R = self.position_R + 1

    def _compact(self) -> None:
        self.keys, self.values = [self._live(k) for k in self.keys], [self._live(v) for v in self.values]
        self.mask_RT, self.position_R = self.mask_RT[self.live_R], self.position_R[self.live_R]
        self.live_R = torch.arange(len(self.live_R), device=self.live_R.device)

    def _live(self, cache_RNTD: Tensor) -> Tensor:
        kept_LNTD = cache_RNTD.new_empty(len(self.live_R), *cache_RNTD.shape[1:])
        kept_LNTD[:, :, : self.at] = cache_RNTD[:, :, : self.at].index_select(0, self.live_R)
        return kept_LNTD

    def _grow(self) -> None:
        self.keys, self.values = [_longer(k) for k in self.keys], [_longer(v) for v in self.values]
        self.mask_RT = F.pad(self.mask_RT, (0, BLOCK), value=True)
        positions_1T = torch.arange(self.at + BLOCK + 1, device=self.mask_RT.device)[None]
        cos_1TD, sin_1TD = self.model.base_model.rotary_emb(self.keys[0], positions_1T)
        half = self.size_D // 2
        self.cos_TD, self.sin_TD = cos_1TD[0], torch.cat([-sin_1TD[0, :, :half], sin_1TD[0, :, half:]], -1)

    def _forward(self, token_R: Tensor) -> Tensor:
        """Logits after one more token of each row."""
        x_RH = F.embedding(token_R, self.model.get_input_embeddings().weight)
        cos_R1D, sin_R1D = self.cos_TD[self.position_R][:, None], self.sin_TD[self.position_R][:, None]
        hidden_R11T = ~self.mask_RT[:, None, None, : self.at + 1] if self.padded else None
        for i, layer in enumerate(self.layers):
            qkv_RND = _apply(_norm(x_RH, layer.norm), layer.qkv).view(len(x_RH), -1, self.size_D)
            qk_RND, v_RND = qkv_RND.split([self.heads + self.kv_heads, self.kv_heads], 1)
            if layer.qk_norm:
                weight_ND, eps = layer.qk_norm
                qk_RND = F.rms_norm(qk_RND, (self.size_D,), eps=eps) * weight_ND
            qk_RND = qk_RND * cos_R1D + qk_RND.roll(self.size_D // 2, -1) * sin_R1D
            self.keys[i][:, :, self.at] = qk_RND[:, self.heads :]
            self.values[i][:, :, self.at] = v_RND
            x_RH = x_RH + _apply(self._attend(qk_RND[:, : self.heads], i, hidden_R11T), layer.out)
            gate_RF, up_RF = _apply(_norm(x_RH, layer.mlp_norm), layer.gate_up).chunk(2, -1)
            x_RH = x_RH + _apply(F.silu(gate_RF) * up_RF, layer.down)
        return self.model.get_output_embeddings()(_norm(x_RH, self.model.base_model.norm))

    def _attend(self, query_RND: Tensor, layer: int, hidden_R11T: Tensor | None) -> Tensor:
        """Plain products: with one query a row they beat the fused kernel. K heads of keys, each for G heads of queries."""
        keys_RKTD, values_RKTD = (c[layer][:, :, : self.at + 1] for c in (self.keys, self.values))
        query_RKGD = query_RND.view(len(query_RND), self.kv_heads, -1, self.size_D) * self.scale
        score_RKGT = query_RKGD @ keys_RKTD.transpose(2, 3)
        if hidden_R11T is not None:
            score_RKGT.masked_fill_(hidden_R11T, -torch.inf)
        return (score_RKGT.softmax(-1) @ values_RKTD).flatten(1)


def _longer(cache_RNTD: Tensor) -> Tensor:
    """With room for ``BLOCK`` more tokens, which holds anything until it is written."""
    rows, heads, tokens, size = cache_RNTD.shape
    longer_RNTD = cache_RNTD.new_empty(rows, heads, tokens + BLOCK, size)
    longer_RNTD[:, :, :tokens] = cache_RNTD
    return longer_RNTD


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
