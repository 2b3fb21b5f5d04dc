"""Where a model comes from: directories, GGUF files and packages; what cannot be found is one line with the remedy."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch
from small_models import small_policy

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import UsageError
from r1.trainers.policy.eager import close, plain_logits, probe_rows
from r1.trainers.policy.policy import load_policy
from r1.trainers.policy.sources import PACKAGED, cache_folder, model_directory


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def write_gguf(path: Path) -> dict[str, torch.Tensor]:
    """Write a Llama of random float32 weights as a GGUF file, as llama.cpp's converter does; return the weights by HF name."""
    gguf = pytest.importorskip("gguf", reason="the package gguf is not installed: pip install gguf")
    policy = small_policy("llama")
    c, heads = policy.model.config, policy.model.config.num_attention_heads
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_block_count(c.num_hidden_layers)
    writer.add_context_length(c.max_position_embeddings)
    writer.add_embedding_length(c.hidden_size)
    writer.add_feed_forward_length(c.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(c.num_key_value_heads)
    writer.add_layer_norm_rms_eps(c.rms_norm_eps)
    writer.add_rope_freq_base(c.rope_parameters["rope_theta"])
    writer.add_vocab_size(c.vocab_size)
    tokens = ["<pad>", "<end>", "<begin>", "a", "b", "ab", *(f"<{i}>" for i in range(6, c.vocab_size))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL] * 3 + [gguf.TokenType.NORMAL] * (c.vocab_size - 3))
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(True)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, c.num_hidden_layers)
    weights = {name: p.detach() for name, p in policy.model.named_parameters()}
    for name, weight in weights.items():
        data = weight
        if "q_proj" in name or "k_proj" in name:  # llama.cpp pairs neighboring dimensions in its rotary embedding
            n = heads if "q_proj" in name else c.num_key_value_heads
            data = weight.reshape(n, 2, weight.shape[0] // n // 2, -1).swapaxes(1, 2).reshape(weight.shape)
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight",)), data.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return weights


@pytest.mark.filterwarnings("ignore")  # of transformers' GGUF reader
def test_a_gguf_file_becomes_the_same_model_once(tmp_path: Path) -> None:
    weights, said = write_gguf(tmp_path / "mine.gguf"), []
    directory = model_directory(str(tmp_path / "mine.gguf"), said.append)
    assert Path(directory).parent == cache_folder()
    assert len(said) == 1 and "converting mine" in said[0]
    policy = load_policy(directory, torch.device("cpu"))
    for name, parameter in policy.model.named_parameters():
        torch.testing.assert_close(parameter.detach(), weights[name], msg=name)
    rows = probe_rows(policy.model)
    assert all(map(close, plain_logits(policy.model, rows), plain_logits(small_policy("llama").model, rows)))
    assert policy.stop_ids == {1}
    assert policy.tokenizer("")["input_ids"] == [2], "the file says that a text begins with token 2"
    assert model_directory(str(tmp_path / "mine.gguf"), said.append) == directory and len(said) == 1
    assert [p.name for p in cache_folder().iterdir()] == [Path(directory).name], "nothing half made is left"


def test_a_broken_gguf_file_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("gguf", reason="the package gguf is not installed: pip install gguf")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(40))
    with pytest.raises(UsageError, match=r"^--model .*broken.gguf: cannot be read as GGUF: ") as caught:
        model_directory(str(tmp_path / "broken.gguf"), lambda line: None)
    assert "\n" not in str(caught.value)
    assert list(cache_folder().iterdir()) == []


@pytest.mark.parametrize("name", PACKAGED)
def test_a_packaged_model_whose_package_is_missing_names_the_command(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda package: None)
    with pytest.raises(UsageError, match=rf"--model {name}: the package .* pip install .*gguf .*license"):
        model_directory(name)


def test_what_does_not_exist_is_told_apart_from_a_hub_id(tmp_path: Path) -> None:
    assert model_directory("Qwen/Qwen2.5-0.5B") == "Qwen/Qwen2.5-0.5B"
    for name, complaint in (
        ("./not/there", "no such directory"),
        (str(tmp_path), "no config.json in it"),
        ("smollm", "no such directory; expected one of: smollm2, gemma3-270m"),
        ("not/there.gguf", "no such file"),
    ):
        with pytest.raises(UsageError, match=complaint):
            model_directory(name)
