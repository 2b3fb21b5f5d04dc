"""Fences: the fenced code blocks of a Markdown text (CommonMark 0.31 §4.5), found in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# An opening line: what may precede the mark, a run of one mark, an info string (no back-tick in it after back-ticks).
_MARK = r"(?:(`{3,}+)([^`\n]*+)|(~{3,}+)([^\n]*+))$"
_OPEN = re.compile(rf"^( {{0,3}}){_MARK}", re.MULTILINE)
_OPEN_NESTED = re.compile(rf"^((?:[ \t]|>|[-*+][ \t]|[0-9]{{1,9}}[.)][ \t]){{0,40}}+){_MARK}", re.MULTILINE)
_TOP_LEVEL = frozenset({"", " ", "  ", "   "})
_INDENTED = [re.compile(rf"^ {{1,{width}}}", re.MULTILINE) for width in (1, 1, 2, 3)]
_QUOTED = re.compile(r"[ ]{0,3}> ?")


@dataclass(frozen=True, slots=True)
class Fence:
    """One block.

    Attributes:
        info: the info string, stripped.
        body: the lines between the fences, without the indentation of the opening line.
        closed: whether there is a closing line.
        start, end: the block's place in the text, with CRLF counted as one character.
    """

    info: str
    body: str
    closed: bool
    start: int
    end: int


def fences(text: str, *, nested: bool = False) -> list[Fence]:
    """The fenced blocks of ``text`` in order; the last one may lack its closing line.

    Args:
        text: Markdown.
        nested: also find the blocks in list items and quotations, however deep; the list and quotation marks are taken
            off the lines inside.
    """
    return list(each_fence(text, nested=nested))


def each_fence(text: str, *, nested: bool = False) -> Iterator[Fence]:
    """The same one by one, for callers that need the first ones only."""
    if "```" not in text and "~~~" not in text:
        return
    text = text.replace("\r\n", "\n")
    pattern = _OPEN_NESTED if nested else _OPEN
    at = 0
    while opening := pattern.search(text, at):
        before = opening[1]
        mark, info = (opening[2], opening[3]) if opening[2] else (opening[4], opening[5])
        closing = _closing(mark[0], len(mark), before in _TOP_LEVEL).search(text, opening.end())
        body_end, at = (closing.start() - 1, closing.end()) if closing else (len(text), len(text))
        body = text[opening.end() + 1 : max(body_end, opening.end() + 1)]
        if before:
            body = _outdented(body, before) if nested else _INDENTED[len(before)].sub("", body)
        yield Fence(info.strip(), body, closing is not None, opening.start(), at)


def unfenced(text: str) -> str | None:
    """The body of the one closed fence that is all of ``text`` but outer white space, or None."""
    stripped = text.strip().replace("\r\n", "\n")
    if stripped[:3] not in ("```", "~~~"):
        return None
    block = next(each_fence(stripped), None)
    return block.body if block and block.closed and (block.start, block.end) == (0, len(stripped)) else None


@lru_cache(maxsize=64)
def _closing(mark: str, width: int, top_level: bool) -> re.Pattern[str]:
    before = " {0,3}" if top_level else r"[ \t>]{0,80}+"
    return re.compile(rf"^{before}{mark}{{{width},}}+[ \t]*+$", re.MULTILINE)


def _outdented(body: str, before: str) -> str:
    """The lines without as many quotation marks and blanks (spaces or tabs) as precede the opening mark."""
    quotes, width = before.count(">"), len(before.rpartition(">")[2].removeprefix(" " * (">" in before)))
    lines = []
    for line in body.split("\n"):
        for _ in range(quotes):
            found = _QUOTED.match(line)
            line = line[found.end() :] if found else line
        blanks = len(line) - len(line.lstrip(" \t"))
        lines.append(line[min(blanks, width) :])
    return "\n".join(lines)
