"""Learner ranks that also sample must leave the engine enough memory."""

from __future__ import annotations

import importlib.util

import pytest
import torch

from r1.trainers.config import UsageError

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray")


@needs_ray
def test_learner_state_may_take_half_of_the_gpu() -> None:
    from r1.trainers.cluster.workers import check_room

    with torch.device("meta"):
        model = torch.nn.Sequential(torch.nn.Linear(1000, 1000, bias=False), torch.nn.Linear(1000, 1000, bias=False))
    check_room(model, False, 4, 2 * 16 * 2_000_000 // 4)
    with pytest.raises(UsageError, match=r"--learners 4: .*; use at least 5 learners"):
        check_room(model, True, 4, 2 * 16 * 2_000_000 // 4)
    model[0].requires_grad_(False)
    check_room(model, False, 4, 2 * 10 * 2_000_000 // 4)
    with pytest.raises(UsageError, match=r"--learners 4"):
        check_room(model, False, 4, 2 * 9 * 2_000_000 // 4)
