"""Every decoder family that transformers loads is sampled and scored with the numbers of its own eager forward, or refused."""

from __future__ import annotations

import pytest
import torch
from families import FAMILIES, family_policy

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import Config, with_settings
from r1.trainers.learner.batch import collate
from r1.trainers.learner.learner import Learner
from r1.trainers.policy.eager import MOST, eager_logits
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import Request, Sample, SamplingParams
from r1.trainers.rollout.episodes import Episode
from r1.trainers.rollout.local import LocalEngine

PROMPTS = ((5, 9, 40, 33, 71, 20, 18, 64, 90, 12), (7, 8), (11, 60, 4, 19, 88))


def eager_logp(policy: Policy, sample: Sample) -> torch.Tensor:
    (logits_TV,) = eager_logits(policy.model, [sample.prompt_ids + sample.token_ids])
    own = torch.tensor(sample.token_ids)
    return logits_TV[len(sample.prompt_ids) - 1 : -1].log_softmax(-1).gather(1, own[:, None]).squeeze(1)


@pytest.mark.filterwarnings("ignore")  # of the families' slow paths without their kernels
@pytest.mark.parametrize("family", FAMILIES)
def test_engine_and_learner_give_the_numbers_of_the_models_own_forward(family: str) -> None:
    policy = family_policy(family)
    learner = Learner(
        policy, with_settings(Config(), {"group": 2, "prompts": 3, "max_tokens": 8, "epochs": 2, "kl_coef": 0.0})
    )
    requests = [Request(prompt, (3 * i, 3 * i + 1)) for i, prompt in enumerate(PROMPTS)]
    groups = LocalEngine(policy.model, 0).generate(requests, SamplingParams(max_tokens=8))
    samples = [sample for group in groups for sample in group]
    episodes = [Episode("", "", s.prompt_ids, [*s.token_ids], [True] * len(s.logp), [*s.logp]) for s in samples]
    batch = collate(episodes, 0, policy.device)
    logp_BT = learner.score(batch).old_logp_BT
    assert logp_BT is not None
    for b, sample in enumerate(samples):
        wanted = eager_logp(policy, sample)
        assert (torch.tensor(sample.logp, dtype=torch.float32) - wanted).abs().max() < MOST, "engine"
        assert (logp_BT[b][batch.own_BT[b]] - wanted).abs().max() < MOST, "learner"
