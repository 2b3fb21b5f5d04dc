"""Layouts of a micro-batch: padded, packed and with shared prompts, the numbers and the gradient are the same."""

from __future__ import annotations

import copy
import itertools

import pytest
import torch
from small_models import MODELS, small_policy

import r1.trainers.threads  # noqa: F401  # before torch
from r1.trainers.batch import Batch, collate, with_advantages
from r1.trainers.config import Config, UsageError, with_settings
from r1.trainers.cpu_kernels import SHORT, quicken, quicken_norms
from r1.trainers.episodes import Episode
from r1.trainers.learner import Learner
from r1.trainers.passes import layout_for, passes
from r1.trainers.policy import Policy

DENSE_AND_MOE = ("qwen2", "qwen3", "qwen3_moe", "deepseek_v3")


def episodes() -> list[Episode]:
    """Three groups of four with prompts of different lengths, completions of 1 to 9 tokens, one that the environment answered."""
    draw = torch.Generator().manual_seed(1)
    tokens = lambda count: torch.randint(3, 100, (count,), generator=draw).tolist()  # noqa: E731
    made = []
    for i, length in enumerate([3, 7, 1]):
        prompt = tuple(tokens(length))
        for k, written in enumerate([1, 9, 4, 6]):
            own = [not (k == 1 and 3 <= t < 5) for t in range(written)]
            made.append(Episode(str(i), "?", prompt, tokens(written), own, [-1.0] * written, reward=float((i + k) % 3)))
    return made


def config(**changes: object) -> Config:
    return with_settings(Config(), {"group": 4, "prompts": 3, "max_tokens": 9, "kl_coef": 0.0} | changes)


def gradient(policy: Policy, c: Config) -> torch.Tensor:
    learner = Learner(policy, c)
    batch = learner.score(collate(episodes(), policy.pad_id, policy.device))
    batch = with_advantages(batch, episodes(), 4, c.objective, 9)
    policy.model.zero_grad()
    learner.backward(batch, _sums := _Zero())
    return torch.cat([p.grad.flatten() for p in policy.model.parameters() if p.grad is not None])


class _Zero(dict[str, float]):
    def __missing__(self, name: str) -> float:
        return 0.0


@pytest.mark.parametrize("model", DENSE_AND_MOE)
def test_the_gradient_does_not_depend_on_the_layout(model: str) -> None:
    policy = small_policy(model)
    want = gradient(policy, config(layout="padded", tokens=10_000))
    assert want.abs().max() > 1e-2
    assert layout_for(policy, "auto") == "shared"
    for layout, tokens in itertools.product(("packed", "shared", "padded"), (1, 24, 10_000)):
        found = gradient(policy, config(layout=layout, tokens=tokens))
        torch.testing.assert_close(found, want, atol=2e-6, rtol=1e-4, msg=f"{layout}, {tokens} tokens a part")


@pytest.mark.parametrize("layout", ["padded", "packed", "shared"])
def test_several_passes_with_a_reference_agree_too(layout: str) -> None:
    """Old and reference log-probabilities go the same way as those that are trained."""
    policy, losses = small_policy("qwen3"), {}
    for how in ("padded", layout):
        learner = Learner(copy.deepcopy(policy), config(layout=how, kl_coef=0.1, epochs=2, minibatches=2, lr=1e-3))
        batch = learner.score(collate(episodes(), policy.pad_id, policy.device))
        losses[how] = learner.update(with_advantages(batch, episodes(), 4, learner.config.objective, 9), 0)
    assert losses[layout] == pytest.approx(losses["padded"], rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("model", DENSE_AND_MOE)
@torch.no_grad()
def test_no_row_sees_another(model: str) -> None:
    """Each row's log-probabilities, alone and padded, are those that it has in company, whatever its neighbours say."""
    policy = small_policy(model)
    batch = collate(episodes(), policy.pad_id, policy.device)
    alone = torch.cat([policy.logp(row.ids_BT, row.own_BT, 1.0)[0][row.own_BT] for row, _ in batch.micro(1)])
    order = torch.cat([which for _, which in batch.micro(1)])
    for layout in ("packed", "shared"):
        logp_BT = torch.zeros_like(batch.engine_logp_BT)
        for part, which, part_logp_BT, _ in passes(policy, batch, 10_000, 1.0, layout):
            logp_BT[which, : part.ids_BT.shape[1]] = part_logp_BT
        torch.testing.assert_close(logp_BT[order][batch.own_BT[order]], alone, atol=2e-5, rtol=1e-4)


def test_a_shared_prompt_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tokens that go through the model are the three prompts and the completions without their last token."""
    policy, seen = small_policy("qwen3"), []
    forward = policy.model.base_model.forward

    def counting(*args: object, **kwargs: torch.Tensor) -> object:
        seen.append(kwargs["input_ids"].numel())
        return forward(*args, **kwargs)

    monkeypatch.setattr(policy.model.base_model, "forward", counting)
    batch = collate(episodes(), policy.pad_id, policy.device)
    for _ in passes(policy, batch, 10_000, 1.0, "shared"):
        pass
    prompts, completions = 3 * 7, 12 * (9 - 1)  # padded to the longest
    assert sum(seen) == prompts + completions
    assert sum(seen) < batch.ids_BT.numel()


def test_rows_that_teach_nothing_are_passed_by() -> None:
    policy = small_policy("qwen3")
    batch = collate(episodes(), policy.pad_id, policy.device)
    silent = Batch(**vars(batch) | {"own_BT": torch.zeros_like(batch.own_BT)})
    assert list(passes(policy, silent, 100, 1.0, "shared")) == []


def test_gradient_checkpointing_changes_no_gradient_and_shares_nothing() -> None:
    policy = small_policy("qwen3")
    want = gradient(policy, config(layout="padded"))
    torch.testing.assert_close(gradient(policy, config(gradient_checkpointing=True)), want, atol=1e-6, rtol=1e-4)
    assert layout_for(policy, "auto") == "padded"
    with pytest.raises(UsageError, match="layout shared: not with this model"):
        layout_for(policy, "shared")


@pytest.mark.slow  # a minute and a half of C++ compiler
@pytest.mark.filterwarnings("ignore")  # the compiler's own
def test_a_compiled_policy_has_the_same_gradient() -> None:
    want = gradient(small_policy("qwen3"), config(layout="padded"))
    torch.testing.assert_close(gradient(small_policy("qwen3"), config(compile=True)), want, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_lanes_change_no_gradient(count: int) -> None:
    """A small model's rows are divided over the cores; the sum is that of one."""
    before, policy = torch.get_num_threads(), small_policy("qwen3")
    want = gradient(policy, config(layout="padded"))
    torch.set_num_threads(count)
    try:
        torch.testing.assert_close(gradient(policy, config()), want, atol=1e-6, rtol=1e-4)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("model", sorted(MODELS))
@pytest.mark.parametrize("length", [0, SHORT])
def test_kernels_of_our_own_change_no_gradient(model: str, length: int) -> None:
    """In short texts and in long ones, which go through torch's attention."""
    plain, quick = small_policy(model), small_policy(model)
    quicken(quick.model)
    assert sum(type(m).forward.__module__ == "r1.trainers.cpu_kernels" for m in quick.model.modules()) >= 5
    found = []
    for policy in (plain, quick):
        batch = collate(episodes(), policy.pad_id, policy.device)
        ids_BT, own_BT = (torch.nn.functional.pad(x, (length, 0)) for x in (batch.ids_BT, batch.own_BT))
        policy.logp(ids_BT, own_BT, 1.0)[0].sum().backward()
        found.append(torch.cat([p.grad.flatten() for p in policy.model.parameters() if p.grad is not None]))
    torch.testing.assert_close(found[1], found[0], atol=1e-5, rtol=1e-4)
    assert quick.model.state_dict().keys() == plain.model.state_dict().keys()


def test_a_norm_with_other_numbers_is_left_alone() -> None:
    class OnePlus(torch.nn.Module):
        """Gemma's: the weight counts from 1."""

        def __init__(self) -> None:
            super().__init__()
            self.weight, self.variance_epsilon = torch.nn.Parameter(torch.rand(4)), 1e-6

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.rms_norm(x, (4,), 1 + self.weight, self.variance_epsilon)

    module = OnePlus()
    quicken_norms(module)
    assert type(module) is OnePlus


@pytest.mark.parametrize("model", sorted(MODELS))
def test_bfloat16_drifts_by_little(model: str) -> None:
    """bf16 computation on float32 master weights: log-probabilities against float32, and the gradient's direction."""
    exact, rough = small_policy(model), small_policy(model, "bfloat16")
    batch = collate(episodes(), exact.pad_id, exact.device)
    gaps = []
    for rough.float32_head in (False, True):
        with torch.no_grad():
            logp_BT = [p.logp(batch.ids_BT, batch.own_BT, 1.0)[0] for p in (exact, rough)]
        gaps.append((logp_BT[0] - logp_BT[1]).abs()[batch.own_BT])
    a, b = gradient(exact, config()), gradient(rough, config())
    assert b.dtype == torch.float32
    cosine = torch.nn.functional.cosine_similarity(a, b, dim=0).item()
    means = ", ".join(f"{gap.mean():.4f} (at most {gap.max():.4f})" for gap in gaps)
    print(f"{model}: log-probabilities differ by {means} with a float32 head; cosine of the gradients {cosine:.5f}")
    assert gaps[0].mean() < 0.05
    assert gaps[1].mean() < gaps[0].mean()
    assert cosine > 0.97
