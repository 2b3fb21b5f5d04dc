"""Unfenced: the program in a text that has prose, tags or an interpreter's prompts around it instead of a fence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_MAX_CHARS = 100_000  # beyond it nobody looks for prose around a program
_TRIES = 12  # ends at which a Python program is looked for
_TAGS = (("[PYTHON]", "[/PYTHON]"), ("[BEGIN]", "[DONE]"), ("[CODE]", "[/CODE]"))  # Code Llama's, MBPP's, others'
_BEGINS = re.compile(
    r"^(?:(?:async[ ]+)?def[ ]+\w|class[ ]+\w|import[ ]+\w|from[ ]+[\w.]+[ ]+import\b|@\w)", re.MULTILINE
)
_ENDS = re.compile(r"[};)]\s*\Z|\A\s*(?:#|//|\*/)")
_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |\Z)")


def bare_program(text: str, language: str, looks_like: re.Pattern[str]) -> str | None:
    """The program in a text without any fence, or None when no line of it looks like code. Linear in the text."""
    for opening, closing in _TAGS:
        text = text.partition(opening)[2] or text
        text = text.partition(closing)[0]
    first = looks_like.search(text)
    if first is None:
        return None
    if len(text) > _MAX_CHARS or language == "bash" or (language == "python" and parses(text)):
        return text
    if language == "python":
        strong = _BEGINS.search(text)
        start = (strong or first).start()
        return next((part for part in _shorter(text[start:]) if parses(part)), text)
    lines = text[first.start() :].split("\n")
    last = max((n for n, line in enumerate(lines) if _ENDS.search(line)), default=len(lines) - 1)
    return "\n".join(lines[: last + 1])


def _shorter(text: str) -> Iterator[str]:
    """The text, and what is left of it as paragraph after paragraph is taken off its end."""
    for _ in range(_TRIES):
        yield text
        text = text.rstrip().rpartition("\n\n")[0]
        if not text:
            return


def is_transcript(source: str) -> bool:
    """Whether it is what an interactive interpreter showed."""
    return source.lstrip("\n").startswith(">>> ")


def typed(source: str) -> str:
    """What was typed in a transcript: the lines behind prompts, without what was printed between them."""
    return "\n".join(line[4:] for line in source.split("\n") if _PROMPT.match(line)) + "\n"


def continued(prompt: str, text: str) -> str | None:
    """``prompt`` and a body whose first line, or every line, has lost its indentation; None where neither reads as Python."""
    lines = text.strip("\n").split("\n")
    dedented = any(line[:1].strip() for line in lines[1:])
    first, every = "\n".join(["    " + lines[0], *lines[1:]]), "\n".join("    " + line for line in lines)
    for body in (every,) if dedented else (first, every):
        if parses(f"{prompt.rstrip()}\n{body}\n"):
            return f"{prompt.rstrip()}\n{body}\n"
    return None


def parses(text: str) -> bool:
    """Whether a text is Python. Nothing is run; a text that is too much for the parser is none."""
    if len(text) > _MAX_CHARS:
        return False
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
