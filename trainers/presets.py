"""Presets: the settings behind each ``--objective``, and those of a run on the tiny policy."""

from typing import Any

# Sources are cited in learner/loss.py; docs/trainer.md shows the same table for people.
OBJECTIVES: dict[str, dict[str, Any]] = {
    "grpo": {},
    "dr_grpo": {"aggregate": "constant", "advantage_scale": "none", "kl_coef": 0.0},
    "dapo": {"aggregate": "token", "clip_high": 0.28, "kl_coef": 0.0, "mask_truncated": True, "dynamic_sampling": 3},
    "gspo": {"ratio": "sequence", "clip_low": 3e-4, "clip_high": 4e-4, "kl_coef": 0.0},
    "cispo": {"surrogate": "cispo", "aggregate": "token", "clip_low": 1.0, "clip_high": 4.0, "kl_coef": 0.0},
    "rloo": {"baseline": "loo", "advantage_scale": "none", "aggregate": "constant", "kl": "k1", "kl_in_reward": True},
    "reinforce_pp": {"baseline": "batch", "advantage_scale": "batch", "aggregate": "token", "kl": "k2"},
}

_TINY: dict[str, Any] = {
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
TINY: dict[str, dict[str, Any]] = {  # environment -> defaults without --model; the tiny policy learns in few steps
    "math": _TINY,
    "code": _TINY | {"steps": 40, "max_tokens": 96},
    "code-repair": _TINY | {"steps": 30, "max_tokens": 96, "prompts": 8, "eval_tasks": 64},
}
