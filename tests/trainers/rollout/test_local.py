"""The local engine: its samples are those of a plain loop, whatever else is in the batch."""

from __future__ import annotations

import copy
import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import Request, Sample, SamplingParams, sample_seed
from r1.trainers.rollout.local import LocalEngine, _draw, _uniforms

PROMPTS = [(10, 11, 12), (40, 41), (50, 51, 52, 53, 54, 55)]


def plain_loop(policy: Policy, prompt: tuple[int, ...], seed: int, sampling: SamplingParams) -> list[int]:
    """No cache, no batch, no padding: the whole text through the model for every token."""
    uniform, ids = _uniforms([seed], sampling.max_tokens)[0], list(prompt)
    for t in range(sampling.max_tokens):
        logits = policy.model(input_ids=torch.tensor([ids])).logits[:, -1]
        token, _ = draw_each(logits, uniform[t : t + 1], sampling.temperature)
        ids.append(int(token))
        if int(token) in sampling.stop_ids:
            break
    return ids[len(prompt) :]


def draw_each(
    logits_BV: torch.Tensor, uniform_B: torch.Tensor, temperature: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Sample with one text per row."""
    rows = torch.arange(len(logits_BV))
    return _draw(logits_BV, rows, torch.zeros_like(rows), uniform_B, temperature)


def stop_often(policy: Policy) -> frozenset[int]:
    return frozenset(
        range(20, 60)
    )  # an untrained model soon samples one of forty tokens, at different steps in each row


@torch.no_grad()
def test_samples_equal_a_plain_loop_with_rows_leaving_at_different_times(policy: Policy) -> None:
    sampling = SamplingParams(12, 1.0, stop_often(policy))
    requests = [Request(p, tuple(sample_seed("t", i, k) for k in range(5))) for i, p in enumerate(PROMPTS)]
    drawn = LocalEngine(policy.model, policy.pad_id).generate(requests, sampling)
    lengths = {len(s.token_ids) for s in itertools.chain(*drawn)}
    assert len(lengths) > 3, "rows must finish at different times"
    for request, samples in zip(requests, drawn, strict=True):
        for seed, sample in zip(request.seeds, samples, strict=True):
            assert list(sample.token_ids) == plain_loop(policy, request.prompt_ids, seed, sampling)
            assert sample.finish == ("stop" if sample.token_ids[-1] in sampling.stop_ids else "length")


@settings(max_examples=15)
@given(st.lists(st.sampled_from(PROMPTS), min_size=1, max_size=4), st.integers(1, 3), st.integers(1, 7))
def test_a_seed_determines_its_completion(
    shared_policy: Policy, prompts: list[tuple[int, ...]], group: int, max_rows: int
) -> None:
    policy = shared_policy
    sampling = SamplingParams(6, 1.0, stop_often(policy))
    requests = [Request(p, tuple(sample_seed(p, k) for k in range(group))) for p in prompts]
    together = LocalEngine(policy.model, policy.pad_id, max_rows).generate(requests, sampling)
    for request, samples in zip(requests, together, strict=True):
        alone = LocalEngine(policy.model, policy.pad_id).generate([request], sampling)[0]
        assert [s.token_ids for s in samples] == [s.token_ids for s in alone]


def test_log_probabilities_are_those_of_the_policy(policy: Policy) -> None:
    sampling = SamplingParams(8, 0.7, stop_often(policy))
    (samples,) = LocalEngine(policy.model, policy.pad_id).generate([Request(PROMPTS[0], tuple(range(6)))], sampling)
    for sample in samples:
        ids = torch.tensor([[*sample.prompt_ids, *sample.token_ids]])
        mask = torch.arange(ids.shape[1])[None] >= len(sample.prompt_ids)
        logp, _ = policy.logp(ids, mask, 0.7)
        torch.testing.assert_close(logp[mask], torch.tensor(sample.logp), atol=2e-6, rtol=1e-5)


def test_tokens_have_the_frequency_of_their_probability() -> None:
    """A chi-square test of 20,000 samples against the distribution."""
    logits = torch.tensor([[0.0, 1.0, -2.0, 0.5, -30.0]])
    uniform = _uniforms([7], 20_000)[0]
    rows = torch.arange(20_000)
    token, _ = _draw(logits.expand(2, 5), rows % 2, rows // 2, uniform, 1.0)  # 10,000 rows at each of two texts
    seen = torch.bincount(token, minlength=5).double()
    want = torch.softmax(logits[0].double(), 0) * 20_000
    assert ((seen - want)[:4] ** 2 / want[:4]).sum() < 16.3  # 0.1 % quantile with three degrees of freedom
    assert seen[4] == 0


def test_the_ends_of_the_unit_interval_give_possible_tokens() -> None:
    logits = torch.tensor([[-1e9, 0.0, 0.0, -1e9]])
    assert draw_each(logits, torch.tensor([0.0], dtype=torch.float64), 1.0)[0].item() == 1
    assert draw_each(logits, torch.tensor([1 - 2**-53], dtype=torch.float64), 1.0)[0].item() == 2


def test_greedy_takes_the_likeliest_token_and_reports_its_probability() -> None:
    token, logp = draw_each(torch.tensor([[0.0, 3.0, 1.0]]), torch.tensor([0.999], dtype=torch.float64), 0.0)
    assert token.item() == 1
    torch.testing.assert_close(logp, torch.log_softmax(torch.tensor([[0.0, 3.0, 1.0]]), 1)[:, 1])


def test_seeds_of_similar_keys_are_independent() -> None:
    seeds = {
        sample_seed(seed, step, task, k)
        for seed in range(3)
        for step in range(5)
        for task in range(5)
        for k in range(8)
    }
    assert len(seeds) == 600
    streams = _uniforms([sample_seed(0, 0), sample_seed(0, 1)], 1000)
    assert abs(torch.corrcoef(streams)[0, 1].item()) < 0.1


def test_torchs_global_generator_is_not_changed(policy: Policy) -> None:
    before = torch.get_rng_state()
    LocalEngine(policy.model, policy.pad_id).generate([Request(PROMPTS[0], (1, 2))], SamplingParams(4))
    assert torch.equal(before, torch.get_rng_state())


def test_samples_carry_the_version_of_the_weights(policy: Policy) -> None:
    engine = LocalEngine(policy.model, policy.pad_id)
    engine.load(policy.weights(), version=5)
    sample: Sample = engine.generate([Request(PROMPTS[0], (1,))], SamplingParams(2))[0][0]
    assert sample.version == 5


def test_nan_logits_stop_the_run(policy: Policy) -> None:
    broken = copy.deepcopy(policy.model)
    with torch.no_grad():
        broken.get_output_embeddings().weight.fill_(math.nan)
    with pytest.raises(FloatingPointError, match="log-probabilities are NaN"):
        LocalEngine(broken, policy.pad_id).generate([Request((5, 6), (1, 2))], SamplingParams(4, 1.0, frozenset()))


def test_a_prompt_that_fills_the_context_gets_an_empty_completion(policy: Policy) -> None:
    engine = LocalEngine(policy.model, policy.pad_id)
    engine.context = 4
    full, short = engine.generate([Request((5, 6, 7, 8), (1,)), Request((5, 6), (1,))], SamplingParams(9))
    assert (full[0].token_ids, full[0].logp, full[0].finish) == ((), (), "length")
    assert len(short[0].token_ids) == 2
