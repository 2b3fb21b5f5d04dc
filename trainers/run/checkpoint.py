"""Checkpoints: the state of a run on disk. A kill at any moment leaves only whole ones behind."""

from __future__ import annotations

import logging
import os
import pickle
import random
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from r1.trainers.config import UsageError
from r1.trainers.run.disk import os_error_behind, remove_renamed, sync_directory

log = logging.getLogger(__name__)


class UnreadableError(ValueError):
    """The file of a checkpoint is missing, truncated or corrupt."""


class Checkpoints:
    """``<out>/checkpoints/step-N/state.pt``, of which the newest few are kept.

    Args:
        out: directory of the run. keep: number of checkpoints.
    """

    def __init__(self, out: Path, keep: int) -> None:
        self.out, self.keep, self._home = out, keep, out / "checkpoints"

    def paths(self) -> list[Path]:
        """Return the directories, oldest first. Each got its name only after it was complete."""
        return sorted(p for p in self._home.glob("step-*") if p.is_dir())

    def save(self, step: int, state: Mapping[str, Any]) -> None:
        """Write a checkpoint under another name, flush it to disk, rename it; then delete old ones.

        Raises:
            UsageError: the disk is full or broken. The previous checkpoint is unharmed.
        """
        partial = self._home / f"partial-{step:08d}"
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir(parents=True)
            with (partial / "state.pt").open("wb") as file:
                torch.save({"step": step, **state, "chance": _rng_state()}, file)
                file.flush()
                os.fsync(file.fileno())
        except (OSError, RuntimeError) as error:  # torch wraps the OSError of the disk
            shutil.rmtree(partial, ignore_errors=True)
            why = " ".join(str(os_error_behind(error)).split())[:200]
            raise UsageError(
                f"--out {self.out}: cannot write the checkpoint of step {step}: {why}; "
                "free some space, then run the same command with --resume to continue from the previous one"
            ) from error
        sync_directory(partial)
        final = self._home / f"step-{step:08d}"
        if final.exists():  # from a run that was killed after this rename and resumed from an earlier step
            remove_renamed(final)
        partial.rename(final)
        sync_directory(self._home)
        for old in self.paths()[: -self.keep]:
            remove_renamed(old)

    def restore(self) -> dict[str, Any] | None:
        """Return the state of the newest readable checkpoint and restore the global random generators; None without one.

        Raises:
            UsageError: there are checkpoints, but none of them can be read.
        """
        for left in self._home.glob("partial-*"):
            shutil.rmtree(left)
        state = self._newest_readable()
        if state:
            _set_rng_state(state["chance"])
        return state

    def _newest_readable(self) -> dict[str, Any] | None:
        found = self.paths()
        for path in reversed(found):
            try:
                return read_state(path / "state.pt")
            except UnreadableError as error:
                log.warning("%s: %s; trying the previous checkpoint", path, error)
                path.rename(path.with_name(f"unreadable-{path.name}"))
        if found:
            raise UsageError(
                f"--out {self.out}: none of its {len(found)} checkpoints can be read; use --overwrite to start again"
            )
        return None


def read_state(path: Path) -> dict[str, Any]:
    """Return what :meth:`Checkpoints.save` wrote, after comparing the file's checksums (torch ignores them).

    Raises:
        UnreadableError: the file is missing, truncated or corrupt.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise UnreadableError(f"the checksum of {damaged} in it is wrong")
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, pickle.UnpicklingError) as error:
        raise UnreadableError(" ".join(str(error).split())[:200]) from error
    return state


def _rng_state() -> dict[str, Any]:
    """States of the global generators. Our own are stateless, keyed by step; dropout and libraries use the global ones."""
    version, words, gauss = random.getstate()
    numpy_state: Any = np.random.get_state(legacy=True)
    _, keys, position, has_gauss, cached = numpy_state
    return {
        "python": [version, list(words), gauss],
        "numpy": [keys.tolist(), position, has_gauss, cached],
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def _set_rng_state(state: Mapping[str, Any]) -> None:
    version, words, gauss = state["python"]
    random.setstate((version, tuple(words), gauss))
    keys, *rest = state["numpy"]
    np.random.set_state(("MT19937", np.array(keys, dtype=np.uint32), *rest))
    torch.set_rng_state(state["torch"])
    if state["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["cuda"])
