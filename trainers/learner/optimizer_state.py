"""Optimizer state: converts between keys by parameter name (sharded learners) and by index (torch's default).

This lets a run continue with another number of ranks, from one process to many and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn


def names_of(model: nn.Module) -> list[str]:
    """Return the names of the trained parameters, in the order in which the optimizer got them."""
    return [name for name, parameter in model.named_parameters() if parameter.requires_grad]


def by_name(state: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the state with names instead of indices as keys."""
    return _renamed(state, dict(enumerate(names)))


def by_index(state: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the state with indices instead of names as keys."""
    return _renamed(state, {name: index for index, name in enumerate(names)})


def _renamed(state: Mapping[str, Any], new: Mapping[Any, Any]) -> dict[str, Any]:
    """Replace the keys found in ``new``; the others are of the wanted kind already."""
    groups = [group | {"params": [new.get(key, key) for key in group["params"]]} for group in state["param_groups"]]
    return {"state": {new.get(key, key): value for key, value in state["state"].items()}, "param_groups": groups}
