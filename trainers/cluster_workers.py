"""Cluster workers: what runs inside the Ray actors, a learner rank and a rollout engine with weights of its own."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch import distributed as dist

import r1.trainers.threads  # noqa: F401  # before torch
from r1.trainers.batch import Batch
from r1.trainers.canary import ScoringEngine, Sequence_, policy_scores
from r1.trainers.config import Config
from r1.trainers.engines import OwnEngine
from r1.trainers.learner_sharded import ShardedLearner, ShardedPolicy
from r1.trainers.memory import peak_memory
from r1.trainers.rollout import Request, Sample, Sampling

PATIENCE = datetime.timedelta(minutes=10)  # a rank that waits longer for the others gives up


def _to(batch: Batch, device: torch.device) -> Batch:
    return Batch(**{name: None if value is None else value.to(device) for name, value in vars(batch).items()})  # type: ignore[arg-type]


class LearnerRank:
    """One rank of the learner. Every method is called on all ranks at once; rank 0's answer counts."""

    def __init__(self, config: Config, path: str, device: str, rank: int, world: int) -> None:
        self.config, self.path, self.rank, self.world = config, path, rank, world
        self.device = torch.device(device)

    def meet(self) -> tuple[str, int] | None:
        """Open the store in which the ranks find each other (rank 0); its port is ours from this moment on."""
        import ray

        if self.rank:
            return None
        host = ray.util.get_node_ip_address()
        self.store = dist.TCPStore(host, 0, self.world, is_master=True, wait_for_workers=False, timeout=PATIENCE)
        return host, self.store.port

    def start(self, where: tuple[str, int]) -> None:
        if self.rank:
            self.store = dist.TCPStore(*where, self.world, is_master=False, timeout=PATIENCE)
        backend = "nccl" if self.device.type == "cuda" else "gloo"
        dist.init_process_group(backend, store=self.store, rank=self.rank, world_size=self.world, timeout=PATIENCE)
        self.policy = ShardedPolicy.load(self.path, self.device, self.config.optim.dtype)
        self.learner = ShardedLearner(self.policy, self.config)

    def score(self, batch: Batch) -> Batch | None:
        return self._first(_to(self.learner.score(_to(batch, self.device)), torch.device("cpu")))

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        metrics = self.learner.update(_to(batch, self.device), step)
        return metrics | {name.replace("/", "/learner_"): value for name, value in peak_memory().items()}

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


class RolloutActor:
    """A rollout engine in a process of its own."""

    def __init__(self, config: Config, path: str, device: str) -> None:
        self.engine: ScoringEngine
        if config.placement.rollout == "vllm":
            from r1.trainers.rollout_vllm import VllmEngine

            self.engine = VllmEngine(
                path, config.optim.dtype, device, gpu_share=0.9, tensor_parallel=config.placement.tensor_parallel
            )
        else:
            self.engine = OwnEngine(path, torch.device(device), config.optim.dtype)

    def ready(self) -> None:
        """Answered once the engine is made."""

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Sample]]:
        return self.engine.generate(requests, sampling)

    def score(self, sequences: Sequence[Sequence_]) -> list[list[float]]:
        return self.engine.score(sequences)

    def load(self, weights: dict[str, Tensor], version: int) -> None:
        self.engine.load(weights.items(), version)
