"""The core pool: results in order, gradients as in the caller, and one thread for models that need no division."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.policy.core_pool import SMALL, CorePool


class SizedModel(torch.nn.Module):
    """A model on the CPU with this many parameters, none of which takes memory."""

    device = torch.device("cpu")

    def __init__(self, parameters: int) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(parameters, device="meta"))


@pytest.fixture
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_results_are_in_the_order_of_the_parts(three_threads: None) -> None:
    pool = CorePool(SizedModel(4))
    assert pool.count == 3
    assert pool.map(lambda part: (part, torch.get_num_threads()), range(20)) == [(i, 1) for i in range(20)]


def test_parts_run_in_other_threads_with_the_callers_gradient_mode(three_threads: None) -> None:
    pool = CorePool(SizedModel(4))

    def look(part: int) -> tuple[bool, bool]:
        return torch.is_grad_enabled(), threading.current_thread() is threading.main_thread()

    assert pool.map(look, range(6)) == [(True, False)] * 6
    with torch.no_grad():
        assert pool.map(look, range(6)) == [(False, False)] * 6


def test_an_error_in_a_part_is_raised(three_threads: None) -> None:
    with pytest.raises(ZeroDivisionError):
        CorePool(SizedModel(4)).map(lambda part: 1 // part, [1, 0, 1])


def test_a_large_model_gets_one_thread(three_threads: None) -> None:
    pool = CorePool(SizedModel(SMALL + 1))
    assert pool.count == 1
    assert pool.map(lambda part: threading.current_thread() is threading.main_thread(), [0, 1]) == [True, True]
