"""The gVisor backend: what a missing runtime reports, and the relay between a slot and a byte stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from r1.sandbox import SandboxUnavailable, open_sandbox
from r1.sandbox.backends import docker_box, gvisor_box


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    try:
        found = docker_box._client()
        docker_box._image(found)
    except SandboxUnavailable as refusal:
        pytest.skip(str(refusal))
    yield found
    found.close()


def test_a_missing_runtime_is_named(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gvisor_box, "RUNTIME", "runsc-of-nobody")
    monkeypatch.setattr(docker_box, "_worked", [])
    with pytest.raises(
        SandboxUnavailable, match=r"docker\+runsc: the daemon has no runtime runsc-of-nobody .*install runsc"
    ):
        open_sandbox("docker+runsc")
