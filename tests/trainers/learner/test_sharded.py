"""Sharded learners: any number of ranks gives the numbers of one process, in bfloat16 up to rounding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from batches import Sums, some_batch
from torch import distributed as dist
from torch import multiprocessing
from torch.distributed.tensor import DTensor

from r1.trainers.config import Config, with_settings
from r1.trainers.learner.learner import Learner
from r1.trainers.policy.policy import load_policy

CPU = torch.device("cpu")


CASES: dict[str, dict[str, Any]] = {
    "bfloat16": {"dtype": "bfloat16"},
    "bfloat16, float32 head": {"dtype": "bfloat16", "float32_head": True},
    "adapters": {"lora_rank": 2, "kl_coef": 0.1, "epochs": 2, "ref_every": 2},
}


def settings(case: str) -> Config:
    return with_settings(Config(model="given"), {"lr": 1e-3, "tokens": 60, "kl_coef": 0.0} | CASES[case])


def train(learner: Learner) -> dict[str, Any]:
    """Gradients of the first batch, and weights after two steps."""
    batch = learner.score(some_batch())
    learner.backward(batch, Sums())
    gradients = {n: whole(p.grad) for n, p in learner.policy.model.named_parameters() if p.requires_grad}
    metrics = [learner.update(learner.score(some_batch()), step) for step in range(2)]
    weights = dict(learner.policy.weights())
    return {"gradients": gradients, "metrics": metrics, "weights": weights, "state": learner.state()}


def whole(tensor: Any) -> torch.Tensor:
    return (tensor.full_tensor() if isinstance(tensor, DTensor) else tensor).clone()


def rank_work(rank: int, path: str, out: str) -> None:
    from r1.trainers.learner.sharded import ShardedLearner, ShardedPolicy

    dist.init_process_group("gloo", init_method=f"file://{out}.rendezvous", rank=rank, world_size=2)
    found = {}
    for case in CASES:
        learner = ShardedLearner(ShardedPolicy.load(path, CPU, settings(case)), settings(case))
        gathered = {}
        for place, module in (("layer", learner.policy.model.base_model.layers[0]), ("root", learner.policy.root)):
            module.unshard()
            gathered[place] = {p.dtype for p in module.parameters() if not isinstance(p, DTensor)}
            module.reshard()
        found[case] = train(learner) | {"gathered": gathered, "shapes": learner.policy.shapes()}
        found[case]["half"] = dict(learner.policy.weights(torch.bfloat16))
    if rank == 0:
        torch.save(found, out)
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def two_ranks(model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("ranks") / "out"
    multiprocessing.spawn(rank_work, (str(model_dir), str(out)), nprocs=2)
    return torch.load(out, weights_only=False)


def one_process(model_dir: Path, config: Config) -> tuple[Learner, dict[str, Any]]:
    learner = Learner(load_policy(str(model_dir), CPU, config.optim.dtype), config)
    return learner, train(learner)


def distance(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> float:
    """Distance of two gradients, relative to the norm of the first."""
    gap = sum((ours[n] - theirs[n]).double().square().sum() for n in ours)
    return float((gap / sum(g.double().square().sum() for g in ours.values())).sqrt())


@pytest.mark.parametrize("case", ["bfloat16", "bfloat16, float32 head"])
def test_layers_are_gathered_in_bfloat16_and_err_no_more_than_one_process(
    case: str, two_ranks: dict[str, Any], model_dir: Path
) -> None:
    found = two_ranks[case]
    assert found["gathered"] == {"layer": {torch.bfloat16}, "root": {torch.float32}}
    _, alone = one_process(model_dir, settings(case))
    _, exact = one_process(model_dir, with_settings(settings(case), {"dtype": "float32"}))
    rounding = distance(exact["gradients"], alone["gradients"])
    ranks = distance(exact["gradients"], found["gradients"])
    between = distance(alone["gradients"], found["gradients"])
    print(
        f"{case}: gradient of one process {rounding:.2%} from float32's, of two ranks {ranks:.2%}; apart {between:.2%}"
    )
    assert ranks < 1.5 * rounding + 1e-3
    assert between < 1.5 * rounding + 1e-3
    for name, gradient in found["gradients"].items():
        assert gradient.dtype == torch.float32, name
    for name, tensor in found["half"].items():
        assert torch.equal(tensor, found["weights"][name].bfloat16()), name
    for ours, theirs in zip(exact["metrics"], found["metrics"], strict=True):
        assert theirs["loss"] == pytest.approx(ours["loss"], abs=2e-2)


def test_adapters_train_on_two_ranks_as_in_one_process(two_ranks: dict[str, Any], model_dir: Path) -> None:
    found = two_ranks["adapters"]
    learner, alone = one_process(model_dir, settings("adapters"))
    assert found["gradients"].keys() == alone["gradients"].keys()
    assert all(".lora_" in name for name in found["gradients"])
    worst = max((found["gradients"][n] - g).abs().max().item() for n, g in alone["gradients"].items())
    print(f"adapters on 2 ranks: largest difference of a gradient {worst:.1e}")
    assert worst < 1e-6
    for ours, theirs in zip(alone["metrics"], found["metrics"], strict=True):
        assert theirs == pytest.approx(ours, rel=1e-3, abs=1e-4)
    assert found["weights"].keys() == alone["weights"].keys()
    assert found["shapes"] == [(n, tuple(w.shape)) for n, w in alone["weights"].items()]
    for name, weight in alone["weights"].items():
        assert torch.allclose(found["weights"][name], weight, atol=2e-4), name
    before = learner.update(learner.score(some_batch()), 2)
    learner.load_state(found["state"])  # the run continues in one process
    assert learner.update(learner.score(some_batch()), 2) == pytest.approx(before, rel=1e-3, abs=1e-4)
