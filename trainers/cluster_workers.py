"""Cluster workers: what runs inside the Ray actors, a learner rank and a rollout engine with weights of its own."""

from __future__ import annotations

import datetime
import socket
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch import distributed as dist

import r1.trainers.threads  # noqa: F401  # before torch
from r1.trainers.batch import Batch
from r1.trainers.canary import ScoringEngine, Sequence_, policy_scores
from r1.trainers.config import Config
from r1.trainers.learner_sharded import ShardedLearner, ShardedPolicy
from r1.trainers.policy import load_policy
from r1.trainers.rollout import LocalEngine, Request, Sample, Sampling

COLLECTIVE_S = 600.0  # a rank that waits longer for the others gives up, so that a dead one is noticed


def _to(batch: Batch, device: torch.device) -> Batch:
    return Batch(**{name: None if value is None else value.to(device) for name, value in vars(batch).items()})  # type: ignore[arg-type]


class LearnerRank:
    """One rank of the learner. Every method is called on all ranks at once; rank 0's answer counts."""

    def __init__(self, config: Config, path: str, device: str, rank: int, world: int) -> None:
        self.config, self.path, self.rank, self.world = config, path, rank, world
        self.device = torch.device(device)

    def address(self) -> str:
        """A free port of this rank's machine."""
        import ray

        with socket.socket() as probe:
            probe.bind(("", 0))
            return f"tcp://{ray.util.get_node_ip_address()}:{probe.getsockname()[1]}"

    def start(self, address: str) -> None:
        dist.init_process_group(
            "nccl" if self.device.type == "cuda" else "gloo",
            init_method=address,
            rank=self.rank,
            world_size=self.world,
            timeout=datetime.timedelta(seconds=COLLECTIVE_S),
        )
        self.policy = ShardedPolicy.load(self.path, self.device, self.config.optim.dtype)
        self.learner = ShardedLearner(self.policy, self.config)

    def score(self, batch: Batch) -> Batch | None:
        return self._first(_to(self.learner.score(_to(batch, self.device)), torch.device("cpu")))

    def update(self, batch: Batch, step: int) -> dict[str, float] | None:
        return self._first(self.learner.update(_to(batch, self.device), step))

    def policy_scores(self, sequences: Sequence[Sequence_]) -> list[list[float]] | None:
        return self._first(policy_scores(self.policy, sequences))

    def publish(self) -> list[Any] | None:
        """Put the whole weights into the object store (rank 0); the reference in a list, so that nobody fetches it yet."""
        import ray

        whole = {name: tensor.cpu() for name, tensor in self.policy.weights()}
        return [ray.put(whole)] if self.rank == 0 else None

    def state(self) -> dict[str, Any] | None:
        return self._first(self.learner.state())

    def load_state(self, state: dict[str, Any]) -> None:
        self.learner.load_state(state)

    def _first(self, answer: Any) -> Any:
        return answer if self.rank == 0 else None


class OwnEngine(LocalEngine):
    """The local engine with a model of its own, into which updates are copied."""

    def __init__(self, path: str, device: torch.device, dtype: str) -> None:
        self.policy = load_policy(path, device, dtype)
        super().__init__(self.policy.model.requires_grad_(False), self.policy.pad_id, tokenizer=self.policy.tokenizer)

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        mine = dict(self.model.named_parameters())
        with torch.no_grad():
            for name, tensor in weights:
                mine[name].copy_(tensor)
        self.version = version

    def score(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        return policy_scores(self.policy, sequences)


class RolloutActor:
    """A rollout engine in a process of its own."""

    def __init__(self, config: Config, path: str, device: str) -> None:
        self.engine: ScoringEngine
        if config.placement.rollout == "vllm":
            from r1.trainers.rollout_vllm import VllmEngine

            self.engine = VllmEngine(path, config.optim.dtype, device, gpu_share=0.9)
        else:
            self.engine = OwnEngine(path, torch.device(device), config.optim.dtype)

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Sample]]:
        return self.engine.generate(requests, sampling)

    def score(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        return self.engine.score(sequences)

    def load(self, weights: dict[str, Tensor], version: int) -> None:
        self.engine.load(weights.items(), version)
