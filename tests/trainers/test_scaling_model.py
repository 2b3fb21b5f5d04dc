"""The scaling model's arithmetic: parameter counts against the published ones, memory and seconds against hand counts."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from shared_data import ROOT

from r1.trainers.command_line import parse

PATH = ROOT / "benchmarks/scaling_model.py"


@pytest.fixture(scope="module")
def model() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scaling_model", PATH)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["scaling_model"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "published"), [("0.5B", 494_032_768), ("7B", 7_615_616_512), ("32B", 32_763_876_352)])
def test_shapes_have_the_published_number_of_parameters(model: ModuleType, name: str, published: int) -> None:
    """Of Qwen2.5-0.5B, -7B and -32B, biases and norms included."""
    assert model.SHAPES[name].parameters == published


def test_a_learners_memory_is_the_hand_count(model: ModuleType) -> None:
    """7B on 4 ranks, no reference, micro-batches of 16,384 tokens."""
    layer = (3584 * 3584 + 3584) + 2 * (3584 * 512 + 512) + 3584 * 3584 + 3 * 3584 * 18_944 + 2 * 3584  # 233,057,792
    embeddings = 2 * 152_064 * 3584  # 1,089,994,752
    state = 16 * 7_615_616_512 / 4  # 30.5 GB
    gathered = (4 + 2 + 4) * embeddings  # float32 weights, bfloat16 casts, float32 gradients: 10.9 GB
    gathered += (2 + 2 + 4) * 2 * layer  # bfloat16 weights and gradients, float32 on their way to the sum: 3.7 GB
    kept = 28 * 16_384 * 3584 * 2  # 3.3 GB
    inside = 16_384 * (12 * 3584 + 8 * 18_944) * 2  # 6.4 GB
    logits = 3 * 128 * 2**20  # 0.4 GB
    by_hand = state + gathered + kept + inside + logits
    assert by_hand == pytest.approx(55.2e9, rel=0.01)
    at = model.Placement(gpus=8, learners=4, rollouts=4)
    assert model.learner_bytes(model.SHAPES["7B"], model.Work(), at) == pytest.approx(by_hand, rel=1e-9)


def test_a_reference_costs_its_weights(model: ModuleType) -> None:
    shape, work = model.SHAPES["7B"], model.Work()
    at = model.Placement(gpus=8, learners=4, rollouts=4)
    extra = model.learner_bytes(shape, work, replace(at, reference=True)) - model.learner_bytes(shape, work, at)
    assert extra == shape.parameters  # four bytes, over four ranks


def test_a_decoding_step_that_reads_is_as_long_as_the_reading(model: ModuleType) -> None:
    """One row of 7B: 15.2 GB of weights and 57,344 bytes a token of keys and values, at 60 % of 3.35 TB/s."""
    shape, machine = model.SHAPES["7B"], model.Machine()
    assert shape.kv_bytes_per_token == 2 * 28 * 4 * 128 * 2 == 57_344
    work = model.Work(prompts=1, group=1, prompt=0, completion=1000, longest=1000)
    seconds = model._generate_s(shape, machine, work, wanted=1, in_flight=1, context=500, spread=1)
    assert seconds == pytest.approx(1000 * (2 * 7_615_616_512 + 500 * 57_344) / (0.6 * 3.35e12), rel=1e-6)


def test_training_is_four_forward_passes_at_the_assumed_utilisation(model: ModuleType) -> None:
    shape, work = model.SHAPES["7B"], model.Work()
    tokens = 512 * (2048 + 256)
    at = model.Placement(gpus=1, learners=1, rollouts=1)
    weights = 7_615_616_512 - 152_064 * 3584 - 3584  # without the embedding that is looked up and the last norm
    want = 4 * tokens * (2 * weights + 4 * 28 * 28 * 128 * 1000) / (0.4 * 989e12)
    assert model._train_s(shape, model.Machine(), work, at, 1000) == pytest.approx(want, rel=1e-6)


def test_an_update_is_gathered_broadcast_and_kept_in_bfloat16(model: ModuleType) -> None:
    """7B inside a node, 15.2 GB: twice over NVLink at 315 GB/s, once to the host; between nodes at 35 GB/s."""
    shape, machine = model.SHAPES["7B"], model.Machine()
    whole = 2 * 7_615_616_512
    inside = model._sync_s(shape, machine, model.Placement(8, 4, 4))
    assert inside == pytest.approx(2 * whole / 315e9 + whole / 50e9, rel=1e-6)
    across = model._sync_s(shape, machine, model.Placement(64, 32, 32))
    assert across == pytest.approx(2 * whole / 35e9 + whole / 50e9, rel=1e-6)


NO_ROOM = {("7B", 1, True, False), ("32B", 1, True, False), ("32B", 8, False, False), ("32B", 8, True, False)}


def key(name: str, at: Any) -> tuple[str, int, bool, bool]:
    return name, at.gpus, at.colocated, at.lora


def test_a_better_machine_is_never_slower(model: ModuleType) -> None:
    for name, at in model.PLACEMENTS:
        shape, work = model.SHAPES[name], model.work_for(at.gpus, 2048)
        plain = model.predict(shape, model.Machine(), work, at)
        for field in ("flops", "memory_bandwidth", "nvlink", "network", "host"):
            better = replace(model.Machine(), **{field: 2 * getattr(model.Machine(), field)})
            assert model.predict(shape, better, work, at).step_s <= plain.step_s
        assert plain.fits == (key(name, at) not in NO_ROOM)


def test_the_documents_table_is_the_models(
    model: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["scaling_model.py"])
    model.main()
    assert capsys.readouterr().out.strip() in (ROOT / "docs/scaling.md").read_text()


def test_the_documents_commands_are_legal_and_use_the_gpus_they_claim(model: ModuleType, tmp_path: Path) -> None:
    text = (ROOT / "docs/scaling.md").read_text()
    (settings,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "scale.yaml").write_text(settings)
    commands = re.findall(r"^python trainers/grpo.py (.*)$", text, re.MULTILINE)
    found = set()
    for command in commands:
        (tmp_path / "lora.yaml").write_text(settings + "lora_rank: 32\n")
        config = parse(re.sub(r"\w+\.yaml", lambda file: str(tmp_path / file[0]), command).split())
        assert (config.optim.dtype, config.objective.kl_coef, config.placement.rollout) == ("bfloat16", 0, "vllm")
        name, p = str(config.model).rpartition("-")[2], config.placement
        spread = 4 if name == "32B" else 1
        gpus = p.learners + p.rollouts * spread
        lora = "--config lora.yaml" in command
        (at,) = [at for n, at in model.PLACEMENTS if key(n, at) == (name, gpus, not p.rollouts, lora)]
        assert (at.learners, 0 if at.colocated else at.rollouts) == (p.learners, p.rollouts)
        assert at.tensor_parallel == spread
        assert p.nodes == max(1, gpus // 8)
        assert config.sampling.prompts == model.work_for(gpus, 2048).prompts
        found.add(key(name, at))
    assert found == {key(name, at) for name, at in model.PLACEMENTS} - NO_ROOM
