"""The batch: which tokens of an episode get a gradient, and the overlong penalty."""

from __future__ import annotations

import dataclasses

import torch

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.learner.batch import collate, overlong_penalty
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.episodes import Episode


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


def test_truncated_completions_can_be_masked(policy: Policy) -> None:
    cut = [dataclasses.replace(e, finish="length") if i == 3 else e for i, e in enumerate(EPISODES[:4])]
    masked = collate(cut, 0, policy.device, mask_truncated=True)
    assert masked.own_BT.any(1).tolist() == [True, True, True, False]


def test_tokens_of_the_environment_get_no_gradient(policy: Policy) -> None:
    mixed = dataclasses.replace(EPISODES[3], own=[True, True, False, False, True, True, True])
    batch = collate([mixed], 0, policy.device)
    assert batch.own_BT[0].tolist() == [False] * 4 + [True, True, False, False, True, True, True]


def test_overlong_penalty_by_hand() -> None:
    """DAPO eq. 13 with L_max 20 and a buffer of 4."""
    lengths = torch.tensor([[10, 16, 17, 20]])
    assert overlong_penalty(lengths, 20, 4).tolist() == [[0, 0, -0.25, -1]]


def test_an_empty_completion_is_a_row_without_own_tokens(policy: Policy) -> None:
    from r1.trainers.learner.batch import collate
    from r1.trainers.rollout.episodes import Episode

    empty = Episode("t", "?", (5, 6), finish="length")
    batch = collate([empty, Episode("t", "?", (5,), [7, 1], [True, True], [-1.0, -1.0])], 0, policy.device)
    assert batch.own_BT.tolist() == [[False] * 3, [False, True, True]]
