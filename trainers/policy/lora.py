"""LoRA: low-rank adapters next to frozen weights (through peft), and the merged weights.

An adapted map computes ``x Wᵀ + (α/r) x Aᵀ Bᵀ`` with W frozen [arXiv 2106.09685]; rollouts and exports use the merged weight.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from r1.trainers.config import Config

ADAPTER = "default"


def add_lora(model: Any, rank: int, alpha: int, seed: int) -> None:
    """Freeze the model and add an adapter to every linear map of its layers (not to the head), in place.

    The policy does not change, because B starts as 0. A is random, from ``seed``; torch's global generator is not changed.
    In a mixture of experts only attention is adapted, because transformers keeps all experts in one tensor.
    """
    from peft import LoraConfig, inject_adapter_in_model

    maps = [name for name, module in model.base_model.named_modules() if type(module) is torch.nn.Linear]
    if any(name.endswith(".experts") for name, _ in model.named_modules()):
        maps = [name for name in maps if ".self_attn." in name]
    names = {name.rsplit(".", 1)[-1] for name in maps}
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=sorted(names), task_type="CAUSAL_LM")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        inject_adapter_in_model(config, model, ADAPTER)


def adapt(model: Any, config: Config) -> None:
    """Add the adapters of the configuration, unless the model already has some."""
    o = config.optim
    if o.lora_rank and not has_lora(model):
        add_lora(model, o.lora_rank, o.lora_alpha or 2 * o.lora_rank, config.seed)


def is_lora(module: Any) -> bool:
    return hasattr(module, "lora_A") and hasattr(module, "base_layer")


def has_lora(model: Any) -> bool:
    return any(is_lora(module) for module in model.modules())


@torch.no_grad()
def merged_weight(module: Any) -> Tensor:
    """Return the sum of weight and adapter; neither is changed, so that repeated merging accumulates no rounding."""
    return module.base_layer.weight + module.get_delta_weight(ADAPTER)


@torch.no_grad()
def merged_weights(model: Any) -> Iterator[tuple[str, Tensor]]:
    """Yield name and tensor of every parameter of the model without adapters, with the adapters merged."""
    adapted = {f"{name}.base_layer.weight": module for name, module in model.named_modules() if is_lora(module)}
    for name, parameter in model.named_parameters():
        if name in adapted:
            yield name.replace(".base_layer.", "."), merged_weight(adapted[name])
        elif ".lora_" not in name:
            yield name.replace(".base_layer.", "."), parameter.detach()


def export_merged(model: Any, directory: Path) -> None:
    """Write the merged model as a plain Hugging Face directory, and the adapter alone, for peft, under ``adapter``."""
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    whole = type(model)(copy.deepcopy(model.config)).to(model.dtype)
    whole.load_state_dict(dict(merged_weights(model)), strict=False)  # tied weights have only one name
    whole.generation_config = model.generation_config
    whole.save_pretrained(directory)
    adapter = get_peft_model_state_dict(model, adapter_name=ADAPTER)
    (directory / "adapter").mkdir(exist_ok=True)
    named = {f"base_model.model.{name}": tensor.contiguous() for name, tensor in adapter.items()}
    save_file(named, directory / "adapter" / "adapter_model.safetensors")
    model.peft_config[ADAPTER].save_pretrained(directory / "adapter")
