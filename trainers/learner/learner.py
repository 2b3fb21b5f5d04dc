"""Learner: turns a batch into one optimizer step, or several with inner epochs or mini-batches."""

from __future__ import annotations

import copy
import importlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from r1.trainers.config import Config, UsageError
from r1.trainers.learner.batch import Batch
from r1.trainers.learner.loss import token_loss, token_weights
from r1.trainers.learner.microbatches import MicroBatch, layout_for, microbatches
from r1.trainers.learner.optimizer_state import by_index, names_of
from r1.trainers.policy.core_pool import CorePool
from r1.trainers.policy.cpu_kernels import quicken
from r1.trainers.policy.lora import adapt
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import sample_seed


class Learner:
    """The policy in training, its optimizer, and the reference policy of the KL term.

    Raises:
        UsageError: from the constructor, if an option is not supported for this policy or not installed.
        FloatingPointError: from ``update``, if the gradient is not finite.
    """

    def __init__(self, policy: Policy, config: Config) -> None:
        self.policy, self.config = policy, config
        prepare(policy, config)
        self.reference = self._copy() if config.objective.kl_coef > 0 else None
        parameters = [p for p in policy.model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            parameters, lr=config.optim.lr, weight_decay=config.optim.weight_decay, fused=True
        )
        policy.model.train()
        # On a CPU a small micro-batch fits in the cache: a third of the time, half of the memory.
        self._tokens = config.optim.tokens or (16_384 if policy.device.type == "cuda" else 2_048)
        self._spare_silent_rows = config.objective.kl_coef == 0 or config.objective.kl_in_reward
        self._layout = layout_for(policy, "padded" if config.optim.compile else config.optim.layout)
        self._cores = CorePool(policy.model) if self._layout == "shared" else None
        self._twins = [policy] + [_twin(policy) for _ in range(1, self._cores.count if self._cores else 1)]

    def _copy(self) -> Policy:
        reference = copy.copy(self.policy)
        reference.model = copy.deepcopy(self.policy.model).eval().requires_grad_(False)
        return reference

    @torch.no_grad()
    def score(self, batch: Batch) -> Batch:
        """Return the batch with old and reference log-probabilities, as far as the loss needs them."""
        o = self.config.objective
        moves = (
            o.epochs * o.minibatches > 1
        )  # otherwise the update's only pass computes the old log-probabilities itself
        needs_old = moves or (o.kl_in_reward and o.kl_coef > 0)
        return replace(
            batch,
            old_logp_BT=self._logp(self.policy, batch) if needs_old else None,
            ref_logp_BT=self._logp(self.reference, batch) if self.reference else None,
        )

    def _logp(self, policy: Policy, batch: Batch) -> Tensor:
        logp_BT = torch.zeros_like(batch.engine_logp_BT)

        def run(rows: Tensor) -> None:
            for part, which, part_logp_BT, _ in self._microbatches(policy, batch.rows(rows)):
                logp_BT[rows[which], : part.ids_BT.shape[1]] = part_logp_BT

        rows = torch.arange(len(batch), device=logp_BT.device)
        if self._cores is None:
            run(rows)
        else:
            self._cores.map(run, rows.tensor_split(self._cores.count))
        return logp_BT

    def _microbatches(self, policy: Policy, batch: Batch) -> Iterator[MicroBatch]:
        return microbatches(policy, batch, self._tokens, self.config.sampling.temperature, self._layout)

    def update(self, batch: Batch, step: int) -> dict[str, float]:
        """Train on the batch and return metrics; ``step``, from 0, determines learning rate and order of mini-batches."""
        o = self.config.objective
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.config, step)
        sums: dict[str, float] = defaultdict(float)
        for epoch in range(o.epochs):
            for rows in self._minibatches(len(batch), step, epoch):
                self._step(batch.rows(rows.to(batch.ids_BT.device)), sums)
        if o.ref_every and self.reference and (step + 1) % o.ref_every == 0:
            self.reference.model.load_state_dict(self.policy.model.state_dict())
        return _means(sums) | {"lr": learning_rate(self.config, step)}

    def _minibatches(self, rows: int, step: int, epoch: int) -> Iterator[Tensor]:
        count = min(self.config.objective.minibatches, rows)
        if count == 1:
            yield torch.arange(rows)
            return
        generator = torch.Generator().manual_seed(sample_seed(self.config.seed, "minibatch", step, epoch) % (1 << 63))
        yield from torch.randperm(rows, generator=generator).tensor_split(count)

    def _step(self, batch: Batch, sums: dict[str, float]) -> None:
        self.optimizer.zero_grad(set_to_none=False)
        self.backward(batch, sums)
        norm = torch.nn.utils.clip_grad_norm_(self.policy.model.parameters(), self.config.optim.max_grad_norm)
        if not torch.isfinite(norm):
            raise FloatingPointError(
                f"gradient norm is {norm.item()}; lower --lr, or resume from an earlier checkpoint"
            )
        self.optimizer.step()
        sums["grad_norm"] += norm.item()
        sums["updates"] += 1

    def backward(self, batch: Batch, sums: dict[str, float]) -> None:
        """Add the batch's gradient to the parameters'. It does not depend on the division into micro-batches."""
        o = self.config.objective
        weight_BT = token_weights(batch.own_BT, o.aggregate, self.config.sampling.max_tokens)
        # A row with advantage 0 adds nothing to the gradient unless there is a KL term. The weights above count such rows,
        # so leaving them out here does not change the gradient.
        teaches_B = batch.own_BT.any(1) & ((batch.advantages_B != 0) | (not self._spare_silent_rows))
        which = teaches_B.nonzero().squeeze(1)
        sums["rows"] += len(batch)
        sums["rows_trained"] += len(which)
        if not len(which):
            return
        if self._cores is None:
            self._backward_rows(self.policy, batch.rows(which), weight_BT[which], sums)
        else:
            self._backward_on_cores(self._cores, batch, which, weight_BT, sums)

    def _backward_on_cores(
        self, cores: CorePool, batch: Batch, which: Tensor, weight_BT: Tensor, sums: dict[str, float]
    ) -> None:
        """Each core takes neighboring rows, which share a prompt, and accumulates gradients in its own twin of the policy."""

        def run(part: tuple[Policy, Tensor]) -> dict[str, float]:
            twin, rows = part
            found: dict[str, float] = defaultdict(float)
            self._backward_rows(twin, batch.rows(rows), weight_BT[rows], found)
            return found

        for found in cores.map(run, zip(self._twins, which.tensor_split(len(self._twins)), strict=True)):
            for name, value in found.items():
                sums[name] = max(sums[name], value) if name.endswith("_max") else sums[name] + value
        _gather_gradients(self._twins)

    def _backward_rows(self, policy: Policy, batch: Batch, weight_BT: Tensor, sums: dict[str, float]) -> None:
        for part, rows, logp_BT, entropy_BT in self._microbatches(policy, batch):
            self._backward_part(part, weight_BT[rows, : part.ids_BT.shape[1]], logp_BT, entropy_BT, sums)

    def _backward_part(
        self, batch: Batch, weight_BT: Tensor, logp_BT: Tensor, entropy_BT: Tensor, sums: dict[str, float]
    ) -> None:
        old_logp_BT = logp_BT.detach() if batch.old_logp_BT is None else batch.old_logp_BT
        loss_BT, stats = token_loss(
            self.config.objective,
            logp_BT,
            old_logp_BT,
            batch.advantages_B,
            batch.own_BT,
            ref_logp_BT=batch.ref_logp_BT,
            engine_logp_BT=batch.engine_logp_BT,
        )
        loss = (loss_BT * weight_BT.to(loss_BT.dtype)).sum()
        loss.backward()
        sums["loss"] += loss.item()
        gap_BT = (old_logp_BT - batch.engine_logp_BT).abs() * batch.own_BT
        sums["engine_gap_max"] = max(sums["engine_gap_max"], gap_BT.max().item())
        sums["tokens"] += batch.own_BT.sum().item()
        for name, value_BT in (stats | {"entropy": entropy_BT, "engine_gap": gap_BT}).items():
            sums[f"token/{name}"] += (value_BT * batch.own_BT).sum().item()

    def state(self) -> dict[str, Any]:
        """Return everything that the next update depends on."""
        return {
            "model": self.policy.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "reference": self.reference.model.state_dict() if self.reference else None,
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.policy.model.load_state_dict(state["model"])
        if state["optimizer"] is not None:
            self.optimizer.load_state_dict(by_index(state["optimizer"], names_of(self.policy.model)))
        if self.reference:
            self.reference.model.load_state_dict(state["reference"])


def prepare(policy: Policy, config: Config) -> None:
    """Switch dropout off, and set up the adapters, kernels, compilation and gradient checkpointing of the configuration, in place.

    Raises:
        UsageError: Liger is not installed.
    """
    o = config.optim
    policy.float32_head = o.float32_head
    _without_dropout(policy.model)
    if policy.device.type == "cpu" and type(policy) is Policy:
        quicken(policy.model)
    adapt(policy.model, config)
    if o.liger:
        try:
            liger = importlib.import_module("liger_kernel.transformers")
        except ImportError as error:
            raise UsageError(
                "liger: not installed; install it with: pip install liger-kernel (it needs a GPU)"
            ) from error
        liger._apply_liger_kernel_to_instance(policy.model)
    if o.gradient_checkpointing:
        policy.model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    if o.compile:
        policy.model.base_model.compile(dynamic=True)


def _without_dropout(model: torch.nn.Module) -> None:
    """Switch dropout off, also in training mode: the ratio to the policy that sampled would be noise. In place."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
        for name, value in vars(module).items():
            if "dropout" in name and isinstance(value, float):
                setattr(module, name, 0.0)


def _twin(policy: Policy) -> Policy:
    """A policy that shares the weight tensors but has its own gradients."""
    twin = copy.copy(policy)
    twin.model = copy.deepcopy(policy.model)
    for ours, theirs in zip(policy.model.parameters(), twin.model.parameters(), strict=True):
        theirs.data = ours.data
    return twin


def _gather_gradients(policies: Sequence[Policy]) -> None:
    """Move the twins' gradients to the first policy, always in the same order, so that runs are reproducible bit by bit."""
    for ours, *others in zip(*(p.model.parameters() for p in policies), strict=True):
        for other in others:
            if other.grad is not None:
                ours.grad = other.grad if ours.grad is None else ours.grad.add_(other.grad)
                other.grad = None


def learning_rate(config: Config, step: int) -> float:
    """Return the rate of a step: linear warm-up, then linear decay to ``final_lr`` times ``lr`` at the last step."""
    o = config.optim
    if step < o.warmup:
        return o.lr * (step + 1) / o.warmup
    rest = max(config.steps - o.warmup - 1, 1)
    return o.lr * (1 - (1 - o.final_lr) * min((step - o.warmup) / rest, 1.0))


def _means(sums: Mapping[str, float]) -> dict[str, float]:
    tokens, updates = max(sums["tokens"], 1), max(sums["updates"], 1)
    means = {name.removeprefix("token/"): total / tokens for name, total in sums.items() if name.startswith("token/")}
    means |= {"loss": sums["loss"] / updates, "grad_norm": sums["grad_norm"] / updates}
    means |= {"engine_gap_max": sums["engine_gap_max"], "trained_share": sums["rows_trained"] / max(sums["rows"], 1)}
    return means
