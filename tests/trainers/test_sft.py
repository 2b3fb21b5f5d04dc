"""Supervised training: pairs are learned in order, prompts are not, and padding changes nothing."""

from __future__ import annotations

import copy

import pytest
import torch

from r1.trainers.policy.policy import Policy
from r1.trainers.sft import Supervised, fit

PAIRS = [("1+1=", "2"), ("2+2=", "4"), ("3+13=", "16"), ("40+2=", "42")]


@pytest.mark.parametrize(("optimizer", "lr"), [("adamw", 1e-2), ("muon", 1e-2)])
def test_the_loss_of_repeated_pairs_falls(policy: Policy, optimizer: str, lr: float) -> None:
    losses: list[float] = []
    how = Supervised(rows=4, lr=lr, warmup=2, optimizer=optimizer)
    last = fit(policy, PAIRS * 20, how, lambda step, loss: losses.append(loss))
    assert len(losses) == 20 and losses[-1] == last
    assert last < losses[0] / 2


def test_the_loss_covers_the_completion_and_its_stop_token_only(policy: Policy) -> None:
    """A learning rate of 0 shows the loss of the untrained policy: the mean over "16" and the stop token."""
    prompt, completion = "3+13=", "16"
    asked = policy.encode(None, prompt)
    written = (*policy.tokenizer(completion, add_special_tokens=False)["input_ids"], policy.tokenizer.eos_token_id)
    ids = torch.tensor([[*asked, *written]])
    with torch.no_grad():
        logp = torch.log_softmax(policy.model(input_ids=ids).logits[0, :-1], -1)
    want = -logp[torch.arange(len(asked) - 1, ids.shape[1] - 1), ids[0, len(asked) :]].mean().item()
    how = Supervised(rows=1, lr=0.0, warmup=1)
    assert fit(policy, [(prompt, completion)], how) == pytest.approx(want, rel=1e-4)


def test_a_longer_neighbor_does_not_change_the_loss_of_a_pair(policy: Policy) -> None:
    """The mean over two rows weights tokens, so it follows from the rows alone."""
    alone = [fit(copy.deepcopy(policy), [pair], Supervised(rows=1, lr=0.0, warmup=1)) for pair in (PAIRS[0], PAIRS[2])]
    together = fit(policy, [PAIRS[0], PAIRS[2]], Supervised(rows=2, lr=0.0, warmup=1))
    assert together == pytest.approx((2 * alone[0] + 3 * alone[1]) / 5, rel=1e-4)


def test_an_unknown_optimizer_is_rejected(policy: Policy) -> None:
    with pytest.raises(ValueError, match="expected one of: adamw, muon"):
        fit(policy, PAIRS, Supervised(optimizer="sgd"))
