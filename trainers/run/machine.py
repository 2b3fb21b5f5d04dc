"""Machine: when, where and with what a run was started, as run.json keeps it."""

from __future__ import annotations

import datetime
import importlib.metadata
import platform
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

PACKAGES = ("torch", "transformers", "vllm", "ray", "peft")


def this_start() -> dict[str, Any]:
    """Date (UTC), command line, host, versions and commit of this process; what is not known is left out."""
    versions = {"python": platform.python_version(), "r1-gym": _version("r1-gym")}
    versions |= {name: _version(name) for name in PACKAGES}
    start = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": shlex.join(sys.argv),
        "host": platform.node(),
        "versions": {name: version for name, version in versions.items() if version},
        "commit": _commit(),
    }
    return {name: value for name, value in start.items() if value}


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _commit() -> str:
    """The commit of the checkout that this code is in, marked if files differ from it; "" for an installed package."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return ""
    describe = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--match="]
    try:
        return subprocess.run(describe, capture_output=True, text=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
