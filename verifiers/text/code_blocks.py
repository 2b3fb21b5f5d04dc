"""Blocks: the stretches of a completion that are marked as code: fences (in lists and quotations too), loose ones, tags."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from r1.verifiers.text.fences import Fence

# Blanks, quotation marks and list marks may stand before the mark; back-ticks in an info string make it none.
_OPEN = re.compile(
    r"^((?:[ \t]|>|[-*+][ \t]|[0-9]{1,9}[.)][ \t]){0,40}+)(?:(`{3,}+)([^`\n]*+)|(~{3,}+)([^\n]*+))$", re.MULTILINE
)
_QUOTED = re.compile(r"[ ]{0,3}> ?")
_LOOSE = re.compile(r"(?<![`~])(`{3,}+|~{3,}+)([^`~\n]{0,100})\n")
_TAG = re.compile(
    r"^[ \t]{0,40}(?:<(pre|code|solution|program)\b([^<>\n]{0,200})>(?:\s{0,9}<code\b([^<>\n]{0,200})>)?"
    r"|\\begin\{(verbatim|lstlisting|minted)\}((?:[\[{][^\]}\n]{0,200}[\]}]){0,2}))\n?",
    re.MULTILINE,
)


def blocks_in(text: str) -> list[Fence]:
    """The fenced blocks in order; the last one may lack its closing line. What stands before a fence in a list's item or a
    quotation is taken off the lines inside."""
    found: list[Fence] = []
    at = 0
    while opening := _OPEN.search(text, at):
        before, mark = opening[1], opening[2] or opening[4]
        closing = _closing(mark[0], len(mark), before in ("", " ", "  ", "   ")).search(text, opening.end())
        end, at = (closing.start() - 1, closing.end()) if closing else (len(text), len(text))
        body = _outdented(text[opening.end() + 1 : max(end, opening.end() + 1)], before)
        info = opening[3] if opening[2] else opening[5]
        found.append(Fence(info.strip(), body, closing is not None, opening.start(), at))
    return found


@lru_cache(maxsize=64)
def _closing(mark: str, width: int, plain: bool) -> re.Pattern[str]:
    before = " {0,3}" if plain else r"[ \t>]{0,80}+"
    return re.compile(rf"^{before}{mark}{{{width},}}+[ \t]*+$", re.MULTILINE)


def _outdented(body: str, before: str) -> str:
    """The lines without as many quotation marks and blanks as stand before the opening mark."""
    if not before:
        return body
    quotes, width = before.count(">"), len(before.rpartition(">")[2].removeprefix(" " * (">" in before)))
    lines = []
    for line in body.split("\n"):
        for _ in range(quotes):
            found = _QUOTED.match(line)
            line = line[found.end() :] if found else line
        blanks = len(line) - len(line.lstrip(" \t"))
        lines.append(line[min(blanks, width) :])
    return "\n".join(lines)


def loose_blocks(text: str) -> list[Fence]:
    """Blocks as hurried writers fence them: the marks may have text of the same line before an opening or around a closing."""
    found, at = [], 0
    while opening := _LOOSE.search(text, at):
        end = text.find(opening[1], opening.end())
        at = end + len(opening[1]) if end >= 0 else len(text)
        body = text[opening.end() : end if end >= 0 else len(text)]
        found.append(Fence(opening[2].strip(), body.rstrip("\n"), end >= 0, opening.start(), at))
    return found


def tagged_blocks(text: str) -> list[Fence]:
    """What stands in ``<pre>``, ``<code>`` or LaTeX's ``verbatim``, where such a tag begins a line. Entities are read."""
    found, at = [], 0
    while opening := _TAG.search(text, at):
        info = " ".join(filter(None, (opening[2], opening[3], opening[5])))
        close = f"</{opening[1]}>" if opening[1] else f"\\end{{{opening[4]}}}"
        end = text.find(close, opening.end())
        at = end + len(close) if end >= 0 else len(text)
        body = text[opening.end() : end if end >= 0 else len(text)]
        if opening[3] is not None:
            body = body.rstrip().removesuffix("</code>")
        if "&" in body and not {"<", ">"} & set(body):
            body = html.unescape(body)
        found.append(Fence(info.strip(), body.rstrip("\n"), end >= 0, opening.start(), at))
    return found
