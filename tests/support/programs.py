"""Programs as tests read them: text files with many programs, each below a line ``#: its name``."""

from __future__ import annotations

from pathlib import Path

from forgery import FORGE


def programs(path: Path) -> dict[str, str]:
    """The programs in a file by name. ``from forgery import forge`` in one of them stands for the text of `forgery.FORGE`."""
    found: dict[str, str] = {}
    for section in path.read_text(encoding="utf-8").split("\n#: ")[1:]:
        name, _, source = section.partition("\n")
        assert name not in found, f"{path.name}: two programs named {name!r}"
        found[name] = source.strip("\n").replace("from forgery import forge", FORGE)
    return found
