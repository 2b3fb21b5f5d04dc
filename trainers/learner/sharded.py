"""Sharded learner: a learner spread over ranks, each with a shard of the policy (FSDP2).

Every rank gets the whole batch, so all agree on token weights and on the division of rows. Gradients are summed, not averaged, so
the gradient equals that of one process up to the order of the sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch import distributed as dist
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor

from r1.trainers.config import Config
from r1.trainers.learner.batch import Batch
from r1.trainers.learner.learner import Learner
from r1.trainers.learner.optimizer_state import by_name, names_of
from r1.trainers.policy.lora import adapt, merged_weights
from r1.trainers.policy.policy import Policy, load_policy

WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)
FROM_FIRST = StateDictOptions(full_state_dict=True, cpu_offload=True, broadcast_from_rank0=True)


class Share(Batch):
    """A batch of which this rank processes a part. All ranks get the same number of micro-batches: collectives need it."""

    def rows(self, which: Tensor) -> Share:
        return Share(**vars(super().rows(which)))

    def micro(self, tokens: int) -> Iterator[tuple[Batch, Tensor]]:
        world = dist.get_world_size()
        order = torch.argsort(self.length_B, descending=True, stable=True)
        hands = [order[rank::world] for rank in range(world)]  # similar lengths for each rank
        rounds = max(_count(self.length_B[hand].tolist(), tokens) for hand in hands)
        mine = hands[dist.get_rank()]
        done = 0
        if len(mine):
            for micro, which in Batch(**vars(super().rows(mine))).micro(tokens):
                done += 1
                yield micro, mine[which]
        nothing = torch.zeros(0, dtype=torch.long, device=order.device)
        for _ in range(rounds - done):
            yield self._blank(), nothing

    def _blank(self) -> Batch:
        """A row without own tokens: it takes part in the collectives and adds nothing to the gradient."""
        row = Batch.rows(self, torch.zeros(1, dtype=torch.long, device=self.length_B.device))
        blank = {n: None if v is None else torch.zeros_like(v) for n, v in vars(row).items()}
        return Batch(**blank | {"length_B": row.length_B})  # type: ignore[arg-type]


def _count(lengths: list[int], tokens: int) -> int:
    start = count = 0
    while start < len(lengths):
        start, count = start + max(1, tokens // lengths[start]), count + 1
    return count


class _Root(nn.Module):
    """The module that FSDP2 wraps, so that embedding and head stay gathered during all of :meth:`Policy.logp`."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.model = policy.model
        self.forward = lambda *args: Policy.logp(policy, *args)  # type: ignore[method-assign]


class ShardedPolicy(Policy):
    """A policy whose parameters are sharded over the ranks."""

    root: nn.Module
    path: str

    @classmethod
    def load(cls, path: str, device: torch.device, config: Config) -> ShardedPolicy:
        """Read the whole model into host memory, then move this rank's shard to ``device`` layer by layer."""
        dtype = config.optim.dtype
        whole = load_policy(path, torch.device("cpu"), dtype)
        adapt(whole.model, config)
        policy = cls(whole.model, whole.tokenizer, dtype)
        policy.path, policy.root = path, _Root(policy)
        mesh = init_device_mesh(device.type, (dist.get_world_size(),))
        # Layers are gathered in the dtype in which they compute. Embeddings, last norm and head stay float32 because their
        # gradients are summed over chunks, and for `float32_head`. Sums over ranks are always float32.
        low = MixedPrecisionPolicy(param_dtype=policy.dtype, reduce_dtype=torch.float32, cast_forward_inputs=False)
        for layer in policy.model.base_model.layers:
            fully_shard(layer, mesh=mesh, mp_policy=low)
        fully_shard(policy.root, mesh=mesh)
        for module in policy.root.modules():
            if isinstance(module, FSDPModule):
                module.set_gradient_divide_factor(1.0)  # token weights already refer to the whole batch
                module.set_force_sum_reduction_for_comms(True)  # gloo has no scaled sum
        return policy

    def logp(self, ids_BT: Tensor, mask_BT: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
        return self.root(ids_BT, mask_BT, temperature)

    def reshard(self) -> None:
        """Shard the parameters again: after a pass without gradients the root stays gathered."""
        for module in self.root.modules():
            if isinstance(module, FSDPModule):
                module.reshard()

    def weights(self, dtype: torch.dtype = torch.float32) -> Iterator[tuple[str, Tensor]]:
        """Yield unsharded tensors, one at a time, cast before they are gathered; all ranks must iterate together."""
        self.reshard()
        for name, shard in merged_weights(self.model):
            cast = shard.to(dtype)
            assert isinstance(cast, DTensor)
            yield name, cast.full_tensor()

    def shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Return the names and unsharded shapes of :meth:`weights`."""
        return [(name, tuple(shard.shape)) for name, shard in merged_weights(self.model)]


class ShardedLearner(Learner):
    """The learner on one of several ranks; all ranks must call every method together."""

    policy: ShardedPolicy
    reference: ShardedPolicy | None

    def _copy(self) -> ShardedPolicy:
        reference = ShardedPolicy.load(self.policy.path, self.policy.device, self.config)
        reference.model.eval().requires_grad_(False)
        return reference

    def _logp(self, policy: Policy, batch: Batch) -> Tensor:
        logp_BT = super()._logp(policy, Share(**vars(batch)))
        self._reshard()  # before the reference may be overwritten
        dist.all_reduce(logp_BT)  # rows of other ranks are 0 here
        return logp_BT

    def backward(self, batch: Batch, sums: dict[str, float]) -> None:
        mine: dict[str, float] = defaultdict(float)
        super().backward(Share(**vars(batch)), mine)
        for name, value in _over_ranks(mine).items():
            sums[name] = max(sums[name], value) if name.endswith("_max") else sums[name] + value

    def _reshard(self) -> None:
        for policy in (self.policy, self.reference):
            if policy is not None:
                policy.reshard()

    def state(self) -> dict[str, Any]:
        self._reshard()
        # For a fresh optimizer torch would create the state by a step without gradient, and count that step.
        begun = bool(self.optimizer.state)
        return {
            "model": get_model_state_dict(self.policy.model, options=WHOLE),
            "optimizer": get_optimizer_state_dict(self.policy.model, self.optimizer, options=WHOLE) if begun else None,
            "reference": get_model_state_dict(self.reference.model, options=WHOLE) if self.reference else None,
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        self._reshard()
        set_model_state_dict(self.policy.model, state["model"], options=FROM_FIRST)
        optimizer = state["optimizer"]
        if optimizer is not None and optimizer.get("state") != {}:  # not fresh; only rank 0 needs it
            named = by_name(optimizer, names_of(self.policy.model)) if optimizer else {}
            set_optimizer_state_dict(self.policy.model, self.optimizer, named, options=FROM_FIRST)
        if self.reference:
            set_model_state_dict(self.reference.model, state["reference"], options=FROM_FIRST)


def _over_ranks(sums: Mapping[str, float]) -> dict[str, float]:
    """Add up what each rank counted; the row counts are equal on all ranks and stay."""
    alike = {name: value for name, value in sums.items() if name in ("rows", "rows_trained")}
    names = sorted(sums.keys() - alike.keys())
    found: list[dict[str, float]] = [{}] * dist.get_world_size()
    dist.all_gather_object(found, {name: sums[name] for name in names})
    return alike | {n: (max if n.endswith("_max") else sum)(part[n] for part in found) for n in names}
