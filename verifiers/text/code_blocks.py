"""Code blocks that CommonMark does not know: fences that begin or end within a line, and HTML or LaTeX tags."""

from __future__ import annotations

import html
import re

from r1.verifiers.text.fences import Fence

_LOOSE = re.compile(r"(?<![`~])(`{3,}+|~{3,}+)([^`~\n]{0,100})\n")
_TAG = re.compile(
    r"^[ \t]{0,40}(?:<(pre|code|solution|program)\b([^<>\n]{0,200})>(?:\s{0,9}<code\b([^<>\n]{0,200})>)?"
    r"|\\begin\{(verbatim|lstlisting|minted)\}((?:[\[{][^\]}\n]{0,200}[\]}]){0,2}))\n?",
    re.MULTILINE,
)


def loose_blocks(text: str) -> list[Fence]:
    """Blocks whose opening mark may follow text on its line, and whose closing mark may have text around it."""
    found, at = [], 0
    while opening := _LOOSE.search(text, at):
        end = text.find(opening[1], opening.end())
        at = end + len(opening[1]) if end >= 0 else len(text)
        body = text[opening.end() : end if end >= 0 else len(text)]
        found.append(Fence(opening[2].strip(), body.rstrip("\n"), end >= 0, opening.start(), at))
    return found


def tagged_blocks(text: str) -> list[Fence]:
    """The contents of ``<pre>``, ``<code>`` or LaTeX's ``verbatim`` and the like, for tags that begin a line.

    HTML entities are decoded if the contents hold no bare ``<`` or ``>``.
    """
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
