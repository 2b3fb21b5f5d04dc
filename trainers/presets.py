"""Tiny settings: what a run on the tiny policy is told where the user says nothing (it learns fast and briefly)."""

from typing import Any

_COMMON: dict[str, Any] = {
    "template": "plain",
    "steps": 80,
    "prompts": 16,
    "group": 16,
    "max_tokens": 64,
    "lr": 4e-4,
    "final_lr": 0.1,
    "eval_every": 20,
    "save_every": 20,
}
TINY: dict[str, dict[str, Any]] = {
    "math": _COMMON,
    "code": _COMMON | {"steps": 40, "max_tokens": 96},
    "code-repair": _COMMON | {"steps": 30, "max_tokens": 96, "prompts": 8, "eval_tasks": 64},
}
