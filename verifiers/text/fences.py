"""Fences: the fenced code blocks of a Markdown text (CommonMark 0.31 §4.5), one after the other in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# A line of up to three spaces, a run of one mark, and an info string (which holds no back-tick after back-ticks).
_OPEN = re.compile(r"^( {0,3})(?:(`{3,}+)([^`\n]*+)|(~{3,}+)([^\n]*+))$", re.MULTILINE)
_INDENTED = [re.compile(rf"^ {{1,{width}}}", re.MULTILINE) for width in (1, 1, 2, 3)]


@dataclass(frozen=True, slots=True)
class Fence:
    """One block: its info string (stripped), the lines between, whether it was closed, and where it stands."""

    info: str
    body: str
    closed: bool
    start: int
    end: int


def fences(text: str) -> list[Fence]:
    """The fenced blocks of ``text`` in order; the last one may lack its closing line. Offsets count CRLF as one."""
    return list(each_fence(text))


def each_fence(text: str) -> Iterator[Fence]:
    """The same one by one, for callers that need the first ones only."""
    if "```" not in text and "~~~" not in text:
        return
    text = text.replace("\r\n", "\n")
    at = 0
    while opening := _OPEN.search(text, at):
        indent, mark, info = (
            len(opening[1]),
            *((opening[2], opening[3]) if opening[2] else (opening[4], opening[5])),
        )
        closing = _closing(mark[0], len(mark)).search(text, opening.end())
        body_end, at = (closing.start() - 1, closing.end()) if closing else (len(text), len(text))
        body = text[opening.end() + 1 : max(body_end, opening.end() + 1)]
        if indent:  # of the lines inside as much is taken away, as far as they have it
            body = _INDENTED[indent].sub("", body)
        yield Fence(info.strip(), body, closing is not None, opening.start(), at)


def unfenced(text: str) -> str | None:
    """The body of the one closed fence that is all of ``text`` but outer white space, or None."""
    stripped = text.strip().replace("\r\n", "\n")
    if stripped[:3] not in ("```", "~~~"):
        return None
    block = next(each_fence(stripped), None)
    return block.body if block and block.closed and (block.start, block.end) == (0, len(stripped)) else None


@lru_cache(maxsize=64)
def _closing(mark: str, width: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{0,3}}{mark}{{{width},}}+[ \t]*+$", re.MULTILINE)
