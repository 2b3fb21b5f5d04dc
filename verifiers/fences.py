"""Fences: the fenced code blocks of a Markdown text, found in one pass over its lines (CommonMark 0.31 §4.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Possessive by construction: after up to three spaces a run of one mark, then anything but (for back-ticks) back-ticks.
_OPEN = re.compile(r" {0,3}(?:(`{3,})([^`\n]*)|(~{3,})([^\n]*))$")


@dataclass(frozen=True, slots=True)
class Fence:
    """One block: its info string (stripped), the lines between, whether it was closed, and the lines it covers."""

    info: str
    body: str
    closed: bool
    first_line: int
    last_line: int


def fences(text: str) -> list[Fence]:
    """All fenced blocks of ``text`` in order; the last one may lack its closing line. Linear in the text."""
    if "```" not in text and "~~~" not in text:
        return []
    found: list[Fence] = []
    lines = text.replace("\r\n", "\n").split("\n")
    mark, info, start = "", "", 0
    for number, line in enumerate(lines):
        if mark:
            if _closes(line, mark):
                found.append(Fence(info, "\n".join(lines[start + 1 : number]), True, start, number))
                mark = ""
        elif opened := _opens(line):
            (mark, info), start = opened, number
    if mark:
        found.append(Fence(info, "\n".join(lines[start + 1 :]), False, start, len(lines) - 1))
    return found


def unfenced(text: str) -> str | None:
    """The body of the one closed fence that is all of ``text`` but outer white space, or None."""
    stripped = text.strip()
    blocks = fences(stripped)
    if len(blocks) != 1 or not blocks[0].closed:
        return None
    whole = blocks[0].first_line == 0 and blocks[0].last_line == stripped.replace("\r\n", "\n").count("\n")
    return blocks[0].body if whole else None


def _opens(line: str) -> tuple[str, str] | None:
    if "```" not in line and "~~~" not in line:
        return None
    match = _OPEN.match(line)
    if match is None:
        return None
    ticks, tick_info, tildes, tilde_info = match.groups()
    return (ticks, tick_info.strip()) if ticks else (tildes, tilde_info.strip())


def _closes(line: str, mark: str) -> bool:
    bare = line.strip(" \t")
    indent = len(line) - len(line.lstrip(" "))
    return indent <= 3 and len(bare) >= len(mark) and bare == mark[0] * len(bare)
