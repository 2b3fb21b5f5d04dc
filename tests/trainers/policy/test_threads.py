"""Usable cores: those of the affinity mask, limited by the quota of a container."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from r1.trainers.policy.threads import usable_cores


@pytest.mark.parametrize(
    ("text", "cores"),
    [
        ("max 100000", 8),
        ("400000 100000", 4),
        ("160000 100000", 2),  # rounded
        ("10000 100000", 1),  # never 0
        ("1600000 100000", 8),
        ("nonsense", 8),
        (None, 8),
    ],
)
def test_the_quota_limits_the_cores(
    text: str | None, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)))
    quota = tmp_path / "cpu.max"
    if text is not None:
        quota.write_text(text)
    assert usable_cores(quota) == cores


def test_the_users_own_settings_are_respected() -> None:
    program = "import r1.trainers.policy.threads, torch; print(torch.get_num_threads())"
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
