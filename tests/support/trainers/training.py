"""Runs of trainers/grpo.py as a user starts them, and the files that they leave behind."""

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

from r1.trainers.command_line import parse
from r1.trainers.run.checkpoint import read_state
from r1.trainers.run.directory import Run

SCRIPT = str(ROOT / "trainers/grpo.py")
OF_THE_MACHINE = re.compile(r"^seconds/|^tokens_per_s$|^memory/")


def start(
    flags: list[str], cwd: Path | None = None, most_bytes: int | None = None, **env: str
) -> subprocess.Popen[str]:
    """Start a run. Writes that would make a file larger than ``most_bytes`` fail, as they do on a full disk."""

    def prepare() -> None:
        # A shell ignores SIGINT for its background jobs, and children inherit that.
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
        process_group=0,  # so that a signal can be sent to the whole group, as a terminal does
        preexec_fn=prepare,
    )


def run(flags: list[str], cwd: Path | None = None, **env: str) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error of a run."""
    process = start(flags, cwd, **env)
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def rows(out: Path) -> list[dict[str, Any]]:
    """Return metrics.jsonl without the metrics that depend on clock and machine."""
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


class Killed(BaseException):
    """Stands for a kill that ends the process at this point."""


def opened(flags: list[str]) -> Run:
    """The directory of a run, open."""
    made = Run(parse(flags))
    made.open()
    return made


def assert_checkpoints_readable(out: Path) -> None:
    for path in (out / "checkpoints").glob("step-*"):
        assert read_state(path / "state.pt")["step"] == int(path.name.removeprefix("step-"))
