"""Transfer: every receiver gets the sender's weights, and a dead or hung member does not block the others for long."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import multiprocessing

from r1.trainers.rollout import transfer
from r1.trainers.rollout.transfer import Address, Receiver, Sender, pack, plan_buckets, unpack

CPU = torch.device("cpu")


SHAPES = st.lists(st.lists(st.integers(1, 5), min_size=0, max_size=3).map(tuple), min_size=1, max_size=12)


def some_weights(shapes: list[tuple[int, ...]]) -> list[tuple[str, torch.Tensor]]:
    draw = torch.Generator().manual_seed(0)
    return [(f"w{i}", torch.randn(shape, generator=draw)) for i, shape in enumerate(shapes)]


def planned(weights: list[tuple[str, torch.Tensor]], dtype: torch.dtype, bucket_bytes: int) -> transfer.BucketPlan:
    return plan_buckets([(name, tuple(tensor.shape)) for name, tensor in weights], dtype, bucket_bytes)


@given(SHAPES, st.integers(1, 200), st.sampled_from([torch.float32, torch.bfloat16]))
def test_unpacking_reverses_packing(shapes: list[tuple[int, ...]], bucket_bytes: int, dtype: torch.dtype) -> None:
    weights = some_weights(shapes)
    agreed = planned(weights, dtype, bucket_bytes)
    flats = list(pack(agreed, iter(weights)))
    for bucket, flat in zip(agreed.buckets, flats, strict=True):
        assert len(bucket) == 1 or flat.nbytes <= bucket_bytes
    found = list(unpack(agreed, flats))
    assert [name for name, _ in found] == [name for name, _ in weights]
    assert all(torch.equal(got, sent.to(dtype)) for (_, got), (_, sent) in zip(found, weights, strict=True))


def test_an_unplanned_weight_is_rejected() -> None:
    weights = some_weights([(2, 3), (4,)])
    with pytest.raises(AssertionError, match="w1 came where w0 was planned"):
        list(pack(planned(weights, torch.float32, 100), weights[1:]))


class Ends:
    """Receivers in threads of this process; ``work`` gives the result of each."""

    def __init__(self, count: int, where: Address, world: int, work: Callable[[Receiver], Any]) -> None:
        self.results: list[Any] = [None] * count

        def run(i: int) -> None:
            try:
                self.results[i] = work(Receiver(where, i + 1, world, CPU))
            except RuntimeError as error:
                self.results[i] = error

        self.threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
        for thread in self.threads:
            thread.start()

    def join(self) -> list[Any]:
        for thread in self.threads:
            thread.join()
        return self.results


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_every_receiver_gets_the_weights_of_each_send(dtype: torch.dtype) -> None:
    weights = some_weights([(50, 10)] * 5)
    sender = Sender(planned(weights, dtype, 4000), "127.0.0.1", CPU)
    ends = Ends(2, sender.open(), 3, lambda end: [list(end.weights()) for _ in range(2)])
    sender.join(3)
    moved = [(name, tensor + 1) for name, tensor in weights]
    sender.send(weights)
    sender.send(moved)
    for both in ends.join():
        for got, sent in zip(both, (weights, moved), strict=True):
            assert all(torch.equal(g, s.to(dtype)) for (_, g), (_, s) in zip(got, sent, strict=True))
    kept = unpack(sender.plan, sender.kept)
    assert all(torch.equal(k, s.to(dtype)) for (_, k), (_, s) in zip(kept, moved, strict=True))


def dies_after_the_first_bucket(where: Address, rank: int, world: int) -> None:
    for place, _ in enumerate(Receiver(where, rank, world, CPU).weights()):
        if place == 1:
            os._exit(1)


def test_a_receiver_that_dies_does_not_block_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others fail without waiting for the timeout, and the sender kept everything for a new receiver."""
    monkeypatch.setattr(transfer, "PATIENCE", datetime.timedelta(hours=1))  # longer than the limit of a test
    weights = some_weights([(500, 10)] * 20)
    sender = Sender(planned(weights, torch.float32, 20_000), "127.0.0.1", CPU)
    where = sender.open()
    victim = multiprocessing.get_context("spawn").Process(target=dies_after_the_first_bucket, args=(where, 3, 4))
    victim.start()
    ends = Ends(2, where, 4, lambda end: list(end.weights()))
    sender.join(4)
    sender.send(weights)
    assert all(isinstance(result, RuntimeError) for result in ends.join())
    victim.join()
    assert victim.exitcode == 1
    assert all(torch.equal(k, s) for (_, k), (_, s) in zip(unpack(sender.plan, sender.kept), weights, strict=True))
    again = Ends(1, sender.open(), 2, lambda end: list(end.weights()))  # the remaining members form a new group
    sender.join(2)
    sender.send(weights)
    assert all(torch.equal(g, s) for (_, g), (_, s) in zip(again.join()[0], weights, strict=True))


def test_a_receiver_that_hangs_is_given_up_after_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "PATIENCE", datetime.timedelta(seconds=2))
    weights = some_weights([(500, 10)] * 3)
    sender = Sender(planned(weights, torch.float32, 20_000), "127.0.0.1", CPU)
    done = threading.Event()
    hangs = Ends(1, sender.open(), 2, lambda end: done.wait(60))
    sender.join(2)
    sender.send(weights)
    assert len(sender.kept) == len(sender.plan.buckets)
    done.set()
    assert hangs.join() == [True]


def test_without_broadcast_the_weights_are_only_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender does not wait for a receiver that hangs."""
    monkeypatch.setattr(transfer, "PATIENCE", datetime.timedelta(hours=1))
    weights = some_weights([(5, 10)] * 3)
    sender = Sender(planned(weights, torch.float32, 200), "127.0.0.1", CPU)
    done = threading.Event()
    other = Ends(1, sender.open(), 2, lambda end: done.wait(60))
    sender.join(2)
    sender.send(weights, broadcast=False)
    assert other.threads[0].is_alive(), "the receiver still hangs"
    assert all(torch.equal(k, s) for (_, k), (_, s) in zip(unpack(sender.plan, sender.kept), weights, strict=True))
    done.set()
    other.join()
