"""Disk: writes that survive a crash, and one-line errors when the disk refuses them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from r1.trainers.config import UsageError

# Errors of a disk that accepts no more: full, over quota, broken, read-only, or too small for the file.
_REFUSALS = tuple(
    (number, os.strerror(number)) for number in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG)
)


@contextmanager
def disk_refusals(out: Path) -> Iterator[None]:
    """Turn a full or broken disk into a one-line error, whoever wrote to it (this code, torch, safetensors).

    Raises:
        UsageError: the disk refused a write. Files that were complete before are unharmed.
    """
    try:
        yield
    except UsageError:
        raise
    except Exception as error:
        text = str(error)
        why = next((name for number, name in _REFUSALS if getattr(error, "errno", None) == number or name in text), "")
        if not why:
            raise
        raise UsageError(
            f"{getattr(error, 'filename', None) or f'--out {out}'}: {why}; "
            "free some space, then run the same command with --resume to continue from the last checkpoint"
        ) from error


def os_error_behind(error: BaseException) -> BaseException:
    """Return the OSError behind a torch save error, if there is one; otherwise the first error of the chain."""
    while error.__context__ and not isinstance(error, OSError):
        error = error.__context__
    return error


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file atomically: after a crash it has the old content or the new one."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Flush a directory to disk, so that a rename in it survives a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_renamed(directory: Path) -> None:
    """Delete a directory under the name ``partial-…``, so that a kill leaves no half of it under its own name."""
    gone = directory.with_name(f"partial-{directory.name}")
    directory.rename(gone)
    shutil.rmtree(gone)
