"""Cluster workers: the classes that run inside Ray actors, a learner rank and a rollout engine."""

from __future__ import annotations

import datetime
import math
import os
import warnings
from collections.abc import Sequence
from typing import Any

import torch
from torch import distributed as dist

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import Config, UsageError
from r1.trainers.learner.batch import Batch
from r1.trainers.learner.sharded import ShardedLearner, ShardedPolicy
from r1.trainers.meters import peak_memory
from r1.trainers.rollout.canary import policy_scores
from r1.trainers.rollout.engine import PromptCompletion, Request, Sample, SamplingParams
from r1.trainers.rollout.local import OwnEngine
from r1.trainers.rollout.transfer import Address, BucketPlan, Sender, plan_buckets, unpack

PATIENCE = datetime.timedelta(minutes=10)  # longest wait for another rank


def _to(batch: Batch, device: torch.device) -> Batch:
    return Batch(**{name: None if value is None else value.to(device) for name, value in vars(batch).items()})  # type: ignore[arg-type]


class LearnerRank:
    """One rank of the learner. Every method is called on all ranks at once; only rank 0 returns an answer."""

    def __init__(self, config: Config, path: str, device: str, rank: int, world: int) -> None:
        self.config, self.path, self.rank, self.world = config, path, rank, world
        self.device = torch.device(device)

    def meet(self) -> tuple[str, int] | None:
        """On rank 0, open the store through which the ranks find each other, and return host and port."""
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
        self.policy = ShardedPolicy.load(self.path, self.device, self.config)
        self.learner = ShardedLearner(self.policy, self.config)
        self.sender = Sender(plan_buckets(self.policy.shapes(), self.policy.dtype), where[0], self.device)

    def score(self, batch: Batch) -> Batch | None:
        return self._first(_to(self.learner.score(_to(batch, self.device)), torch.device("cpu")))

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        metrics = self.learner.update(_to(batch, self.device), step)
        return metrics | {name.replace("/", "/learner_"): value for name, value in peak_memory().items()}

    def policy_scores(self, sequences: Sequence[PromptCompletion]) -> list[list[float]] | None:
        return self._first(policy_scores(self.policy, sequences))

    def open_group(self) -> Address:
        return self.sender.open()

    def join_group(self, world: int) -> None:
        self.sender.join(world)

    def send(self, broadcast: bool) -> None:
        """Send the current weights to the engines that have joined rank 0; the other ranks help to gather them."""
        weights = self.policy.weights(self.policy.dtype)
        if self.rank == 0:
            self.sender.send(weights, broadcast)
        else:
            for _ in weights:
                pass

    def kept(self) -> list[Any]:
        """Put the last weights sent into the object store; the reference is in a list so that Ray does not resolve it."""
        import ray

        return [ray.put((self.sender.plan, [flat.view(torch.uint8).numpy() for flat in self.sender.kept]))]

    def state(self) -> dict[str, Any] | None:
        return self._first(self.learner.state())

    def load_state(self, state: dict[str, Any]) -> None:
        self.learner.load_state(state)

    def _first(self, answer: Any) -> Any:
        return answer if self.rank == 0 else None


class DrawingRank(LearnerRank):
    """A learner rank that also holds a rollout engine, or a part of one; the engine sleeps while the rank trains."""

    def start(self, where: tuple[str, int]) -> None:
        super().start(where)
        if self.device.type == "cuda":
            check_room(self.policy.model, self.learner.reference is not None, self.world, memory_of(self.device))
        os.environ |= {"RANK": str(self.rank), "LOCAL_RANK": "0"}  # vLLM's external launcher reads them
        self.engine = open_engine(self.config, self.path, self.device, among_ranks=True)

    def score(self, batch: Batch) -> Batch | None:
        self._sleep()
        return super().score(batch)

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        self._sleep()
        return super().update(batch, step)

    def _sleep(self) -> None:
        if hasattr(self.engine, "sleep"):
            self.engine.sleep()

    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        return self.engine.generate(requests, sampling)

    def score_drawn(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        return self.engine.score(sequences)

    def load(self, version: int) -> None:
        self.engine.load(self.policy.weights(self.policy.dtype), version)


def memory_of(device: torch.device) -> int:
    return torch.cuda.get_device_properties(device).total_memory


def check_room(model: torch.nn.Module, reference: bool, ranks: int, memory_bytes: int) -> None:
    """Check that the state of a learner rank, which stays on the GPU while the engine samples, leaves the engine its share.

    float32 weights, gradients and AdamW's two moments take 16 bytes a parameter; frozen weights and a reference take 4.

    Raises:
        UsageError: the state takes more than half of the memory.
    """
    count = sum(p.numel() for p in model.parameters())
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    state_bytes = ((8 if reference else 4) * count + 12 * trained) / ranks
    if state_bytes > memory_bytes / 2:
        least = math.ceil(ranks * state_bytes / (memory_bytes / 2))
        raise UsageError(
            f"--learners {ranks}: each keeps {state_bytes / 1e9:.0f} GB of weights and optimizer state on a GPU of "
            f"{memory_bytes / 1e9:.0f} GB, which leaves no room for an engine; use at least {least} learners, or --rollouts on "
            "other GPUs"
        )


class RolloutActor:
    """A rollout engine in its own process."""

    def __init__(self, config: Config, path: str, device: str) -> None:
        self.device = torch.device(device)
        self.engine = open_engine(config, path, self.device)

    def ready(self) -> None:
        """Returns once the constructor has finished."""

    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        return self.engine.generate(requests, sampling)

    def score(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        return self.engine.score(sequences)

    def join(self, where: Address, rank: int, world: int) -> None:
        """Join the sender's group; an engine that is spread over GPUs has a rank on each."""
        self.engine.join(where, rank, world)

    def receive(self, version: int) -> None:
        """Load the weights that the learner broadcasts."""
        self.engine.receive(version)

    def load(self, kept: tuple[BucketPlan, list[Any]], version: int) -> None:
        """Load weights from the object store."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the arrays are read-only, and we only read
            flats = [torch.from_numpy(array).view(kept[0].dtype) for array in kept[1]]
        self.engine.load(unpack(kept[0], flats), version)


def open_engine(config: Config, path: str, device: torch.device, among_ranks: bool = False) -> Any:
    """Make the rollout engine of an actor, or with ``among_ranks`` of a learner rank."""
    p = config.placement
    if p.rollout != "vllm":
        return OwnEngine(path, device, config.optim.dtype)
    from r1.trainers.rollout.vllm_engine import VllmEngine

    return VllmEngine(
        path,
        config.optim.dtype,
        device.type,
        gpu_share=0.45 if among_ranks else 0.9,  # shared with a learner rank, or exclusive
        tensor_parallel=p.tensor_parallel,
        among_ranks=among_ranks,
    )
