"""Runs of trainers/grpo.py as a user starts them: start, wait, and what they leave behind."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch
from shared_data import ROOT, SUPPORT

SCRIPT = str(ROOT / "trainers/grpo.py")
OF_THE_MACHINE = re.compile(r"^seconds/|^tokens_per_s$|^memory/")


def start(
    flags: list[str], cwd: Path | None = None, most_bytes: int | None = None, **env: str
) -> subprocess.Popen[str]:
    """``most_bytes``: no file may grow beyond; the write that would make it is refused, as a full disk refuses it."""

    def prepare() -> None:
        # A shell that runs us in the background has SIGINT ignored, and children inherit that.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    everything = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SUPPORT)), "OMP_NUM_THREADS": "1", **env}
    return subprocess.Popen(
        [sys.executable, SCRIPT, *flags],
        cwd=cwd,
        env=everything,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,  # so that a signal can be sent to all of it, as a terminal does
        preexec_fn=prepare,
    )


def run(flags: list[str], cwd: Path | None = None, **env: str) -> tuple[int, str, str]:
    process = start(flags, cwd, **env)
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def rows(out: Path) -> list[dict[str, Any]]:
    """metrics.jsonl without what depends on the clock and the machine."""
    lines = (out / "metrics.jsonl").read_text().splitlines()
    return [{k: v for k, v in json.loads(line).items() if not OF_THE_MACHINE.search(k)} for line in lines]


def weights(out: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(out / "model" / "model.safetensors")


def with_flags(quick: list[str], **changed: str) -> list[str]:
    flags = list(quick)
    for name, value in changed.items():
        name = f"--{name.replace('_', '-')}"
        if name in flags:
            flags[flags.index(name) + 1] = value
        else:
            flags += [name, value]
    return flags
