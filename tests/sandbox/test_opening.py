"""open_sandbox chooses a tier, and says why it cannot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from r1.sandbox import Sandbox, SandboxUnavailable, open_sandbox, opening


def test_without_isolation_the_error_lists_each_failed_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(tier: str) -> object:
        raise SandboxUnavailable(f"{tier}: unshare(CLONE_NEWUSER): EPERM")

    monkeypatch.setattr(opening, "launcher", refuses)
    with pytest.raises(SandboxUnavailable, match=r"namespaces: unshare\(CLONE_NEWUSER\): EPERM"):
        open_sandbox("auto")
    with open_sandbox("auto", allow_weak=True) as box:
        assert box.tier == "unsafe"


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown backend 'dokcer'; expected one of: auto, docker"):
        open_sandbox("dokcer")


def test_auto_prefers_docker_and_never_takes_a_weak_or_slow_tier_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuses(tier: str) -> object:
        asked.append(tier)
        raise SandboxUnavailable(f"{tier}: refused")

    monkeypatch.setattr(opening, "launcher", refuses)
    with pytest.raises(SandboxUnavailable, match=r"docker: refused \| namespaces: refused"):
        open_sandbox("auto")
    assert asked == ["docker", "namespaces"]


def test_the_fake_and_the_unsafe_backend_are_taken_by_name() -> None:
    for name in ("fake", "unsafe"):
        with open_sandbox(name, workers=3) as box:
            assert box.tier == name and isinstance(box, Sandbox)


def test_the_door_loads_open_sandbox_late() -> None:
    """Verifiers import r1.sandbox for its protocol, which must not load pools and backends."""
    code = "import sys, r1.sandbox; print([name for name in sys.modules if 'sandbox.' in name])"
    code += "; r1.sandbox.open_sandbox; print('r1.sandbox.pool.pool' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout.splitlines() == ["['r1.sandbox.protocol']", "True"]
