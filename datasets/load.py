"""Load: tasks from a JSONL or parquet file, a folder of such files, or the Hugging Face hub."""

from __future__ import annotations

import gzip
import importlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from r1.datasets.rows import task_of_row
from r1.datasets.task import Task

SPLIT_NAMES = ("train", "test", "validation", "dev")
_SUFFIXES = (".jsonl", ".jsonl.gz", ".parquet")


class TaskFileError(ValueError):
    """A row is not a task; the message names the file, the line and the mistake."""


def load_tasks(where: str | Path, domain: str, validate: Callable[[Task], None] | None = None) -> list[Task]:
    """All tasks of a file, a folder or a data set on the hub.

    Args:
        where: a ``.jsonl``, ``.jsonl.gz`` or ``.parquet`` file; a folder with ``train.jsonl``, ``test.jsonl`` ...;
            or the id of a data set on the Hugging Face hub (``openai/gsm8k``, ``openai/gsm8k:main``).
        domain: ``math``, ``code``, ...; determines how rows of public sets are read (see :mod:`r1.datasets.rows`).
        validate: called with each task; its ValueError is reported with file and line.

    A row's split is its own ``split`` field, else the file's name (``test.jsonl``), else ``train``.

    Raises:
        TaskFileError: a broken row or file.
        FileNotFoundError: ``where`` does not exist, or the folder holds no task file.
        ImportError: a hub id without the package ``datasets``, or parquet without ``pyarrow``.
    """
    path = Path(where)
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.name.endswith(_SUFFIXES))
        if not files:
            raise FileNotFoundError(f"{path}: no {', '.join(_SUFFIXES)} file in this folder")
    elif path.is_file():
        files = [path]
    elif str(where).endswith(_SUFFIXES) or str(where).startswith((".", "/", "~")) or "/" not in str(where):
        raise FileNotFoundError(f"{where}: no such task file")
    else:
        return list(_tasks(_hub_rows(str(where)), str(where), None, domain, validate))
    tasks: list[Task] = []
    for file in files:
        tasks += _tasks(_file_rows(file), str(file), split_of_name(file), domain, validate)
    return tasks


def tasks_of_rows(rows: Any, domain: str, validate: Callable[[Task], None] | None = None) -> list[Task]:
    """All tasks of rows in memory.

    Args:
        rows: tasks, or rows as in a file: a list of mappings, a Hugging Face ``Dataset``, or a mapping of split names to either.
        domain, validate: as for :func:`load_tasks`.
    Raises:
        TaskFileError: a row is not a task; the message names its number.
        ValueError: ``rows`` is something else.
    """
    if isinstance(rows, Mapping) and all(map(_holds_rows, rows.values())):
        return [task for split, part in rows.items() for task in _rows_of(part, domain, str(split), validate)]
    if not _holds_rows(rows):
        raise ValueError(
            f"tasks must be a path, a hub id, a list of Task, a list of rows or a Dataset, got {type(rows).__name__} {str(rows)[:80]}"
        )
    return _rows_of(rows, domain, None, validate)


def _holds_rows(rows: Any) -> bool:
    """Whether this is a sequence of tasks or mappings, judged by its first item; a ``Dataset`` is one."""
    if isinstance(rows, str | bytes | Mapping) or not hasattr(rows, "__len__") or not hasattr(rows, "__getitem__"):
        return False
    return len(rows) == 0 or isinstance(rows[0], Task | Mapping)


def _rows_of(rows: Any, domain: str, split: str | None, validate: Callable[[Task], None] | None) -> list[Task]:
    found: list[Task] = []
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Task):
            if validate is not None:
                validate(row)
            found.append(row)
        elif isinstance(row, Mapping):
            prefix = {} if split is None else {"id": f"{split}/{number}"}
            found += _tasks([(number, prefix | dict(row))], "tasks", split, domain, validate)
        else:
            raise TaskFileError(
                f"tasks:{number}: expected a Task or a mapping, got {type(row).__name__} {str(row)[:80]}"
            )
    return found


def split_of_name(path: Path) -> str:
    """The split in a file's name: ``test`` for ``gsm8k_test.jsonl`` and ``test-00000-of-00001.parquet``; else ``train``."""
    words = path.name.split(".")[0].replace("-", "_").lower().split("_")
    return next((name for name in SPLIT_NAMES if name in words), "train")


def _tasks(
    rows: Iterable[tuple[int, dict[str, Any]]],
    name: str,
    split: str | None,
    domain: str,
    validate: Callable[[Task], None] | None,
) -> Iterator[Task]:
    prefix = Path(name).name.split(".")[0] if split else name
    for line, row in rows:
        try:
            task = task_of_row(row, domain, default_id=f"{prefix}/{line}", default_split=split or "train")
            if validate is not None:
                validate(task)
        except ValueError as error:
            raise TaskFileError(f"{name}:{line}: {error}") from None
        yield task


def _file_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if path.suffix == ".parquet":
        yield from enumerate(_parquet_rows(path), start=1)
        return
    # utf-8-sig strips the byte order mark that Windows editors write.
    with (
        gzip.open(path, "rt", encoding="utf-8-sig")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8-sig") as lines
    ):
        try:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except json.JSONDecodeError as error:
                    raise TaskFileError(f"{path}:{number}: not JSON ({error.msg} at column {error.colno})") from None
                except RecursionError:
                    raise TaskFileError(f"{path}:{number}: JSON nested too deeply") from None
                if not isinstance(row, dict):
                    raise TaskFileError(f"{path}:{number}: expected a JSON object, got {type(row).__name__}")
                yield number, row
        except UnicodeDecodeError as error:
            raise TaskFileError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise TaskFileError(f"{path}: damaged gzip file ({error})") from None


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow.parquet
    except ImportError:
        raise ImportError(f"{path}: parquet files need pyarrow; install it with: pip install 'r1-gym[train]'") from None
    try:
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches():
            yield from batch.to_pylist()
    except pyarrow.ArrowException as error:
        raise TaskFileError(f"{path}: not a parquet file, or damaged ({' '.join(str(error).split())})") from None


def _hub_rows(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        hub: Any = importlib.import_module("datasets")  # Hugging Face's package, not this folder
    except ImportError:
        raise ImportError(
            f"{name}: the hub needs the package datasets; install it with: pip install 'r1-gym[train]'"
        ) from None
    path, _, config = name.partition(":")
    if not config and path == "openai/gsm8k":
        config = "main"  # the set has two configurations and no default
    try:
        parts = hub.load_dataset(path, config or None)
    except Exception as error:  # the hub's client raises many types; each means that there is nothing to read
        raise FileNotFoundError(f"{name}: neither a task file nor a readable data set on the hub ({error})") from error
    for split, rows in parts.items():
        for number, row in enumerate(rows, start=1):
            yield number, {"split": str(split), "id": f"{path}/{split}/{number}", **row}
