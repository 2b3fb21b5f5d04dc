"""Losses and gradients equal those of TRL and verl, computed by their own code on the same tensors.

scripts/peer_losses.py ran the peers and recorded the numbers.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
import torch
from shared_data import ROOT

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import Config, with_settings
from r1.trainers.learner.loss import group_advantages, kl, token_loss, token_weights

PEERS = json.loads((ROOT / "tests/golden/peer_losses.json").read_text())


P = {name: torch.tensor(value, dtype=torch.float64) for name, value in PEERS["problem"].items()}


def ours(settings: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    o = with_settings(Config(), settings).objective
    logp = P["logp"].clone().requires_grad_()
    loss_BT, _ = token_loss(
        o, logp, P["old"], P["advantages"], P["mask"], ref_logp_BT=P["ref"], engine_logp_BT=P["engine"]
    )
    loss = (loss_BT * token_weights(P["mask"], o.aggregate, PEERS["max_tokens"])).sum()
    return loss.detach(), torch.autograd.grad(loss, logp)[0]


@pytest.mark.parametrize("row", PEERS["losses"], ids=lambda row: f"{row['peer']} {row['ours']}")
def test_loss_and_gradient_equal_the_peers(row: dict[str, Any]) -> None:
    loss, grad = ours(row["ours"])
    torch.testing.assert_close(loss.item(), row["loss"], atol=1e-8, rtol=0)
    torch.testing.assert_close(grad, torch.tensor(row["gradient"], dtype=torch.float64), atol=1e-8, rtol=0)


def test_the_problem_distinguishes_the_variants() -> None:
    """Every setting in the list changes the loss or the gradient; otherwise agreement would prove little."""
    found = {json.dumps(row["ours"]): (row["loss"], row["gradient"]) for row in PEERS["losses"]}
    same = [(a, b) for a, b in itertools.combinations(found, 2) if found[a] == found[b]]
    assert not same


@pytest.mark.parametrize("name", ["k1", "k2", "k3"])
def test_kl_estimates_equal_verls(name: str) -> None:
    torch.testing.assert_close(
        kl(P["logp"], P["ref"], name), torch.tensor(PEERS["verl_kl"][name], dtype=torch.float64), atol=1e-12, rtol=0
    )


@pytest.mark.parametrize(
    ("scale", "baseline", "name"), [("std", "mean", "std"), ("none", "mean", "none"), ("none", "loo", "loo")]
)
def test_advantages_equal_verls(scale: str, baseline: str, name: str) -> None:
    found = group_advantages(P["rewards"].view(-1, PEERS["group"]), scale, baseline).flatten()
    torch.testing.assert_close(found.tolist(), PEERS["verl_advantages"][name], atol=1e-8, rtol=0)
