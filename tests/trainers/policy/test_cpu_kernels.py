"""The CPU kernels: the gradients are those of the model's own modules."""

from __future__ import annotations

import pytest
import torch
from batches import some_episodes
from small_models import MODELS, small_policy

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.learner.batch import collate
from r1.trainers.policy.cpu_kernels import SHORT, quicken, quicken_norms


@pytest.mark.parametrize("model", sorted(MODELS))
@pytest.mark.parametrize("length", [0, SHORT])
def test_the_kernels_change_no_gradient(model: str, length: int) -> None:
    """In short texts and in long ones, which go through torch's attention."""
    plain, quick = small_policy(model), small_policy(model)
    quicken(quick.model)
    assert sum(type(m).forward.__module__ == "r1.trainers.policy.cpu_kernels" for m in quick.model.modules()) >= 5
    found = []
    for policy in (plain, quick):
        batch = collate(some_episodes(), policy.pad_id, policy.device)
        ids_BT, own_BT = (torch.nn.functional.pad(x, (length, 0)) for x in (batch.ids_BT, batch.own_BT))
        policy.logp(ids_BT, own_BT, 1.0)[0].sum().backward()
        found.append(torch.cat([p.grad.flatten() for p in policy.model.parameters() if p.grad is not None]))
    torch.testing.assert_close(found[1], found[0], atol=1e-5, rtol=1e-4)
    assert quick.model.state_dict().keys() == plain.model.state_dict().keys()


def test_a_different_norm_is_left_alone() -> None:
    class OnePlus(torch.nn.Module):
        """Gemma's: the weight counts from 1."""

        def __init__(self) -> None:
            super().__init__()
            self.weight, self.variance_epsilon = torch.nn.Parameter(torch.rand(4)), 1e-6

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.rms_norm(x, (4,), 1 + self.weight, self.variance_epsilon)

    module = OnePlus()
    quicken_norms(module)
    assert type(module) is OnePlus
