"""Patches: finds the patch in a completion and applies it to the program that it repairs.

Four formats: a unified diff; a diff whose hunks have no line numbers (``@@``) or no headers at all; SEARCH/REPLACE edits
(SWE-RL, Aider); ``*** Begin Patch`` (apply_patch). In each, the old lines must occur in the program verbatim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from r1.verifiers.code.find.program import answer_region
from r1.verifiers.text.fences import Fence, fences

_SEARCH, _MIDDLE, _REPLACE = "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"
_BARE = re.compile(r"^(?:diff --git |--- [^\n]{1,500}\n\+\+\+ |@@ -\d)", re.MULTILINE)
_BEGIN, _END = "*** Begin Patch", "*** End Patch"
_HUNK = re.compile(r"@@ -(\d{1,7})(?:,(\d{1,7}))? \+(\d{1,7})(?:,(\d{1,7}))? @@")


@dataclass(frozen=True, slots=True)
class _Hunk:
    line: int | None  # index of the first old line according to the hunk header; None without a header
    old: list[str]
    new: list[str]


def find_patch(completion: str, base: str = "") -> str | None:
    """The patch in a completion's answer, or None if the answer is a whole program.

    Tried in this order: the last fenced block that is named or looks like a diff, all SEARCH/REPLACE edits, the body of
    ``*** Begin Patch``, a diff without a fence. A later block that holds most lines of ``base`` is a whole program.
    """
    region = (answer_region(completion) or "").replace("\r\n", "\n")
    blocks = fences(region, nested=True)
    diffs = [n for n, block in enumerate(blocks) if _is_diff(block)]
    if diffs and any(_is_whole(block.body, base) for block in blocks[diffs[-1] + 1 :]):
        return None
    if diffs:
        return blocks[diffs[-1]].body
    if _SEARCH in region:
        inside = [block.body for block in blocks if _SEARCH in block.body]
        return "\n".join(inside) if sum(body.count(_SEARCH) for body in inside) == region.count(_SEARCH) else region
    if _BEGIN in region:
        return region.partition(_BEGIN)[2].partition(_END)[0]
    bare = None if blocks else _BARE.search(region)
    return region[bare.start() :] if bare else None


def _is_diff(block: Fence) -> bool:
    name = block.info.split()[0].lower() if block.info else ""
    return name in ("diff", "patch") or _BARE.match(block.body) is not None


def _is_whole(body: str, base: str) -> bool:
    """Whether a block holds more than half of the lines of the program to repair."""
    lines = {line.strip() for line in base.split("\n") if line.strip()}
    return bool(lines) and 2 * len(lines & {line.strip() for line in body.split("\n")}) > len(lines)


def apply_patch(base: str, patch: str) -> str:
    """``base`` with the patch applied. Old lines must match verbatim; line numbers may be off, the nearest match is used.

    Raises:
        ValueError: the patch has no hunk, or the old lines of a hunk are not in ``base``. The policy reads this message.
    """
    lines = base.replace("\r\n", "\n").split("\n")
    shift = end = 0
    for hunk in _edits(patch) if _SEARCH in patch else _hunks(patch):
        at = _locate(lines, hunk.old, end if hunk.line is None else hunk.line + shift)
        lines[at : at + len(hunk.old)] = hunk.new
        end = at + len(hunk.new)
        shift = end - len(hunk.old) - (at if hunk.line is None else hunk.line)
    return "\n".join(lines)


def _edits(text: str) -> list[_Hunk]:
    found: list[_Hunk] = []
    old: list[str] | None = None
    new: list[str] | None = None
    for line in text.split("\n"):
        mark = line.rstrip()
        if mark == _SEARCH:
            old, new = [], None
        elif mark == _MIDDLE and old is not None and new is None:
            new = []
        elif mark == _REPLACE and old is not None and new is not None:
            found.append(_Hunk(None, old, new))
            old = new = None
        elif old is not None:
            (old if new is None else new).append(line)
    if not found or any(not edit.old for edit in found):
        raise ValueError("no edit, or one that searches for nothing")
    return found


def _hunks(patch: str) -> list[_Hunk]:
    lines = patch.replace("\r\n", "\n").split("\n")
    found: list[_Hunk] = []
    if not any(line.startswith("@@") for line in lines) and any(line[:1] in ("-", "+") for line in lines):
        found.append(_Hunk(None, [], []))
    for n, line in enumerate(lines):
        head = _HUNK.match(line)
        if line.startswith("--- ") and lines[n + 1 : n + 2] and lines[n + 1].startswith("+++ "):
            continue  # a file header; a ``--- x`` that no ``+++`` line follows removes the line ``-- x``
        if n and line.startswith("+++ ") and lines[n - 1].startswith("--- "):
            continue
        if head or line.startswith(("@@", "*** ")):
            found.append(_Hunk(max(int(head[1]) - 1, 0) if head else None, [], []))
        elif found and line[:1] in ("-", "+", " ", ""):
            if line[:1] != "+":
                found[-1].old.append(line[1:])
            if line[:1] != "-":
                found[-1].new.append(line[1:])
    found = [hunk for hunk in found if hunk.old or hunk.new]
    for hunk in found:  # blank lines after the last change belong to the fenced block, not to the file
        while hunk.old and hunk.new and not hunk.old[-1] and not hunk.new[-1]:
            hunk.old.pop()
            hunk.new.pop()
    if not found:
        raise ValueError("no hunk in the patch")
    return found


def _locate(lines: list[str], old: list[str], wanted: int) -> int:
    """The index in ``lines`` where ``old`` occurs, the one nearest to ``wanted``. Raises ValueError if it does not occur."""
    if not old:
        return min(max(wanted, 0), len(lines))
    places = [i for i, line in enumerate(lines) if line == old[0] and lines[i : i + len(old)] == old]
    if not places:
        raise ValueError(f"the patch does not apply: {old[0]!r} and what follows is not in the program"[:200])
    return min(places, key=lambda at: abs(at - wanted))
