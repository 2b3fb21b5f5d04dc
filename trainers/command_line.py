"""Command line: flags, a YAML file and presets become one configuration."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import io
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tyro
import yaml
from pydantic import TypeAdapter, ValidationError

from r1.trainers.config import SECTIONS, Config, UsageError, check, flat, with_settings
from r1.trainers.presets import OBJECTIVES, TINY

SET_ONLY = frozenset(
    item.name
    for section in SECTIONS
    for item in dataclasses.fields(getattr(Config(), section))
    if "Suppress" in str(item.type)
)
"""Settings without a flag of their own, so that --help fits two screens."""


def parse(argv: Sequence[str] | None = None) -> Config:
    """Return the configuration of a command line. Precedence: flags, ``--set``, YAML file, objective, tiny policy, defaults.

    ``--set name=value`` reaches every setting, those without a flag of their own (``--set lora_rank=8``) included.

    Raises:
        UsageError: an unknown flag, name or file, or a value that cannot work.
        SystemExit: after ``--help``.
    """
    argv, assigned = _assignments(sys.argv[1:] if argv is None else argv)
    named = _cli(argv, Config())  # this first pass only finds the YAML file
    settings = (read_yaml(named.config, Config()) if named.config else {}) | assigned
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
    return _checked(settings, base, f"--config {path}")


def _checked(settings: Mapping[str, Any], base: Config, where: str) -> dict[str, Any]:
    """Return settings by name with their types checked; ``where`` they come from begins each complaint."""
    settings = {str(k).replace("-", "_"): v for k, v in settings.items()}
    known = flat(base)
    for name in settings:
        if name not in known or name == "config":
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UsageError(f"{where}: unknown setting {name!r}{hint}")
    try:
        checked = TypeAdapter(Config).validate_python(dataclasses.asdict(with_settings(base, settings)))
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{where}: {first['loc'][-1]}: {first['msg']}, got {first['input']!r}") from error
    return {name: flat(checked)[name] for name in settings}


def _assignments(argv: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Split the command line into what tyro reads and the settings of ``--set name=value``; values are read as YAML."""
    rest = list(argv)
    settings: dict[str, Any] = {}
    while "--set" in rest:
        at = rest.index("--set")
        pair = rest[at + 1] if at + 1 < len(rest) else ""
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--set {pair}: expected name=value, such as --set lora_rank=8")
        try:
            read = yaml.safe_load(value)
        except yaml.YAMLError:
            read = value  # a text with signs that YAML gives a meaning
        settings |= _checked({name.strip(): read}, Config(), f"--set {pair}")
        del rest[at : at + 2]
    return rest, settings


def _cli(argv: Sequence[str] | None, default: Config) -> Config:
    """Parse with tyro; its complaints become one-line UsageErrors."""
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            return tyro.cli(
                tyro.conf.OmitArgPrefixes[Config],
                prog="grpo.py",
                description=f"{Config.__doc__} Settings without a flag: --set name=value.",
                args=argv,
                default=default,
            )
    except SystemExit as stop:
        if not stop.code:  # --help
            raise
        raise UsageError(_without_flag(argv) or _in_one_line(complaint.getvalue())) from None


def _without_flag(argv: Sequence[str] | None) -> str:
    """What to write instead of a flag for a setting that has none; "" if that is not what is wrong."""
    for flag in argv or ():
        name = flag.partition("=")[0].removeprefix("--").replace("-", "_")
        if flag.startswith("--") and name in flat(Config()) and name in SET_ONLY:
            return f"--{name.replace('_', '-')} is no flag; write --set {name}=VALUE, or {name}: VALUE in a file for --config"
    return ""


def _in_one_line(framed: str) -> str:
    """Return tyro's complaint without its frame, with the option that it suggests."""
    lines = (re.sub(r"^\s*[│╭╰|+]|[│╮╯|+]\s*$", " ", line) for line in framed.splitlines())
    parts = [" ".join(part.split()) for part in re.split(r"[─-]{3,}", " ".join(lines))]
    complaint = next((part for part in parts[1:] if part and not part.startswith("For full")), framed.strip())
    complaint = complaint.partition(" Argument helptext:")[0].removesuffix(".")
    meant = next((part for part in parts if part.startswith("Perhaps you meant:")), "")
    near = re.search(r"--[\w-]+", meant)
    return complaint + (f"; did you mean {near[0]}?" if near else "; --help lists all options")


def begin() -> None:
    """Look at the command line before torch is loaded, which takes seconds: end with one line if it cannot work.

    Until the run itself begins, Ctrl-C ends the process with one line, too.
    """

    def leave(*_: object) -> None:
        print("grpo.py: stopped before the start", file=sys.stderr)
        os._exit(130)  # an exception inside an import may be caught there

    signal.signal(signal.SIGINT, leave)
    try:
        parse()
    except UsageError as error:
        print(f"grpo.py: error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
