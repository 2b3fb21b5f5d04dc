r"""Contents: the rules for the text between the marks: not empty, no placeholder, enough words, one `\boxed{…}`, one fence.

Each function returns the rule that the text breaks, as a note for the verdict, or ``""``.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from r1.verifiers.text.fences import each_fence
from r1.verifiers.text.visible import drop_invisible, find_content, has_words
from r1.verifiers.think.layout import excerpt

MAX_BOX_CHARS = 20_000  # longer than any answer; a box that is still open by then counts as not closed

_AROUND = string.punctuation + string.whitespace
_BOX = re.compile(r"\\boxed(?![A-Za-z])[ \t\n]*(\{?)")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
# What LaTeX prints as nothing: spaces, braces, and the text commands around them.
_PRINTS_NOTHING = re.compile(r"\\(?:text|mathrm|mathbf|quad|qquad|hspace|phantom)(?![A-Za-z])|\\[ ,;:!>]|[\s{}~$]")


@dataclass(frozen=True, slots=True)
class Contents:
    """The rules for the contents of one `Think`.

    Attributes:
        filled: number and name of the slots that need a letter or digit and no placeholder.
        placeholders: contents that merely repeat the instruction.
        tails: the last words of the placeholders.
        checks: further rules, each with the number of its slot.
    """

    filled: tuple[tuple[int, str], ...]
    placeholders: frozenset[str]
    tails: tuple[str, ...]
    checks: tuple[tuple[int, Callable[[str], str]], ...]

    def rule(self, pieces: list[str]) -> str:
        """The first rule that the texts around the marks break."""
        for number, slot in self.filled:
            piece = pieces[number]
            if not find_content(piece):
                return f"the {slot} part holds no letter or digit"
            if len(piece) < 60 and _plain(piece, self.tails) in self.placeholders:
                return f"the {slot} part repeats the template's placeholder {excerpt(piece)}"
        for number, check in self.checks:
            if broken := check(pieces[number]):
                return broken
        return ""


def _plain(text: str, tails: tuple[str, ...]) -> str:
    """The contents as compared with a placeholder: visible, in lower case, single spaces, no punctuation around.

    An ASCII text that ends in none of ``tails`` cannot be a placeholder and gives ``""``.
    """
    if text.isascii():
        plain = text.lower().strip(_AROUND)
        return " ".join(plain.split()) if plain.endswith(tails) else ""
    words = " ".join(drop_invisible(text).casefold().split())
    return words if words.isalnum() else words.strip("".join({char for char in words if not char.isalnum()}))


def words_rule(think: str, least: int) -> str:
    """At least ``least`` words."""
    return "" if has_words(think, least) else f"the think part has fewer than {least} words"


def box_rule(answer: str) -> str:
    r"""Exactly one `\boxed{…}`, balanced and not empty."""
    boxes = list(islice(_BOX.finditer(answer), 2))
    if len(boxes) != 1:
        return "the answer holds more than one \\boxed" if boxes else "the answer holds no \\boxed"
    if not boxes[0].group(1):
        return "\\boxed has no braces"
    start = boxes[0].end()
    depth = 1
    for brace in _BRACE.finditer(answer, start, start + MAX_BOX_CHARS):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            inside = drop_invisible(answer[start : brace.start()])
            return "" if _PRINTS_NOTHING.sub("", inside) else "\\boxed is empty"
    return f"\\boxed is not closed within {MAX_BOX_CHARS} characters"


def fence_rule(answer: str, language: str, head: str) -> str:
    """Exactly one code fence, closed, not empty and marked ``language``; ``head`` is its usual first line."""
    plain = answer.strip("\n")
    if plain.startswith(head) and plain.endswith("\n```"):  # most answers: one fence and nothing else
        body = plain[len(head) : -4]
        if "`" not in body and "~" not in body and find_content(body):
            return ""
    blocks = list(islice(each_fence(answer), 2))
    if len(blocks) != 1:
        return "the answer holds more than one code fence" if blocks else "the answer holds no code fence"
    block = blocks[0]
    if not block.closed:
        return "the code fence is not closed"
    if block.info.casefold() != language.casefold():
        return f"the code fence is marked {block.info!r}, not {language!r}"
    return "" if drop_invisible(block.body).strip() else "the code fence is empty"
