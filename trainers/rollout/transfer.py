"""Transfer: the learner's weights on their way to rollout engines, broadcast in flat buckets over a group of their own.

The group has the sender (rank 0) and every receiver. It is NCCL's on GPUs, gloo's on CPUs, and torch's default group in
the same process knows nothing of it. Nobody waits longer than ``PATIENCE`` for a bucket, and whoever fails leaves at once.
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
class Plan:
    """What travels in which bucket, in which order; sender and receivers have the same one."""

    dtype: torch.dtype
    buckets: tuple[tuple[Entry, ...], ...]

    def size(self, bucket: tuple[Entry, ...]) -> int:
        return sum(prod(shape) for _, shape in bucket)


def plan(entries: Iterable[Entry], dtype: torch.dtype, bucket_bytes: int = BUCKET_BYTES) -> Plan:
    """Entries in their order, as many in a bucket as fit; one that is larger travels alone."""
    buckets: list[tuple[Entry, ...]] = []
    room = 0
    for name, shape in entries:
        needs = prod(shape) * dtype.itemsize
        if needs > room or not buckets:
            buckets.append(())
            room = bucket_bytes
        buckets[-1] += ((name, shape),)
        room -= needs
    return Plan(dtype, tuple(buckets))


def pack(plan: Plan, weights: Iterable[tuple[str, Tensor]]) -> Iterator[Tensor]:
    """The weights, bucket by bucket, each in new memory; one bucket and one tensor are held at a time."""
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


def unpack(plan: Plan, flats: Iterable[Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Name and tensor of every parameter; the tensors are views of the buckets."""
    for bucket, flat in zip(plan.buckets, flats, strict=True):
        parts = flat.split([prod(shape) for _, shape in bucket])
        for (name, shape), part in zip(bucket, parts, strict=True):
            yield name, part.view(shape)


@dataclass(frozen=True)
class Address:
    """Where a sender can be met, and what it is going to send."""

    host: str
    port: int
    plan: Plan


class Line:
    """One end of the group.

    Args:
        store: in which the ends find each other.
        rank: 0 is the sender.
    Raises:
        RuntimeError: by this and by :meth:`broadcast`: somebody did not come, is gone, or is slower than ``PATIENCE``.
    """

    def __init__(self, store: dist.Store, rank: int, world: int, device: torch.device) -> None:
        self._store, self._group = store, _group(store, rank, world, device)

    def broadcast(self, flat: Tensor) -> None:
        """Rank 0's values, in place. A failure is the end of this line, and lets the others hear of it at once."""
        if self._group is None:
            raise RuntimeError("the line of weights is broken")
        try:
            self._group.broadcast([flat]).wait(PATIENCE)
        except RuntimeError:
            self._group = None  # closes the connections
            raise


def _group(store: dist.Store, rank: int, world: int, device: torch.device) -> Any:
    if device.type != "cuda":
        return dist.ProcessGroupGloo(store, rank, world, PATIENCE)
    # 2: an error ends the communication and is raised where somebody waits. By default it would end the process.
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
    """Rank 0 of the group, which keeps what it sent last: a receiver that comes later is given that.

    Args:
        host: under which the receivers reach this process.
    """

    def __init__(self, plan: Plan, host: str, device: torch.device) -> None:
        self.plan, self.host, self.device = plan, host, device
        self.kept: list[Tensor] = []  # in the host's memory
        self._line: Line | None = None

    def open(self) -> Address:
        """Ready to be met by a new set of receivers."""
        self._line = None
        self._store = dist.TCPStore(self.host, 0, is_master=True, wait_for_workers=False, timeout=PATIENCE)
        return Address(self.host, self._store.port, self.plan)

    def join(self, world: int) -> None:
        self._line = Line(self._store, 0, world, self.device)

    def send(self, weights: Iterable[tuple[str, Tensor]], broadcast: bool = True) -> None:
        """To the receivers that have joined, and into ``kept``. A broken line ends the sending, not the keeping.

        All of ``weights`` is read in any case, since the other ranks of a sharded policy gather it together with us.

        Args:
            broadcast: False where not all of them are there to receive.
        """
        self.kept = []
        if not broadcast:
            self._line = None
        for flat in pack(self.plan, weights):
            if self._line:
                try:
                    self._line.broadcast(flat)
                except RuntimeError:
                    self._line = None
            self.kept.append(flat.cpu())


class Receiver:
    """Any other rank of the group."""

    def __init__(self, where: Address, rank: int, world: int, device: torch.device) -> None:
        store = dist.TCPStore(where.host, where.port, is_master=False, wait_for_workers=False, timeout=PATIENCE)
        self.plan, self.device = where.plan, device
        self._line = Line(store, rank, world, device)

    def weights(self) -> Iterator[tuple[str, Tensor]]:
        """What the sender sends, as it arrives.

        Raises:
            RuntimeError: it did not arrive whole. The receiver is of no use then: the group has to be made anew.
        """
        yield from unpack(self.plan, self._flats())

    def _flats(self) -> Iterator[Tensor]:
        for bucket in self.plan.buckets:
            flat = torch.empty(self.plan.size(bucket), dtype=self.plan.dtype, device=self.device)
            self._line.broadcast(flat)
            yield flat
