"""Transfer: broadcasts the learner's weights to rollout engines, in flat buckets.

The broadcast group holds the sender (rank 0) and every receiver. It uses NCCL on GPUs and gloo on CPUs, and is independent of
torch's default group in the same process. No member waits longer than ``PATIENCE`` for a bucket; one that fails leaves at once.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor
from torch import distributed as dist

BUCKET_BYTES = 256 << 20
PATIENCE = datetime.timedelta(seconds=60)
_ON_NCCL_ERROR = "TORCH_NCCL_ASYNC_ERROR_HANDLING"

Entry = tuple[str, tuple[int, ...]]  # name and shape of a parameter


@dataclass(frozen=True)
class BucketPlan:
    """The order of parameters and their division into buckets, which sender and receivers share."""

    dtype: torch.dtype
    buckets: tuple[tuple[Entry, ...], ...]

    def size(self, bucket: tuple[Entry, ...]) -> int:
        return sum(prod(shape) for _, shape in bucket)


def plan_buckets(entries: Iterable[Entry], dtype: torch.dtype, bucket_bytes: int = BUCKET_BYTES) -> BucketPlan:
    """Fill buckets with the entries in order; an entry larger than ``bucket_bytes`` gets its own."""
    buckets: list[tuple[Entry, ...]] = []
    room = 0
    for name, shape in entries:
        needs = prod(shape) * dtype.itemsize
        if needs > room or not buckets:
            buckets.append(())
            room = bucket_bytes
        buckets[-1] += ((name, shape),)
        room -= needs
    return BucketPlan(dtype, tuple(buckets))


def pack(plan: BucketPlan, weights: Iterable[tuple[str, Tensor]]) -> Iterator[Tensor]:
    """Yield the weights as flat buckets, each in new memory, holding one bucket and one tensor at a time."""
    source = iter(weights)
    for bucket in plan.buckets:
        flat = None
        begin = 0
        for name, shape in bucket:
            found, tensor = next(source)
            assert (found, tuple(tensor.shape)) == (name, shape), f"{found} came where {name} was planned"
            if flat is None:
                flat = torch.empty(plan.size(bucket), dtype=plan.dtype, device=tensor.device)
            flat[begin : begin + tensor.numel()].copy_(tensor.reshape(-1))
            begin += tensor.numel()
        assert flat is not None
        yield flat


def unpack(plan: BucketPlan, flats: Iterable[Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Yield name and tensor of every parameter; the tensors are views of the buckets."""
    for bucket, flat in zip(plan.buckets, flats, strict=True):
        parts = flat.split([prod(shape) for _, shape in bucket])
        for (name, shape), part in zip(bucket, parts, strict=True):
            yield name, part.view(shape)


@dataclass(frozen=True)
class Address:
    """Where receivers can reach a sender, and what it will send."""

    host: str
    port: int
    plan: BucketPlan


class BroadcastGroup:
    """This process's membership in the group.

    Args:
        store: through which the members find each other.
        rank: 0 is the sender.
    Raises:
        RuntimeError: from the constructor and :meth:`broadcast`, if a member is missing or slower than ``PATIENCE``.
    """

    def __init__(self, store: dist.Store, rank: int, world: int, device: torch.device) -> None:
        self._store, self._process_group = store, _process_group(store, rank, world, device)

    def broadcast(self, flat: Tensor) -> None:
        """Fill ``flat`` with rank 0's values. After a failure the group is closed, so that the other members fail at once."""
        if self._process_group is None:
            raise RuntimeError("the broadcast group is broken")
        try:
            self._process_group.broadcast([flat]).wait(PATIENCE)
        except RuntimeError:
            self._process_group = None  # closes the connections
            raise


def _process_group(store: dist.Store, rank: int, world: int, device: torch.device) -> Any:
    if device.type != "cuda":
        return dist.ProcessGroupGloo(store, rank, world, PATIENCE)
    # 2: an error ends the communication and is raised in the waiting thread. The default would end the process.
    before = os.environ.get(_ON_NCCL_ERROR)
    os.environ[_ON_NCCL_ERROR] = "2"
    try:
        options = dist.ProcessGroupNCCL.Options()
        options._timeout = PATIENCE
        return dist.ProcessGroupNCCL(store, rank, world, options)
    finally:
        del os.environ[_ON_NCCL_ERROR]
        if before is not None:
            os.environ[_ON_NCCL_ERROR] = before


class Sender:
    """Rank 0 of the group. It keeps the last weights sent, for receivers that start later.

    Args:
        host: address at which the receivers reach this process.
    """

    def __init__(self, plan: BucketPlan, host: str, device: torch.device) -> None:
        self.plan, self.host, self.device = plan, host, device
        self.kept: list[Tensor] = []  # in host memory
        self._group: BroadcastGroup | None = None

    def open(self) -> Address:
        """Leave the old group and return the address at which a new set of receivers can join."""
        self._group = None
        self._store = dist.TCPStore(self.host, 0, is_master=True, wait_for_workers=False, timeout=PATIENCE)
        return Address(self.host, self._store.port, self.plan)

    def join(self, world: int) -> None:
        self._group = BroadcastGroup(self._store, 0, world, self.device)

    def send(self, weights: Iterable[tuple[str, Tensor]], broadcast: bool = True) -> None:
        """Broadcast to the receivers that have joined, and store in ``kept``. A broken group stops only the broadcast.

        ``weights`` is read to its end in any case, because the other ranks of a sharded policy gather it together with us.

        Args:
            broadcast: False if some receivers are missing.
        """
        self.kept = []
        if not broadcast:
            self._group = None
        for flat in pack(self.plan, weights):
            if self._group:
                try:
                    self._group.broadcast(flat)
                except RuntimeError:
                    self._group = None
            self.kept.append(flat.cpu())


class Receiver:
    """Any rank of the group except 0."""

    def __init__(self, where: Address, rank: int, world: int, device: torch.device) -> None:
        store = dist.TCPStore(where.host, where.port, is_master=False, wait_for_workers=False, timeout=PATIENCE)
        self.plan, self.device = where.plan, device
        self._group = BroadcastGroup(store, rank, world, device)

    def weights(self) -> Iterator[tuple[str, Tensor]]:
        """Yield name and tensor of every parameter as they arrive.

        Raises:
            RuntimeError: the broadcast broke off. The receiver is then useless; the group must be rebuilt.
        """
        yield from unpack(self.plan, self._flats())

    def _flats(self) -> Iterator[Tensor]:
        for bucket in self.plan.buckets:
            flat = torch.empty(self.plan.size(bucket), dtype=self.plan.dtype, device=self.device)
            self._group.broadcast(flat)
            yield flat
