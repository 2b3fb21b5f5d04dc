"""A fake GPU: tensors on the device ``pretend`` compute on the CPU, and fail if they are mixed with the host's.

It shows that the trainer moves every tensor to the right device and takes no path reserved for CPUs. It shows nothing about speed,
memory, kernels and rounding of a real GPU. A device can be registered only once per process, so tests run this file as a program:
``fake_gpu.py pretend|cpu RUNS`` with a JSON list of command lines of ``trainers/grpo.py``.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

import r1.trainers.policy.threads  # noqa: F401  # before torch

NAME = "pretend"
aten = torch.ops.aten
MOVES = {aten.copy_.default, aten._to_copy.default}  # take a tensor from one device to another
INDEXED = {aten.index.Tensor, aten.index_put_.default, aten.index_put.default, aten._index_put_impl_.default}
"""Operations on a device tensor whose indices may be on the host, on a GPU as well."""


class OnDevice(torch.Tensor):
    """A tensor of the device: this object has only its shape, ``inner`` has its numbers."""

    inner: torch.Tensor
    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> OnDevice:
        form: Any = {"strides": inner.stride(), "storage_offset": inner.storage_offset(), "dtype": inner.dtype}
        tensor = torch.Tensor._make_wrapper_subclass(cls, inner.size(), device=torch.device(NAME, 0), **form)
        tensor.inner = inner
        return tensor

    def tolist(self) -> Any:  # torch forbids it for subclasses
        return self.inner.tolist()

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return compute(func, args, kwargs or {})


def compute(func: Any, args: Any, kwargs: Any) -> Any:
    """Compute one operation, or raise the error that a GPU would raise."""
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    here = [tensor for tensor in tensors if isinstance(tensor, OnDevice)]
    strangers = [tensor for tensor in tensors if not isinstance(tensor, OnDevice) and tensor.dim()]
    if func in INDEXED and isinstance(args[0], OnDevice):
        indices = {id(leaf) for leaf in tree_leaves(args[1])}
        strangers = [tensor for tensor in strangers if id(tensor) not in indices]
    if here and strangers and func not in MOVES:
        raise RuntimeError(f"{func}: tensors on {NAME} and on cpu, of shapes {[tuple(t.shape) for t in strangers]}")
    asked = kwargs.get("device")
    there = torch.device(asked).type == NAME if asked is not None else bool(here)
    if asked is not None:
        kwargs = kwargs | {"device": torch.device("cpu"), "pin_memory": False}
        kwargs = {k: v for k, v in kwargs.items() if k != "pin_memory" or func is not aten._to_copy.default}
    result = func(
        *tree_map_only(OnDevice, lambda t: t.inner, args), **tree_map_only(OnDevice, lambda t: t.inner, kwargs)
    )
    if func is aten.copy_.default:
        return args[0]
    if not there:
        return result
    known = {id(tensor.inner): tensor for tensor in here}  # in-place operations return the same object
    return tree_map_only(torch.Tensor, lambda t: known[id(t)] if id(t) in known else OnDevice(t), result)


class Device(TorchDispatchMode):
    """Sends every operation of this thread to :func:`compute`, including those that create tensors."""

    _mode_key = torch._C._TorchDispatchModeKey.FAKE  # torch looks for no driver

    def __enter__(self) -> Device:
        torch._C._set_only_lift_cpu_tensors(True)  # torch.tensor creates its numbers on the host; per thread
        return super().__enter__()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return compute(func, args, kwargs or {})


class Driver(ModuleType):
    """The module that torch needs for a device, like ``torch.cuda``."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.device_count: Callable[[], int] = lambda: 1
        self.current_device: Callable[[], int] = lambda: 0
        self.is_available = self.is_initialized = lambda: True
        self._is_in_bad_fork = lambda: False
        self.manual_seed_all: Callable[[int], None] = lambda seed: None
        self.get_amp_supported_dtype = lambda: [torch.bfloat16, torch.float16]
        self.get_rng_state: Callable[..., Any] = lambda *device: torch.zeros(1, dtype=torch.uint8)
        self.set_rng_state: Callable[..., None] = lambda *state, **where: None

    @staticmethod
    @contextmanager
    def device(index: int) -> Any:
        yield index


def install() -> None:
    """Register the device with torch, and make transformers and the trainer use it."""
    from transformers import PreTrainedModel

    from r1.trainers import trainer
    from r1.trainers.policy import policy

    _setup_privateuseone_for_python_backend(NAME, backend_module=Driver())
    move, run = PreTrainedModel.to, threading.Thread.run

    def moved(self: Any, *args: Any, **kwargs: Any) -> Any:
        model = move(self, *args, **kwargs)
        model.tie_weights()  # moving creates new parameters, twice for tied ones
        return model

    def in_thread(self: threading.Thread) -> None:
        with Device():
            run(self)

    PreTrainedModel.to = moved  # type: ignore[assignment,method-assign]
    threading.Thread.run = in_thread  # type: ignore[method-assign]
    trainer.pick_device = lambda name: torch.device(NAME)  # type: ignore[attr-defined]
    # safetensors needs real memory, which this device does not have.
    policy.Policy.export = lambda self, directory: Path(directory).mkdir(parents=True)  # type: ignore[method-assign]


def main(device: str, runs: list[list[str]]) -> int:
    from r1.trainers import grpo

    with ExitStack() as stack:
        if device == NAME:
            install()
            stack.enter_context(Device())
        return max(grpo.main(run) for run in runs)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], json.loads(sys.argv[2])))
