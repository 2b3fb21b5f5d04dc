"""The part of a completion that counts as the answer: after the reasoning, before the end of the turn, inside the answer tags.

Every scan is linear in the length of the completion.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["box", "boxes", "tag", "anchor", "whole", "math", "number"]

MAX_REGION = 65_536
"""Only this many characters at the end of the region are searched for an answer."""
_END_OF_TURN = re.compile(
    r"<\|(?:im_end|im_start|endoftext|eot_id|end_of_text|end|user|assistant)\|>|</s>|<｜end▁of▁sentence｜>"
)


class Found(NamedTuple):
    """An answer and its place in a text.

    Attributes:
        text: the answer as written; for joined boxes their contents, separated by ", ". Empty if the place holds nothing.
        start: index of the first character.
        end: index after the last character. For boxes the span includes the command and its braces.
        kind: the rule that found the answer.
    """

    text: str
    start: int
    end: int
    kind: Kind


def answer_region(completion: str) -> tuple[int, int]:
    """``(start, end)`` of the text after the last ``</think>`` and before the next ``<think>`` or end-of-turn token.

    The region is empty if a ``<think>`` is never closed.
    """
    start, end = 0, len(completion)
    if "think>" in completion:
        closed = completion.rfind("</think>")
        reopened = completion.find("<think>", max(closed, 0))
        if closed < 0 <= reopened:
            return end, end
        start = closed + len("</think>") if closed >= 0 else 0
        end = reopened if reopened >= 0 else end
    if "<|" in completion or "</s>" in completion or "<｜" in completion:
        stop = _END_OF_TURN.search(completion, start, end)
        end = stop.start() if stop else end
    return start, end


def last_tag(text: str, start: int, end: int) -> tuple[int, int] | None:
    """``(start, end)`` of the content of the last ``<answer>`` in ``text[start:end]``, which may stay open; None without the tag."""
    opened = text.rfind("<answer>", start, end)
    if opened < 0:
        return None
    begin = opened + len("<answer>")
    closed = text.find("</answer>", begin, end)
    return begin, closed if closed >= 0 else end


def stripped(text: str, start: int, end: int, kind: Kind) -> Found | None:
    """The text between two indices without white space at its ends; None if nothing is left, unless the kind is "tag"."""
    body = text[start:end]
    left = len(body) - len(body.lstrip())
    body = body.strip()
    if not body and kind != "tag":
        return None
    return Found(body, start + left, start + left + len(body), kind)
