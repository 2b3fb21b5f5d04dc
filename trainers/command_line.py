"""Command line: flags, a YAML file and presets become one configuration."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tyro
import yaml
from pydantic import TypeAdapter, ValidationError

from r1.trainers.config import SECTIONS, Config, UsageError, check, flat, with_settings
from r1.trainers.presets import OBJECTIVES, TINY


def parse(argv: Sequence[str] | None = None) -> Config:
    """Return the configuration of a command line. Precedence: flags, YAML file, objective, tiny policy, defaults.

    Raises:
        UsageError: an unknown flag, name or file, or a value that cannot work.
        SystemExit: after ``--help``.
    """
    named = _cli(argv, Config())  # this first pass only finds the YAML file
    settings = read_yaml(named.config, Config()) if named.config else {}
    asked = _cli(argv, with_settings(Config(), settings))  # and this one the model, environment and objective
    base = Config() if asked.model else with_settings(Config(), TINY.get(asked.domain, {}))
    base = with_settings(base, OBJECTIVES[asked.objective.objective])
    return check(_cli(argv, with_settings(base, settings)))


def read_yaml(path: Path, base: Config) -> dict[str, Any]:
    """Return the settings of a YAML file, by name; in the file they may be flat or grouped by section.

    Raises:
        UsageError: the file does not exist, is not YAML, has an unknown name or a value of the wrong type.
    """
    try:
        tree = yaml.safe_load(path.read_text())
    except OSError as error:
        raise UsageError(f"--config {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"--config {path}: not YAML: {' '.join(str(error).split())}") from error
    if tree is not None and not isinstance(tree, dict):
        raise UsageError(f"--config {path}: expected a mapping of names to values, got a {type(tree).__name__}")
    settings: dict[str, Any] = {}
    for key, value in (tree or {}).items():
        settings.update(value if key in SECTIONS and isinstance(value, dict) else {key: value})
    settings = {str(k).replace("-", "_"): v for k, v in settings.items()}
    known = flat(base)
    for name in settings:
        if name not in known or name == "config":
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UsageError(f"--config {path}: unknown setting {name!r}{hint}")
    try:
        checked = TypeAdapter(Config).validate_python(dataclasses.asdict(with_settings(base, settings)))
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"--config {path}: {first['loc'][-1]}: {first['msg']}, got {first['input']!r}") from error
    return {name: flat(checked)[name] for name in settings}


def _cli(argv: Sequence[str] | None, default: Config) -> Config:
    """Parse with tyro; its complaints become one-line UsageErrors."""
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            return tyro.cli(
                tyro.conf.OmitArgPrefixes[Config],
                prog="grpo.py",
                description=Config.__doc__,
                args=argv,
                default=default,
            )
    except SystemExit as stop:
        if not stop.code:  # --help
            raise
        raise UsageError(_in_one_line(complaint.getvalue())) from None


def _in_one_line(framed: str) -> str:
    """Return tyro's complaint without its frame, with the option that it suggests."""
    lines = (re.sub(r"^\s*[│╭╰|+]|[│╮╯|+]\s*$", " ", line) for line in framed.splitlines())
    parts = [" ".join(part.split()) for part in re.split(r"[─-]{3,}", " ".join(lines))]
    complaint = next((part for part in parts[1:] if part and not part.startswith("For full")), framed.strip())
    complaint = complaint.partition(" Argument helptext:")[0].removesuffix(".")
    meant = next((part for part in parts if part.startswith("Perhaps you meant:")), "")
    near = re.search(r"--[\w-]+", meant)
    return complaint + (f"; did you mean {near[0]}?" if near else "; --help lists all options")
