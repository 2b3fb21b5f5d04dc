"""The strong tiers as a fixture's parameters, and a sandbox of one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from r1.sandbox import Sandbox, SandboxUnavailable, open_sandbox

TIERS = ["namespaces", "docker", pytest.param("docker+runsc", marks=pytest.mark.slow)]


def sandbox_of(tier: str, workers: int) -> Iterator[Sandbox]:
    """An open sandbox; without a docker daemon the test is skipped, namespaces must be there."""
    try:
        box = open_sandbox(tier, workers=workers)
    except SandboxUnavailable as refusal:
        if tier.startswith("docker"):
            pytest.skip(str(refusal))
        raise
    with box:
        yield box
