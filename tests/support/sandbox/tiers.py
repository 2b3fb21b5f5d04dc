"""The isolated tiers as parameters of a fixture, and an open sandbox of one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from r1.sandbox import Sandbox, SandboxUnavailable, open_sandbox

TIERS = ["namespaces", "docker", pytest.param("docker+runsc", marks=pytest.mark.slow)]


def sandbox_of(tier: str, workers: int) -> Iterator[Sandbox]:
    """An open sandbox. Without a docker daemon the test is skipped; namespaces must work."""
    try:
        box = open_sandbox(tier, workers=workers)
    except SandboxUnavailable as refusal:
        if tier.startswith("docker"):
            pytest.skip(str(refusal))
        raise
    with box:
        yield box
