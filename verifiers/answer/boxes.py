r"""Finds the last ``\boxed{}`` or ``\fbox{}`` of a text, with the boxes before it that belong to the same list.

A box that holds nothing, dots or a placeholder, and a mention of the command, count only if the text has no filled box.
Paragraphs between a filled box and an empty one pose another task, which has no answer. A box that is never closed is an
unfinished answer: nothing before it counts. GLM's box tokens are a box.
"""

from __future__ import annotations

import re

from r1.verifiers.answer.region import BOX, Found

MAX_BOXES = 256
_MAX_GAP = 80  # characters between two joined boxes
_ANOTHER_TASK = 200  # characters, with a blank line among them, between a filled box and the empty box of another task
_MAX_JOINED = 1500  # characters of a box that another may join

_BRACE = re.compile(r"\\.|[{}]", re.S)
_OPENING = re.compile(r"[ \t\n]*\{")
_BARE_BOX = re.compile(r"\s*(-?\d+(?:\.\d+)?|[A-Zb-hj-z0-9])(?![\w'])")
_UNFILLED = re.compile(r"[\s.…$?_~]*|(?:\\[cl]?dots|\\text\{|[{}.…\s]|(?:your|the|final|answer|here)\b)+", re.I)
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
    if opened := _opening_brace(text, after, end):
        closed = _close_brace(text, opened - 1, end)
        return Found(text[opened : closed - 1].strip(), at, closed, "box") if closed >= 0 else Found("", at, end, "box")
    bare = _BARE_BOX.match(text, after, end)
    return Found(bare[1], at, bare.end(), "box") if bare else Found("", at, after, "box")


def last_boxes(text: str, start: int, end: int) -> Found | None:
    """The last filled box in ``text[start:end]``, together with the boxes before it that are joined to it."""
    name = text.rfind("box", start, end)
    if name < 0:
        return None
    opened = text.rfind(BOX[0], start, end) if text.startswith("<|end_of_", name - 9) else -1
    if opened >= 0 and text.find("boxed", opened + len(BOX[0]), name) < 0:
        closed = text.find(BOX[1], opened, end)
        return Found(text[opened + len(BOX[0]) : closed].strip(), opened, closed + len(BOX[1]), "box")
    if text.startswith("\\boxed{", name - 1) and (
        text.find("}", max(start, name - _MAX_GAP), name) < 0
        or text.rfind("box", max(start, name - _MAX_JOINED), name) < 0
    ):
        closed = _close_brace(text, name + 5, end)  # the common case: no other box is near enough to join
        content = text[name + 6 : closed - 1].strip()
        if closed > 0 and name > start and (content[:1].isdigit() or not _UNFILLED.fullmatch(content)):
            return Found(content, name - 1, closed, "box")
    last = _last_filled(text, start, end)
    if last is None:
        return None
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
    if len(boxes) == 1:
        return last
    texts = list(dict.fromkeys(box.text for box in reversed(boxes)))
    return Found(", ".join(texts), boxes[-1].start, last.end, "boxes" if len(texts) > 1 else "box")


def _last_filled(text: str, start: int, end: int) -> Found | None:
    """The last box that holds something, or the last one of all if none does; None without a box."""
    last, before = None, end
    for _ in range(MAX_BOXES):
        command = _box_command(text, start, before)
        if command is None:
            break
        box, before = _box_at(text, command, end), command[0]
        opened = _opening_brace(text, command[1], end)
        if last and last.start - box.end > _ANOTHER_TASK and text.find("\n\n", box.end, last.start) >= 0:
            return last
        if not _UNFILLED.fullmatch(box.text) or (box.end == end and opened and _close_brace(text, opened - 1, end) < 0):
            return box
        last = last or box
    return last


def _opening_brace(text: str, at: int, end: int) -> int:
    """Index after the brace that follows a command, white space apart; 0 if none does."""
    brace = _OPENING.match(text, at, end)
    return brace.end() if brace else 0


def _joined(gap: str) -> bool:
    """Whether the text between two boxes joins them into one list, as "and" or a comma does."""
    if len(gap) > _MAX_GAP:
        return False
    gap = _NAME_EQUALS.sub("", _GAP_NOISE.sub(lambda m: f" {m[1] or ''} ", gap))
    if _BREAK.search(gap):
        return False
    words = sum(1 for word in gap.split() if word.isalnum())
    return bool(_CONNECTOR.search(gap) and words <= 6) or words == 0
