"""A learner on 1, 2 or 4 ranks: gradient, metrics, weights and state are those of one process."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from batches import Sums, some_batch
from torch import distributed as dist
from torch import multiprocessing

from r1.trainers.config import Config, with_settings
from r1.trainers.learner.learner import Learner
from r1.trainers.policy.policy import load_policy

CPU = torch.device("cpu")


def settings() -> Config:
    return with_settings(Config(model="given"), {"lr": 1e-3, "tokens": 60, "kl_coef": 0.1, "epochs": 2, "ref_every": 2})


def rank_work(rank: int, world: int, path: str, out: str, one_process: str) -> None:
    from r1.trainers.learner.sharded import ShardedLearner, ShardedPolicy

    dist.init_process_group("gloo", init_method=f"file://{out}.rendezvous", rank=rank, world_size=world)
    learner = ShardedLearner(ShardedPolicy.load(path, CPU, settings()), settings())
    sums = Sums()
    batch = learner.score(some_batch())
    learner.backward(batch, sums)
    gradients = {n: p.grad.full_tensor().clone() for n, p in learner.policy.model.named_parameters()}
    learner.score(some_batch())  # leaves the root gathered
    learner.load_state(learner.state())  # a restore before the first step must not count as a step
    metrics = [learner.update(learner.score(some_batch()), step) for step in range(2)]
    learner.load_state(learner.state())
    metrics.append(learner.update(learner.score(some_batch()), 2))
    weights, state = dict(learner.policy.weights()), learner.state()
    learner.load_state(torch.load(one_process))  # a run continues with more ranks
    moved = learner.update(learner.score(some_batch()), 2)
    if rank == 0:
        torch.save((gradients, dict(sums), metrics, weights, batch.ref_logp_BT, state, moved), out)
    dist.destroy_process_group()


@pytest.mark.parametrize("world", [1, 2, pytest.param(4, marks=pytest.mark.runs)])
def test_the_number_of_ranks_does_not_change_the_gradient(world: int, model_dir: Path, tmp_path: Path) -> None:
    learner = Learner(load_policy(str(model_dir), CPU), settings())
    sums = Sums()
    batch = learner.score(some_batch())
    learner.backward(batch, sums)
    begun = Learner(load_policy(str(model_dir), CPU), settings())
    expected = [begun.update(begun.score(some_batch()), step) for step in range(2)]
    torch.save(begun.state(), tmp_path / "state")
    expected.append(begun.update(begun.score(some_batch()), 2))
    spawned = (world, str(model_dir), str(tmp_path / "out"), str(tmp_path / "state"))
    multiprocessing.spawn(rank_work, spawned, nprocs=world)
    gradients, rank_sums, metrics, weights, ref_logp_BT, state, moved = torch.load(tmp_path / "out")
    assert torch.allclose(ref_logp_BT, batch.ref_logp_BT, atol=1e-5)
    assert rank_sums == pytest.approx(dict(sums), abs=1e-4)
    worst = 0.0
    for name, parameter in learner.policy.model.named_parameters():
        worst = max(worst, (gradients[name] - parameter.grad).abs().max().item())
    print(f"{world} ranks: largest difference of a gradient {worst:.1e}")
    assert worst < 1e-6
    for ours, theirs in zip([*expected, expected[-1]], [*metrics, moved], strict=True):
        assert theirs == pytest.approx(ours, rel=1e-3, abs=1e-4)
    for name, weight in begun.policy.weights():
        assert torch.allclose(weights[name], weight, atol=2e-4), name
    learner.load_state(state)  # and another one continues in one process
    expected.append(begun.update(begun.score(some_batch()), 3))
    assert learner.update(learner.score(some_batch()), 3) == pytest.approx(expected[-1], rel=1e-3, abs=1e-4)
