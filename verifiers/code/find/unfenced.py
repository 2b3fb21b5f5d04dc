"""Unfenced: the program in a text without fences, surrounded by prose, tags or interpreter prompts."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator

from r1.verifiers.code.python import parse

_MAX_CHARS = 100_000  # longer texts are taken as they are: prose around the program is not searched for
_TRIES = 12  # how many ends of a text are tried when looking for a Python program
_TAGS = (("[PYTHON]", "[/PYTHON]"), ("[BEGIN]", "[DONE]"), ("[CODE]", "[/CODE]"))  # of Code Llama, of MBPP, of others
_BEGINS = re.compile(
    r"^[ \t]*(?:(?:async[ ]+)?def[ ]+\w|class[ ]+\w|import[ ]+\w|from[ ]+[\w.]+[ ]+import\b|@\w)", re.MULTILINE
)
_ENDS = re.compile(r"[};)]\s*\Z|\A\s*(?:#|//|\*/)")
_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |\Z)|In \[[0-9]{1,6}\]: |[ ]{2,12}\.\.\.:(?: |\Z)")
_TRANSCRIPT = re.compile(r"\n{0,99}(?:>>> |In \[[0-9]{1,6}\]: |I?Python [23][^\n]{0,200}\n(?:[^\n]{0,200}\n){0,3}>>> )")
_DEFINED = re.compile(r"^(?:async[ ]+)?(?:def|class)[ ]+(\w+)", re.MULTILINE)


def bare_program(text: str, language: str, looks_like: re.Pattern[str]) -> str | None:
    """The program in a text without fences, or None if no line looks like code. Takes linear time."""
    for opening, closing in _TAGS:
        text = text.partition(opening)[2] or text
        text = text.partition(closing)[0]
    if language == "python" and is_transcript(text):
        return typed(text)
    first = looks_like.search(text)
    if first is None:
        return None
    if language == "bash":
        shebang = text.find("\n#!")
        return text if shebang < 0 or text.startswith("#!") else text[shebang + 1 :]
    if len(text) > _MAX_CHARS or (language == "python" and parses(text)):
        return text
    if language == "python":
        return _last_version(text[(_BEGINS.search(text) or first).start() :], looks_like) or text
    lines = text[first.start() :].split("\n")
    last = max((n for n, line in enumerate(lines) if _ENDS.search(line)), default=len(lines) - 1)
    return "\n".join(lines[: last + 1])


def _last_version(text: str, looks_like: re.Pattern[str]) -> str | None:
    """The program at the start of a text; if a later program in the text defines one of its names again, that one.

    None if the text does not start with a program.
    """
    found = None
    for _ in range(_TRIES):
        part = next((part for part in _shorter(text, looks_like) if parses(textwrap.dedent(part))), None)
        if part is None:
            return found
        found = textwrap.dedent(part)
        names = set(_DEFINED.findall(found))
        rest = text[len(part) :]
        later = next((again for again in _DEFINED.finditer(rest) if again[1] in names), None)
        if later is None:
            return found
        text = rest[later.start() :]
    return found


def _shorter(text: str, looks_like: re.Pattern[str]) -> Iterator[str]:
    """The text with ever more paragraphs removed from its end, then with ever more lines of prose removed."""
    whole = text
    for _ in range(_TRIES):
        yield text
        text = text.rstrip().rpartition("\n\n")[0]
        if not text:
            break
    for _ in range(_TRIES):
        whole, _, last = whole.rstrip().rpartition("\n")
        if not whole or looks_like.match(last):
            return
        yield whole


def inline_span(text: str, names: set[str]) -> str:
    """The content of a text that is a single inline code span, without a leading language name; any other text unchanged."""
    stripped = text.strip()
    if len(stripped) < 3 or stripped[0] != "`" or stripped[-1] != "`":
        return text
    inside = stripped.strip("`")
    first, _, rest = inside.partition(" ")
    return text if "`" in inside else rest if first.lower() in names else inside


def is_transcript(source: str) -> bool:
    """Whether the text is a transcript of an interactive Python session."""
    return _TRANSCRIPT.match(source) is not None


def typed(source: str) -> str:
    """The input lines of a transcript, without prompts and without the output between them."""
    found = ((line, _PROMPT.match(line)) for line in source.split("\n"))
    return "\n".join(line[prompt.end() :] for line, prompt in found if prompt) + "\n"


def without_magics(source: str) -> str:
    """A notebook cell without ``!pip`` and ``%time`` lines, if removing these makes it valid Python; else unchanged."""
    if "!" not in source and "%" not in source or parses(source):
        return source
    text = "\n".join(line for line in source.split("\n") if line[:1] not in ("!", "%"))
    return text if parses(text) else source


def continuation(prompt: str, text: str, language: str) -> str:
    """``prompt`` followed by the body that continues it.

    For Python, trailing unindented lines are removed until the whole parses; if it never does, nothing is removed.
    """
    if language != "python" or parses(prompt + text):
        return prompt + text
    body = text
    for _ in range(_TRIES):
        top = [found.start() for found in _TOP.finditer(body)]
        if not top:
            break
        body = body[: top[-1]]
        if parses(prompt + body):
            return prompt + body.rstrip() + "\n"
    return prompt + text


_TOP = re.compile(r"^[^\s#]", re.MULTILINE)


def continued(prompt: str, text: str) -> str | None:
    """``prompt`` followed by a body whose first line, or every line, has lost its indentation, which is restored.

    None if the result is not valid Python either way.
    """
    lines = text.strip("\n").split("\n")
    dedented = any(line[:1].strip() for line in lines[1:])
    first, every = "\n".join(["    " + lines[0], *lines[1:]]), "\n".join("    " + line for line in lines)
    for body in (every,) if dedented else (first, every):
        if parses(f"{prompt.rstrip()}\n{body}\n"):
            return f"{prompt.rstrip()}\n{body}\n"
    return None


def only_imports(text: str) -> bool:
    """Whether a text is Python that imports and does nothing else."""
    if "import" not in text:
        return False
    try:
        body = parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(body) and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body)


def parses(text: str) -> bool:
    """Whether a text is valid Python. Nothing is executed; text that overflows the parser counts as not Python."""
    if len(text) > _MAX_CHARS:
        return False
    try:
        parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
