"""Layouts of a micro-batch: padded, packed and shared have the same log-probabilities and gradient."""

from __future__ import annotations

import copy
import functools
import itertools
import random

import pytest
import torch
from batches import Sums, some_episodes
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import MODELS, small_policy

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import Config, UsageError, with_settings
from r1.trainers.learner.batch import Batch, collate, with_advantages
from r1.trainers.learner.learner import Learner
from r1.trainers.learner.microbatches import layout_for, microbatches
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.episodes import Episode

DENSE_AND_MOE = ("qwen2", "qwen3", "qwen3_moe", "deepseek_v3")


def config(**changes: object) -> Config:
    return with_settings(Config(), {"group": 4, "prompts": 3, "max_tokens": 9, "kl_coef": 0.0} | changes)


def gradient(policy: Policy, c: Config, found: list[Episode] | None = None) -> torch.Tensor:
    learner, found = Learner(policy, c), found or some_episodes()
    batch = learner.score(collate(found, policy.pad_id, policy.device))
    batch = with_advantages(batch, found, c.sampling.group, c.objective, 9)
    policy.model.zero_grad()
    learner.backward(batch, Sums())
    return torch.cat([p.grad.flatten() for p in policy.model.parameters() if p.grad is not None])


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
def test_layouts_agree_with_a_reference_and_several_passes(layout: str) -> None:
    """Old and reference log-probabilities use the layout, too."""
    policy, losses = small_policy("qwen3"), {}
    for how in ("padded", layout):
        learner = Learner(copy.deepcopy(policy), config(layout=how, kl_coef=0.1, epochs=2, minibatches=2, lr=1e-3))
        batch = learner.score(collate(some_episodes(), policy.pad_id, policy.device))
        losses[how] = learner.update(with_advantages(batch, some_episodes(), 4, learner.config.objective, 9), 0)
    assert losses[layout] == pytest.approx(losses["padded"], rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("model", DENSE_AND_MOE)
@torch.no_grad()
def test_no_row_attends_to_another(model: str) -> None:
    """A row has the same log-probabilities alone and in a batch, whatever the other rows are."""
    policy = small_policy(model)
    batch = collate(some_episodes(), policy.pad_id, policy.device)
    alone = torch.cat([policy.logp(row.ids_BT, row.own_BT, 1.0)[0][row.own_BT] for row, _ in batch.micro(1)])
    order = torch.cat([which for _, which in batch.micro(1)])
    for layout in ("packed", "shared"):
        logp_BT = torch.zeros_like(batch.engine_logp_BT)
        for part, which, part_logp_BT, _ in microbatches(policy, batch, 10_000, 1.0, layout):
            logp_BT[which, : part.ids_BT.shape[1]] = part_logp_BT
        torch.testing.assert_close(logp_BT[order][batch.own_BT[order]], alone, atol=2e-5, rtol=1e-4)


def alike_episodes(seed: int) -> list[Episode]:
    """Four groups of six, with common prefixes among prompts, and completions of two different tokens, which share many prefixes."""
    draw = random.Random(seed)
    made = []
    for prompt in [(5,), (5, 6), (5, 6, 7, 8), (9, 9)]:
        for k in range(6):
            written = [draw.choice((6, 7)) for _ in range(draw.randint(1, 9))]
            own = [not (k == 5 and t == 2) for t in range(len(written))]
            made.append(Episode("t", "?", prompt, written, own, [-1.0] * len(written), reward=draw.random()))
    return made


def fed(policy: Policy, found: list[Episode], tokens: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Number of tokens that go through the model to score the episodes."""
    seen, forward = [], policy.model.base_model.forward

    def counting(*args: object, **kwargs: torch.Tensor) -> object:
        seen.append(kwargs["input_ids"].numel())
        return forward(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(policy.model.base_model, "forward", counting)
        for _ in microbatches(policy, collate(found, policy.pad_id, policy.device), tokens, 1.0, "shared"):
            pass
    return sum(seen)


def test_shared_prefixes_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tokens of one tree that go through the model are the distinct prefixes of a group's texts."""
    policy = small_policy("qwen3")
    for seed in range(5):
        found = alike_episodes(seed)[6:12]
        texts = [(*e.prompt_ids, *e.token_ids) for e in found]
        distinct = {text[:end] for text in texts for end in range(1, len(text))}  # the last token predicts nothing
        assert fed(policy, found, 10_000, monkeypatch) == len(distinct) < 0.8 * sum(map(len, texts))


def test_a_tree_of_many_nodes_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared prefix is computed again in the next tree, at most once for each text."""
    policy, found = small_policy("qwen3"), alike_episodes(0)[6:12]
    whole, cut, single = (fed(policy, found, tokens, monkeypatch) for tokens in (10_000, 12, 1))
    assert whole < cut <= single
    assert single <= sum(len(e.prompt_ids) + len(e.token_ids) - 1 for e in found)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from((1, 7, 20, 60, 10_000)))
def test_shared_rows_have_the_log_probabilities_of_padded_ones(seed: int, tokens: int) -> None:
    policy = _qwen3()
    batch = collate(alike_episodes(seed), policy.pad_id, policy.device)
    found, want = torch.zeros_like(batch.engine_logp_BT), torch.zeros_like(batch.engine_logp_BT)
    entropy = torch.zeros_like(found), torch.zeros_like(found)
    with torch.no_grad():
        for logp_BT, entropy_BT, layout in ((found, entropy[0], "shared"), (want, entropy[1], "padded")):
            for part, which, part_logp_BT, part_entropy_BT in microbatches(policy, batch, tokens, 1.0, layout):
                logp_BT[which, : part.ids_BT.shape[1]] = part_logp_BT
                entropy_BT[which, : part.ids_BT.shape[1]] = part_entropy_BT
    torch.testing.assert_close(found, want, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(*entropy, atol=1e-5, rtol=1e-4)
    assert (found != 0).equal(batch.own_BT)


@functools.cache
def _qwen3() -> Policy:
    return small_policy("qwen3")


@pytest.mark.parametrize("model", DENSE_AND_MOE)
def test_the_gradient_of_rows_with_common_prefixes_is_that_of_padded_ones(model: str) -> None:
    policy, found, shape = small_policy(model), alike_episodes(3), {"group": 6, "prompts": 4}
    want = gradient(policy, config(layout="padded", tokens=10_000, **shape), found)
    assert want.abs().max() > 1e-2
    for tokens in (1, 20, 10_000):
        shared = gradient(policy, config(layout="shared", tokens=tokens, **shape), found)
        torch.testing.assert_close(shared, want, atol=2e-6, rtol=1e-4, msg=f"{tokens} tokens a part")


def test_models_without_custom_masks_use_padding() -> None:
    """One has a sliding window, the other's attention does not accept such masks."""
    assert layout_for(small_policy("mistral", sliding_window=4), "auto") == "padded"
    eager = small_policy("qwen3")
    eager.model.set_attn_implementation("eager")  # eager attention adds the mask to the scores, True as 1
    assert layout_for(eager, "auto") == "padded"


def test_rows_without_own_tokens_are_skipped() -> None:
    policy = small_policy("qwen3")
    batch = collate(some_episodes(), policy.pad_id, policy.device)
    silent = Batch(**vars(batch) | {"own_BT": torch.zeros_like(batch.own_BT)})
    assert list(microbatches(policy, silent, 100, 1.0, "shared")) == []


def test_gradient_checkpointing_changes_no_gradient() -> None:
    want = gradient(small_policy("qwen3"), config(layout="padded"))
    for layout in ("padded", "shared"):
        found = gradient(small_policy("qwen3"), config(gradient_checkpointing=True, layout=layout))
        torch.testing.assert_close(found, want, atol=1e-6, rtol=1e-4)


def test_an_unsupported_layout_is_rejected() -> None:
    with pytest.raises(UsageError, match=r"layout shared: this model .* not support it"):
        layout_for(small_policy("mistral", sliding_window=4), "shared")


@pytest.mark.slow  # compiling C++ takes a minute, several on a busy machine
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore")  # of the compiler
def test_a_compiled_policy_has_the_same_gradient() -> None:
    want = gradient(small_policy("qwen3", num_hidden_layers=1), config(layout="padded"))
    found = gradient(small_policy("qwen3", num_hidden_layers=1), config(compile=True))
    torch.testing.assert_close(found, want, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_number_of_cores_does_not_change_the_gradient(count: int) -> None:
    """A small model's rows are divided over the cores; the sum stays the same."""
    before, policy = torch.get_num_threads(), small_policy("qwen3")
    want = gradient(policy, config(layout="padded"))
    torch.set_num_threads(count)
    try:
        torch.testing.assert_close(gradient(policy, config()), want, atol=1e-6, rtol=1e-4)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("model", sorted(MODELS))
def test_bfloat16_is_close_to_float32(model: str) -> None:
    """bf16 computation on float32 master weights: log-probabilities against float32, and the gradient's direction."""
    exact, rough = small_policy(model), small_policy(model, "bfloat16")
    batch = collate(some_episodes(), exact.pad_id, exact.device)
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
