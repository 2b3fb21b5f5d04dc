"""Patches: a unified diff applied to the program that it repairs, strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from r1.verifiers.code_extract import answer_region
from r1.verifiers.fences import fences

_HUNK = re.compile(r"@@ -(\d{1,7})(?:,(\d{1,7}))? \+(\d{1,7})(?:,(\d{1,7}))? @@")


@dataclass(frozen=True, slots=True)
class _Hunk:
    line: int  # where the old text is said to start, counted from 0
    old: list[str]
    new: list[str]


def find_patch(completion: str) -> str | None:
    """The last fenced ``diff`` (or ``patch``) block of a completion's answer, or an answer that is bare diff text."""
    region = (answer_region(completion) or "").replace("\r\n", "\n")
    blocks = [
        block
        for block in fences(region)
        if block.info.split()[:1] and block.info.split()[0].lower() in ("diff", "patch")
    ]
    if blocks:
        return blocks[-1].body
    stripped = region.lstrip()
    return region if stripped.startswith(("--- ", "diff --git ", "@@ -")) else None


def apply_patch(base: str, patch: str) -> str:
    """``base`` with the patch applied. The old lines must be there, word for word; only their line number may be off.

    Raises:
        ValueError: no hunk, or a hunk whose old lines are not found (once, or nearest to where it says).
    """
    lines = base.split("\n")
    shift = 0
    for hunk in _hunks(patch):
        at = _locate(lines, hunk.old, hunk.line + shift)
        lines[at : at + len(hunk.old)] = hunk.new
        shift = at + len(hunk.new) - len(hunk.old) - hunk.line
    return "\n".join(lines)


def _hunks(patch: str) -> list[_Hunk]:
    found: list[_Hunk] = []
    for line in patch.split("\n"):
        head = _HUNK.match(line)
        if head:
            found.append(_Hunk(max(int(head.group(1)) - 1, 0), [], []))
        elif found and line[:1] in ("-", "+", " ", "") and not line.startswith(("--- ", "+++ ")):
            if line[:1] != "+":
                found[-1].old.append(line[1:])
            if line[:1] != "-":
                found[-1].new.append(line[1:])
    for hunk in found:  # blank lines behind the last change are the block's, not the file's
        while hunk.old and hunk.new and not hunk.old[-1] and not hunk.new[-1]:
            hunk.old.pop()
            hunk.new.pop()
    if not found or all(not hunk.old and not hunk.new for hunk in found):
        raise ValueError("no hunk in the patch")
    return found


def _locate(lines: list[str], old: list[str], wanted: int) -> int:
    """The place of ``old`` nearest to ``wanted``."""
    if not old:
        return min(max(wanted, 0), len(lines))
    places = [i for i, line in enumerate(lines) if line == old[0] and lines[i : i + len(old)] == old]
    if not places:
        raise ValueError(f"the patch does not apply: {old[0]!r} and what follows is not in the program"[:200])
    return min(places, key=lambda at: abs(at - wanted))
