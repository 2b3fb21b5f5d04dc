"""The learner: the division of a batch does not matter, and rows without a signal have no effect."""

from __future__ import annotations

import copy
import dataclasses
import math
from typing import Any

import pytest
import torch
from batches import Sums
from hypothesis import given, settings
from hypothesis import strategies as st

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import Config, with_settings
from r1.trainers.learner.batch import Batch, collate, with_advantages
from r1.trainers.learner.learner import Learner, learning_rate
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.episodes import Episode


def config(**changes: Any) -> Config:
    base = with_settings(Config(), {"group": 4, "prompts": 2, "max_tokens": 10, "lr": 1e-2, "kl_coef": 0.0})
    return with_settings(base, changes)


def episode(seed: int, reward: float, length: int, prompt: int = 4, finish: str = "stop") -> Episode:
    g = torch.Generator().manual_seed(seed)
    tokens = torch.randint(10, 60, (prompt + length,), generator=g).tolist()
    return Episode(
        task_id=str(seed),
        prompt="?",
        prompt_ids=tuple(tokens[:prompt]),
        token_ids=tokens[prompt:],
        own=[True] * length,
        logp=[-1.0] * length,
        reward=reward,
        components={"accuracy": reward},
        finish=finish,
    )


EPISODES = [
    episode(i, r, n) for i, (r, n) in enumerate(zip([1, 0, 0, 1, 0.3, 1, 0, 0], [3, 5, 2, 7, 1, 9, 4, 4], strict=True))
]


def gradient(
    policy: Policy, c: Config, episodes: list[Episode], order: list[int] | None = None, pad: int = 0
) -> torch.Tensor:
    """Flat gradient of one batch; ``order`` permutes rows after the advantages are known."""
    learner = Learner(copy.deepcopy(policy), c)
    batch = collate(episodes, policy.pad_id, policy.device, c.objective.mask_truncated)
    batch = with_advantages(learner.score(batch), episodes, c.sampling.group, c.objective, c.sampling.max_tokens)
    if order is not None:
        batch = batch.rows(torch.tensor(order))
    if pad:
        widen = {
            k: torch.nn.functional.pad(v, (0, pad)) for k, v in vars(batch).items() if v is not None and v.dim() == 2
        }
        batch = dataclasses.replace(batch, **widen)
    learner.backward(batch, Sums())
    return torch.cat(
        [p.grad.flatten() if p.grad is not None else torch.zeros(p.numel()) for p in learner.policy.model.parameters()]
    )


@pytest.mark.parametrize("aggregate", ["sequence", "token", "constant"])
@pytest.mark.parametrize("beta", [0.0, 0.1])
def test_micro_batches_order_and_padding_do_not_change_the_gradient(
    policy: Policy, aggregate: str, beta: float
) -> None:
    c = config(aggregate=aggregate, kl_coef=beta)
    want = gradient(policy, c, EPISODES)
    assert want.abs().max() > 1e-3
    for tokens in (1, 20, 40, 10_000):
        torch.testing.assert_close(
            gradient(policy, with_settings(c, {"tokens": tokens}), EPISODES), want, atol=1e-6, rtol=1e-4
        )
    torch.testing.assert_close(
        gradient(policy, c, EPISODES, order=[5, 2, 7, 0, 1, 6, 3, 4]), want, atol=1e-6, rtol=1e-4
    )
    torch.testing.assert_close(gradient(policy, c, EPISODES, pad=6), want, atol=1e-6, rtol=1e-4)


def test_the_gradient_equals_that_of_one_unpadded_row_at_a_time(policy: Policy) -> None:
    """R1 eq. 1-3 by hand: each sequence alone through the model, without our batch code."""
    rewards = torch.tensor([[e.reward for e in EPISODES[:4]], [e.reward for e in EPISODES[4:]]], dtype=torch.float64)
    advantage = ((rewards - rewards.mean(1, keepdim=True)) / rewards.std(1, keepdim=True)).flatten()
    model = copy.deepcopy(policy.model).double()
    loss = torch.zeros((), dtype=torch.float64)
    for a, e in zip(advantage, EPISODES, strict=True):
        ids = torch.tensor([[*e.prompt_ids, *e.token_ids]])
        logp = torch.log_softmax(model(input_ids=ids).logits[:, :-1], -1).gather(2, ids[:, 1:, None])[0, :, 0]
        logp = logp[len(e.prompt_ids) - 1 :]
        loss = loss - ((logp - logp.detach()).exp() * a).mean() / len(EPISODES)
    loss.backward()
    want = torch.cat([p.grad.flatten() for p in model.parameters()]).float()
    torch.testing.assert_close(gradient(policy, config(), EPISODES), want, atol=1e-6, rtol=1e-4)


@settings(max_examples=10)
@given(reward=st.floats(-5, 5), objective=st.sampled_from(["std", "batch", "none"]))
def test_groups_of_equal_rewards_give_exactly_no_gradient(shared_policy: Policy, reward: float, objective: str) -> None:
    same = [dataclasses.replace(e, reward=reward) for e in EPISODES]
    assert (gradient(shared_policy, config(advantage_scale=objective), same) == 0).all()


def test_rows_without_signal_are_skipped_only_if_that_changes_nothing(policy: Policy) -> None:
    """Rows of a group with equal rewards are skipped without a KL term, but not with one, which gives them a gradient."""
    half = EPISODES[:4] + [dataclasses.replace(e, reward=1.0) for e in EPISODES[4:]]
    for beta, trained in ((0.0, 0.5), (0.1, 1.0)):
        learner = Learner(copy.deepcopy(policy), config(kl_coef=beta))
        batch = with_advantages(learner.score(collate(half, 0, policy.device)), half, 4, learner.config.objective, 10)
        assert learner.update(batch, 0)["trained_share"] == trained
    spared = gradient(policy, config(), half)
    learner = Learner(copy.deepcopy(policy), config())
    learner._spare_silent_rows = False
    batch = with_advantages(collate(half, 0, policy.device), half, 4, learner.config.objective, 10)
    learner.backward(batch, Sums())
    full = torch.cat([p.grad.flatten() for p in learner.policy.model.parameters()])
    torch.testing.assert_close(spared, full, atol=1e-7, rtol=1e-5)


def test_an_unscored_episode_does_not_affect_the_gradient(policy: Policy) -> None:
    """With a fifth, unscored completion, the gradient is that of the other four."""
    broken = [*EPISODES[:4], episode(99, math.nan, 6)]
    torch.testing.assert_close(
        gradient(policy, config(group=5), broken), gradient(policy, config(), EPISODES[:4]), atol=1e-7, rtol=1e-5
    )


def test_all_unscored_is_a_step_without_a_gradient(policy: Policy) -> None:
    dead = [dataclasses.replace(e, reward=math.nan) for e in EPISODES]
    learner = Learner(copy.deepcopy(policy), config(kl_coef=0.1))
    batch = with_advantages(learner.score(collate(dead, 0, policy.device)), dead, 4, learner.config.objective, 10)
    metrics = learner.update(batch, 0)
    assert metrics["grad_norm"] == 0
    assert all(math.isfinite(v) for v in metrics.values())


def test_with_several_passes_the_policy_leaves_the_old_one(policy: Policy) -> None:
    learner = Learner(copy.deepcopy(policy), config(epochs=3, minibatches=2, lr=3e-3))
    batch = learner.score(collate(EPISODES, 0, policy.device))
    assert batch.old_logp_BT is not None
    metrics = learner.update(with_advantages(batch, EPISODES, 4, learner.config.objective, 10), 0)
    assert abs(metrics["ratio"] - 1) > 1e-3


def test_kl_in_the_reward_lowers_the_reward_of_drifted_completions(policy: Policy) -> None:
    c = config(kl_coef=0.5, kl_in_reward=True, kl="k1", advantage_scale="none")
    learner = Learner(copy.deepcopy(policy), c)
    with torch.no_grad():
        for p in learner.policy.model.parameters():
            p.add_(0.05 * torch.randn(p.shape, generator=torch.Generator().manual_seed(3)))
    batch = learner.score(collate(EPISODES[:4], 0, policy.device))
    ours = with_advantages(batch, EPISODES[:4], 4, c.objective, 10).advantages_B
    assert batch.old_logp_BT is not None
    assert batch.ref_logp_BT is not None
    drift = ((batch.old_logp_BT - batch.ref_logp_BT) * batch.own_BT).sum(1)
    rewards = torch.tensor([e.reward for e in EPISODES[:4]]) - 0.5 * drift
    torch.testing.assert_close(ours, rewards - rewards.mean(), atol=1e-5, rtol=1e-5)


def test_the_reference_is_updated_every_ref_every_steps(policy: Policy) -> None:
    learner = Learner(copy.deepcopy(policy), config(kl_coef=0.1, ref_every=2))
    assert learner.reference is not None

    def apart() -> float:
        assert learner.reference is not None
        ours, ref = learner.policy.model.parameters(), learner.reference.model.parameters()
        return max((a - b).abs().max().item() for a, b in zip(ours, ref, strict=True))

    for step, follows in enumerate([False, True, False]):
        batch = learner.score(collate(EPISODES, 0, policy.device))
        learner.update(with_advantages(batch, EPISODES, 4, learner.config.objective, 10), step)
        assert (apart() == 0) is follows


def test_the_learning_rate_rises_and_falls_linearly() -> None:
    c = config(steps=11, lr=1.0, warmup=2, final_lr=0.1)
    rates = [learning_rate(c, step) for step in range(11)]
    assert rates[:3] == [0.5, 1.0, 1.0]
    assert rates[-1] == pytest.approx(0.1)
    assert rates == sorted(rates[:2]) + sorted(rates[2:], reverse=True)


def test_an_infinite_gradient_stops_the_run_and_leaves_the_weights(policy: Policy) -> None:
    learner = Learner(copy.deepcopy(policy), config())
    before = [p.clone() for p in learner.policy.model.parameters()]
    batch = with_advantages(collate(EPISODES, 0, policy.device), EPISODES, 4, learner.config.objective, 10)
    poisoned: Batch = dataclasses.replace(batch, advantages_B=batch.advantages_B * math.inf)
    with pytest.raises(FloatingPointError, match="lower --lr"):
        learner.update(poisoned, 0)
    assert all(torch.equal(a, b) for a, b in zip(before, learner.policy.model.parameters(), strict=True))
