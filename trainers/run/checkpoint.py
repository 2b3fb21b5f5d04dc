"""Checkpoint: a run's directory, and how a run that was killed goes on as if nothing had happened."""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import pickle
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch

from r1.trainers.config import Config, UsageError, flat
from r1.trainers.run.metrics import MetricsLog

# Settings that may differ when a run goes on: they do not change what is computed.
_FREE = {"out", "resume", "overwrite", "config", "workers", "keep", "save_every", "unsafe_sandbox", "device", "tokens"}
_FREE |= {"learners", "rollouts", "nodes", "tensor_parallel", "track"}

# What a disk says that takes no more: full, over quota, broken, gone read-only, a file too large for it.
_REFUSALS = tuple(
    (number, os.strerror(number)) for number in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG)
)

log = logging.getLogger(__name__)


class Run:
    """``<out>/``: run.json, metrics.jsonl, samples.jsonl, evals/, checkpoints/step-N/, best/, model/, report.html."""

    def __init__(self, config: Config) -> None:
        self.config, self.out = config, config.out_dir
        self.metrics = MetricsLog(self.out / "metrics.jsonl")
        self.samples = MetricsLog(self.out / "samples.jsonl")
        self.report = self.out / "report.html"
        self._lock: IO[str] | None = None

    @property
    def finished(self) -> bool:
        return bool(self._manifest().get("finished"))

    def check(self) -> None:
        """Make sure that the directory may be used; nothing is written.

        Raises:
            UsageError: it holds another run, an unfinished one without ``resume``, or something that is no run.
        """
        try:
            held = sorted(p.name for p in self.out.iterdir()) if self.out.exists() else []
        except OSError as error:
            raise UsageError(f"--out {self.out}: {error.strerror}") from error
        if "run.json" in held:
            if not self.config.overwrite:
                self._check_same()
        elif set(held) - {".lock"}:
            raise UsageError(
                f"--out {self.out}: not empty and no run of ours ({held[0]} is in it); name another directory"
            )

    def open(self) -> None:
        """Make the directory ours: empty it where that was asked, and keep other processes out of it.

        Raises:
            UsageError: it cannot be made, or another process is at work in it.
        """
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            self._lock = (self.out / ".lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"--out {self.out}: another process is training into it") from None
        except OSError as error:
            raise UsageError(f"--out {self.out}: {error.strerror}") from error
        if self.config.overwrite:
            for held in self.out.iterdir():
                if held.is_dir() and not held.is_symlink():
                    shutil.rmtree(held)
                elif held.name != ".lock":
                    held.unlink()
        if not (self.out / "run.json").exists():
            self._write_manifest(finished=False)

    def _check_same(self) -> None:
        theirs = _plain(Config()) | self._manifest()["config"]  # a setting that did not exist then had its default
        ours = _plain(self.config)
        names = [n for n in ours if n not in _FREE and theirs[n] != ours[n]]
        if names:
            n = names[0]
            raise UsageError(
                f"--out {self.out}: holds another run ({n} is {theirs[n]} there and {ours[n]} here); "
                "name another directory, or --overwrite to delete that run"
            )
        if not self.finished and not self.config.resume and (self.checkpoints() or self.metrics.read()):
            last = self.metrics.read()
            raise UsageError(
                f"--out {self.out}: holds this run, stopped at step {last[-1]['step'] if last else 0} of "
                f"{self.config.steps}; --resume to go on, --overwrite to begin anew"
            )

    def close(self) -> None:
        """Let other processes in."""
        if self._lock:
            self._lock.close()

    def finish(self) -> None:
        self._write_manifest(finished=True)

    def _manifest(self) -> dict[str, Any]:
        path = self.out / "run.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _write_manifest(self, finished: bool) -> None:
        text = json.dumps({"config": _plain(self.config), "finished": finished}, indent=1)
        _write_whole(self.out / "run.json", text.encode())

    def checkpoints(self) -> list[Path]:
        """Oldest first. A directory bears its final name only once it is whole."""
        return sorted(p for p in (self.out / "checkpoints").glob("step-*") if p.is_dir())

    def save(self, step: int, state: Mapping[str, Any]) -> None:
        """Write a checkpoint under another name, make sure that it is on disk, rename it; then drop old ones.

        Raises:
            UsageError: the disk is full, or will not have it. The checkpoint before is as it was.
        """
        home = self.out / "checkpoints"
        partial = home / f"partial-{step:08d}"
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir(parents=True)
            with (partial / "state.pt").open("wb") as file:
                torch.save({"step": step, **state, "chance": _chance()}, file)
                file.flush()
                os.fsync(file.fileno())
        except (OSError, RuntimeError) as error:  # torch wraps the disk's refusals
            shutil.rmtree(partial, ignore_errors=True)
            why = " ".join(str(_of_the_disk(error)).split())[:200]
            raise UsageError(
                f"--out {self.out}: the checkpoint of step {step} could not be written: {why}; "
                "make room there, then the same command with --resume goes on from the one before"
            ) from error
        _sync_directory(partial)
        final = home / f"step-{step:08d}"
        if final.exists():  # left by a run that was killed after this rename and began anew further back
            _drop(final)
        partial.rename(final)
        _sync_directory(home)
        for old in self.checkpoints()[: -self.config.operation.keep]:
            _drop(old)

    def restore(self) -> dict[str, Any] | None:
        """State of the newest readable checkpoint, with logs and random generators set back to it; None: from the start.

        Raises:
            UsageError: there are checkpoints, and the disk has lost every one of them.
        """
        for left in (self.out / "checkpoints").glob("partial-*"):
            shutil.rmtree(left)
        state = self._newest_readable()
        step = state["step"] if state else -1
        for rows in (self.metrics, self.samples):
            if rows.path.exists():
                rows.rewind(step)
        if state:
            _set_chance(state["chance"])
        return state

    def _newest_readable(self) -> dict[str, Any] | None:
        found = self.checkpoints()
        for path in reversed(found):
            try:
                return read_state(path / "state.pt")
            except UnreadableError as error:
                log.warning("%s: %s; going on from the one before it", path, error)
                path.rename(path.with_name(f"unreadable-{path.name}"))
        if found:
            raise UsageError(
                f"--out {self.out}: none of its {len(found)} checkpoints can be read; --overwrite begins anew"
            )
        return None

    def keep_best(self, step: int, export: Callable[[Path], None]) -> None:
        """Make ``best/`` the policy of this step, as a Hugging Face directory; at every moment it is a whole one."""
        name = f"best-{step:08d}"
        for left in (self.out / name, self.out / "best.partial"):
            shutil.rmtree(left, ignore_errors=True)
        export(self.out / "best.partial")
        (self.out / "best.partial").rename(self.out / name)
        (self.out / "best.link").unlink(missing_ok=True)
        (self.out / "best.link").symlink_to(name)
        (self.out / "best.link").rename(self.out / "best")
        for old in self.out.glob("best-*"):
            if old.name != name:
                shutil.rmtree(old)


@contextmanager
def disk_refusals(out: Path) -> Iterator[None]:
    """A full disk ends a run in one line, whoever was writing (ourselves, torch, safetensors).

    Raises:
        UsageError: the disk took no more. What was whole before is whole.
    """
    try:
        yield
    except UsageError:
        raise
    except Exception as error:
        text = str(error)
        why = next((said for number, said in _REFUSALS if getattr(error, "errno", None) == number or said in text), "")
        if not why:
            raise
        raise UsageError(
            f"{getattr(error, 'filename', None) or f'--out {out}'}: {why}; "
            "make room there, then the same command with --resume goes on from the last checkpoint"
        ) from error


class UnreadableError(ValueError):
    """A checkpoint's file is cut off or its bytes have changed."""


def read_state(path: Path) -> dict[str, Any]:
    """What :meth:`Run.save` wrote, checked against the checksums in the file (torch reads past them).

    Raises:
        UnreadableError: it is not all there any more.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise UnreadableError(f"{damaged} in it has changed")
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, pickle.UnpicklingError) as error:
        raise UnreadableError(" ".join(str(error).split())[:200]) from error
    return state


def _of_the_disk(error: BaseException) -> BaseException:
    """What the disk said, where torch says something else at last."""
    while error.__context__ and not isinstance(error, OSError):
        error = error.__context__
    return error


def _drop(checkpoint: Path) -> None:
    """Delete under another name, so that no kill leaves half of it under this one."""
    gone = checkpoint.with_name(f"partial-{checkpoint.name}")
    checkpoint.rename(gone)
    shutil.rmtree(gone)


def _plain(config: Config) -> dict[str, Any]:
    """Settings as run.json gives them back."""
    plain: dict[str, Any] = json.loads(json.dumps(flat(config), default=str))
    return plain


def _chance() -> dict[str, Any]:
    """States of the global generators. Ours are keyed by step and stateless; dropout and libraries use these."""
    version, words, gauss = random.getstate()
    numpy_state: Any = np.random.get_state(legacy=True)
    _, keys, position, has_gauss, cached = numpy_state
    return {
        "python": [version, list(words), gauss],
        "numpy": [keys.tolist(), position, has_gauss, cached],
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def _set_chance(chance: Mapping[str, Any]) -> None:
    version, words, gauss = chance["python"]
    random.setstate((version, tuple(words), gauss))
    keys, *rest = chance["numpy"]
    np.random.set_state(("MT19937", np.array(keys, dtype=np.uint32), *rest))
    torch.set_rng_state(chance["torch"])
    if chance["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(chance["cuda"])


def _write_whole(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
