"""Records losses and gradients of TRL 1.16 and verl 0.9.1, by their own code, for tests/trainers/learner/test_peer_losses.py.

    pip install trl==1.16.0 tensordict omegaconf hydra-core codetiming pyvers orjson dill && pip install --no-deps verl==0.9.1
    python scripts/peer_losses.py        # writes tests/golden/peer_losses.json

Everything is computed in float64, on random tensors that are recorded with the results.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

OUT = Path(__file__).parent.parent / "tests" / "golden" / "peer_losses.json"
GROUP, MAX_TOKENS = 3, 9
SEQUENCE = {"ratio": "sequence", "clip_low": 3e-4, "clip_high": 4e-4}
CISPO = {"surrogate": "cispo", "clip_low": 1.0, "clip_high": 4.0, "aggregate": "token"}

# our settings -> TRL's names for them
TRL: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"loss_type": "grpo"}),
    ({"aggregate": "token"}, {"loss_type": "bnpo"}),
    ({"aggregate": "token", "clip_high": 0.28}, {"loss_type": "dapo", "epsilon_high": 0.28}),
    ({"aggregate": "constant"}, {"loss_type": "dr_grpo"}),
    ({"clip_low": 10.0, "clip_high": 10.0}, {"loss_type": "grpo", "epsilon_low": 10.0, "epsilon_high": 10.0}),
    ({"dual_clip": 4.0}, {"loss_type": "grpo", "delta": 4.0}),
    (SEQUENCE, {"loss_type": "grpo", "importance_sampling_level": "sequence", "epsilon_low": 3e-4, "epsilon_high": 4e-4}),
    (CISPO, {"loss_type": "cispo", "epsilon_high": 5.0}),
    ({"kl_coef": 0.04}, {"loss_type": "grpo", "beta": 0.04}),
    ({"kl_coef": 0.04, "kl_unbiased": True}, {"loss_type": "grpo", "beta": 0.04, "use_bias_correction_kl": True}),
    ({"drift_mask": 0.1}, {"loss_type": "grpo", "off_policy_mask_threshold": 0.1}),
    ({"drift_mask": 0.1, "aggregate": "token", "kl_coef": 0.01, "dual_clip": 3.0},
     {"loss_type": "bnpo", "off_policy_mask_threshold": 0.1, "beta": 0.01, "delta": 3.0}),
]  # fmt: skip

# our settings -> verl's loss, aggregation and clip; rollout: threshold and level of the engine correction
VERL: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"aggregate": "token", "dual_clip": 3.0}, {"agg": "token-mean"}),
    ({"dual_clip": 3.0}, {"agg": "seq-mean-token-mean"}),
    ({"dual_clip": 3.0, "aggregate": "constant"}, {"agg": "seq-mean-token-sum-norm"}),
    ({"dual_clip": 3.0, "aggregate": "token", "clip_high": 0.28}, {"agg": "token-mean", "high": 0.28}),
    (SEQUENCE, {"loss": "gspo", "agg": "seq-mean-token-mean", "low": 3e-4, "high": 4e-4}),
    (CISPO, {"loss": "cispo", "agg": "token-mean", "low": 1.0, "high": 4.0}),
    ({"dual_clip": 3.0, "correction": "tis"}, {"agg": "seq-mean-token-mean", "rollout": (2.0, "token")}),
    ({"dual_clip": 3.0, "correction": "mis"}, {"agg": "seq-mean-token-mean", "rollout": ("0.5_2.0", "token")}),
    ({"dual_clip": 3.0, "correction": "seq_tis"}, {"agg": "seq-mean-token-mean", "rollout": (2.0, "sequence")}),
    ({"dual_clip": 3.0, "correction": "seq_mis"}, {"agg": "seq-mean-token-mean", "rollout": ("0.5_2.0", "sequence")}),
]  # fmt: skip


def problem() -> dict[str, Tensor]:
    """Two groups of three completions; log-ratios up to about 1.5, some of them between two settings of a clip."""
    g = torch.Generator().manual_seed(7)
    rows, width = 2 * GROUP, 7
    draw = lambda: torch.randn(rows, width, generator=g, dtype=torch.float64)  # noqa: E731
    old = -draw().abs() - 0.05
    logp = old + 0.5 * draw()
    logp[1, 0], logp[4, 1] = old[1, 0] + 1.7, old[4, 1] + 1.7
    logp[0, 2] = old[0, 2] + 0.22  # between a clip at 1.2 and one at 1.28
    length = torch.tensor([7, 3, 5, 1, 6, 4])
    return {
        "logp": logp,
        "old": old,
        "ref": old + 0.3 * draw(),
        "engine": old + 0.5 * draw(),
        "mask": (torch.arange(width) < length[:, None]).double(),
        "advantages": torch.tensor([1.2, -0.9, 0.4, 0.7, -1.1, -0.3], dtype=torch.float64),
        "rewards": torch.tensor([1.3, 0.0, 0.1, 0.2, 0.9, 0.2], dtype=torch.float64),
    }


def by_trl(p: dict[str, Tensor], settings: dict[str, Any]) -> tuple[Tensor, Tensor]:
    """Call TRL's ``_compute_loss`` on a stand-in that has only the attributes it reads."""
    from trl import GRPOTrainer

    logp = p["logp"].clone().requires_grad_()
    named = {"delta": None, "use_bias_correction_kl": False, "steps_per_generation": 1} | settings
    trainer = SimpleNamespace(
        _get_per_token_logps_and_entropies=lambda *_, **__: (logp, torch.zeros_like(logp), None),
        args=SimpleNamespace(**named),
        accelerator=SimpleNamespace(gather=lambda x: x, reduce=lambda x, **_: x, num_processes=1),
        model=SimpleNamespace(training=True),
        get_off_policy_mask=GRPOTrainer.get_off_policy_mask,
        _metrics=defaultdict(lambda: defaultdict(list)),
        **{"aux_loss_enabled": False, "top_entropy_quantile": 1.0, "use_vllm": False, "_entropy_bonus_enabled": False},
        **{"off_policy_mask_threshold": None, "importance_sampling_level": "token", "beta": 0.0},
        **{"epsilon_low": 0.2, "epsilon_high": 0.2, "max_completion_length": MAX_TOKENS},
        **{"current_gradient_accumulation_steps": 1, "vllm_importance_sampling_correction": False},
    )  # fmt: skip
    vars(trainer).update(settings)
    ids = torch.zeros(logp.shape, dtype=torch.long)
    inputs = {
        "prompt_ids": ids[:, :1],
        "prompt_mask": ids[:, :1] + 1,
        "completion_ids": ids,
        "completion_mask": p["mask"],
    }
    inputs |= {"advantages": p["advantages"], "old_per_token_logps": p["old"], "ref_per_token_logps": p["ref"]}
    inputs |= {"num_items_in_batch": p["mask"].sum()}
    loss = GRPOTrainer._compute_loss(trainer, None, inputs)
    return loss.detach(), torch.autograd.grad(loss, logp)[0]


def by_verl(p: dict[str, Tensor], how: dict[str, Any]) -> tuple[Tensor, Tensor]:
    from verl.trainer.ppo.core_algos import get_policy_loss_fn
    from verl.trainer.ppo.rollout_corr_helper import compute_rollout_correction_weights
    from verl.workers.config import ActorConfig

    logp = p["logp"].clone().requires_grad_()
    config = ActorConfig(strategy="fsdp", rollout_n=GROUP, ppo_micro_batch_size_per_gpu=1, clip_ratio_low=how.get("low", 0.2),
                         clip_ratio_high=how.get("high", 0.2))  # fmt: skip
    config.global_batch_info["loss_scale_factor"] = MAX_TOKENS
    if how["agg"] != "seq-mean-token-sum-norm":
        config.global_batch_info.clear()
    weights = None
    if "rollout" in how:
        threshold, level = how["rollout"]
        weights = compute_rollout_correction_weights(p["old"] - p["engine"], p["mask"], level, threshold)[0]
    advantages = p["advantages"][:, None].expand_as(logp)
    loss, _ = get_policy_loss_fn(how.get("loss", "vanilla"))(
        p["old"], logp, advantages, p["mask"], how["agg"], config, weights
    )
    return loss.detach(), torch.autograd.grad(loss, logp)[0]


def verl_advantages(p: dict[str, Tensor]) -> dict[str, list[float]]:
    """One number a row; verl repeats it for each token."""
    from verl.trainer.ppo import core_algos as verl

    index = [i // GROUP for i in range(len(p["rewards"]))]
    last = p["mask"].cumsum(1).eq(p["mask"].sum(1, keepdim=True)) & p["mask"].bool()
    scores = last.double() * p["rewards"][:, None]
    first = lambda advantages: advantages[:, 0].tolist()  # noqa: E731
    return {
        "std": first(verl.compute_grpo_outcome_advantage(scores, p["mask"], index, 0.0)[0]),
        "none": first(verl.compute_grpo_outcome_advantage(scores, p["mask"], index, norm_adv_by_std_in_grpo=False)[0]),
        "loo": first(verl.compute_rloo_outcome_advantage(scores, p["mask"], index)[0]),
    }


def main() -> None:
    from verl.trainer.ppo.core_algos import kl_penalty

    p = problem()
    rows = []
    for peer, cases, run in (("TRL 1.16.0", TRL, by_trl), ("verl 0.9.1", VERL, by_verl)):
        for ours, theirs in cases:
            loss, grad = run(p, theirs)
            row = {"peer": peer, "ours": {"kl_coef": 0.0} | ours, "theirs": theirs}
            rows.append(row | {"loss": loss.item(), "gradient": grad.tolist()})
    kls = {name: kl_penalty(p["logp"], p["ref"], name).tolist() for name in ("k1", "k2", "k3")}
    whole = {"problem": {k: v.tolist() for k, v in p.items()}, "max_tokens": MAX_TOKENS, "group": GROUP, "losses": rows}
    whole |= {"verl_kl": kls, "verl_advantages": verl_advantages(p)}
    OUT.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
