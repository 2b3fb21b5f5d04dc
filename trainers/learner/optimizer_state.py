"""Optimizer state: by the names of parameters (sharded learners) or by their places (torch's own), each from the other.

So a run may go on with another number of ranks, from one process to many and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn


def names_of(model: nn.Module) -> list[str]:
    """Names of what is trained, in the order in which an optimizer was given it."""
    return [name for name, parameter in model.named_parameters() if parameter.requires_grad]


def by_name(state: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return _renamed(state, dict(enumerate(names)))


def by_place(state: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return _renamed(state, {name: place for place, name in enumerate(names)})


def _renamed(state: Mapping[str, Any], new: Mapping[Any, Any]) -> dict[str, Any]:
    """Keys found in ``new`` are replaced, others are as they should be."""
    groups = [group | {"params": [new.get(key, key) for key in group["params"]]} for group in state["param_groups"]]
    return {"state": {new.get(key, key): value for key, value in state["state"].items()}, "param_groups": groups}
