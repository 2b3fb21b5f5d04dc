r"""Finds the last ``\boxed{}`` or ``\fbox{}`` of a text, with the boxes before it that belong to the same list."""

from __future__ import annotations

import re

from r1.verifiers.answer.region import Found

MAX_BOXES = 256
_MAX_GAP = 80  # characters between two joined boxes
_MAX_JOINED = 1500  # characters of a box that another may join

_BRACE = re.compile(r"\\.|[{}]", re.S)
_BARE_BOX = re.compile(r"\s*(-?\w+(?:\.\w+)?)")
_GAP_NOISE = re.compile(r"\\[()\[\],;:! ]|\$|\\q?quad|\\(?:text|mathrm|mbox|textrm)\s*\{([^{}]*)\}")
_CONNECTOR = re.compile(r"[,;、，；&]|\b(?:and|or|et|ou|y|und|oder|with)\b|[和与或及]|以及")
_BREAK = re.compile(
    r"[.!?。！？](?:\s|$)|\n\s*\n|[=≈→⇒]\s*$|\\(?:approx|implies|Rightarrow|to)\b|\d"
    r"|\b(?:but|no|not|wait|actually|instead|rather|so|then|thus|therefore|hence|is|are|was|answer|i\.e|e\.g|which|check)\b"
    r"|不|但|所以|因此|即|答案",
    re.I,
)
_NAME_EQUALS = re.compile(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*=\s*$")


def _close_brace(text: str, opened: int, end: int) -> int:
    """Index after the brace that closes the one at ``opened``; -1 if it is never closed."""
    closed = text.find("}", opened, end)
    if closed < 0:
        return -1
    if text.find("{", opened + 1, closed) < 0 and text[closed - 1] != "\\":
        return closed + 1
    depth = 0
    for match in _BRACE.finditer(text, opened, end):
        brace = match[0]
        if brace == "{":
            depth += 1
        elif brace == "}":
            depth -= 1
            if depth == 0:
                return match.end()
    return -1


def _box_command(text: str, start: int, end: int) -> tuple[int, int] | None:
    r"""``(start, end)`` of the command name of the last ``\boxed`` or ``\fbox`` in ``text[start:end]``."""
    at = end
    while (at := text.rfind("box", start, at)) >= 0:
        if text.startswith("\\boxed", at - 1):
            command = at - 1, at + 5
        elif text.startswith("\\fbox", at - 2):
            command = at - 2, at + 3
        else:
            continue
        if command[0] >= start and command[1] <= end and not text[command[1] : command[1] + 1].isalpha():
            return command
    return None


def _box_at(text: str, command: tuple[int, int], end: int) -> Found:
    at, after = command
    opened = after
    while opened < end and text[opened] in " \t\n{" and text[opened] != "{":
        opened += 1
    if opened < end and text[opened] == "{":
        closed = _close_brace(text, opened, end)
        if closed < 0:
            return Found("", at, end, "box")
        return Found(text[opened + 1 : closed - 1].strip(), at, closed, "box")
    bare = _BARE_BOX.match(text, after, end)
    return Found(bare[1], at, bare.end(), "box") if bare else Found("", at, after, "box")


def last_boxes(text: str, start: int, end: int) -> Found | None:
    """The last box in ``text[start:end]``, together with the boxes before it that are joined to it."""
    name = text.rfind("box", start, end)
    if name < 0:
        return None
    if text.startswith("\\boxed{", name - 1) and (
        text.find("}", max(start, name - _MAX_GAP), name) < 0
        or text.rfind("box", max(start, name - _MAX_JOINED), name) < 0
    ):
        closed = _close_brace(text, name + 5, end)  # the common case: no other box is near enough to join
        if closed > 0 and name > start:
            return Found(text[name + 6 : closed - 1].strip(), name - 1, closed, "box")
    command = _box_command(text, start, end)
    if command is None:
        return None
    last = _box_at(text, command, end)
    boxes = [last]
    while len(boxes) < MAX_BOXES:
        near = boxes[-1].start
        if text.find("}", max(start, near - _MAX_GAP), near) < 0:
            break
        command = _box_command(text, max(start, near - _MAX_JOINED), near)
        if command is None:
            break
        before = _box_at(text, command, boxes[-1].start)
        if not before.text or not _joined(text[before.end : boxes[-1].start]):
            break
        boxes.append(before)
    if len(boxes) == 1 or not last.text:
        return last
    texts = list(dict.fromkeys(box.text for box in reversed(boxes)))
    return Found(", ".join(texts), boxes[-1].start, last.end, "boxes" if len(texts) > 1 else "box")


def _joined(gap: str) -> bool:
    """Whether the text between two boxes joins them into one list, as "and" or a comma does."""
    if len(gap) > _MAX_GAP:
        return False
    gap = _NAME_EQUALS.sub("", _GAP_NOISE.sub(lambda m: f" {m[1] or ''} ", gap))
    if _BREAK.search(gap):
        return False
    words = sum(1 for word in gap.split() if word.isalnum())
    return bool(_CONNECTOR.search(gap) and words <= 6) or words == 0
