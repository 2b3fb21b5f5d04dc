"""Fixtures of the trainer's tests: a tiny untrained model, and the flags of a run that takes seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis
import pytest

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.policy.policy import Policy, load_policy

# The first call of a torch function takes a second on a busy machine, the next ones microseconds.
hypothesis.settings.register_profile("torch", deadline=None, derandomize=True)
hypothesis.settings.load_profile("torch")


def tiny_directory(where: Path, seed: int = 0, **shape: Any) -> Path:
    """An untrained Qwen2-shaped model with the character tokenizer, as a Hugging Face directory."""
    from r1.trainers.tiny.model import make_model, make_tokenizer

    tokenizer = make_tokenizer()
    model = make_model(len(tokenizer), seed, **({"hidden": 32, "layers": 1, "heads": 2} | shape))
    Policy(model, tokenizer).export(where)
    return where


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_directory(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def shared_policy(model_dir: Path) -> Policy:
    """For property tests, which must not change it."""
    import torch

    return load_policy(str(model_dir), torch.device("cpu"))


@pytest.fixture
def policy(model_dir: Path) -> Policy:
    import torch

    return load_policy(str(model_dir), torch.device("cpu"))


@pytest.fixture
def quick(model_dir: Path, tmp_path: Path) -> list[str]:
    """Flags of a run of a few seconds on the toy environment, which pays for noise."""
    return [
        *("--env", "toy_env:toy/math-v0", "--model", str(model_dir), "--out", str(tmp_path / "run"), "--steps", "4"),
        *("--prompts", "3", "--group", "4", "--max-tokens", "8", "--lr", "1e-3", "--eval-tasks", "3"),
        *("--eval-samples", "2", "--eval-every", "2", "--save-every", "2", "--device", "cpu"),
    ]
