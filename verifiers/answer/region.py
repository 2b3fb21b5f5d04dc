"""The part of a completion that is addressed to the reader: one table of the marks of thoughts, turns and final channels.

The rules, which hold for each pair of marks alike:

1. The region begins behind the last thought that is closed. A closing mark without an opening one closes a thought that the
   prompt opened. A mark of a final channel closes the thought before it.
2. A thought that is never closed leaves no answer; one that is opened behind the answer ends the region.
3. The end of the turn ends the region, wherever it stands: what follows is a turn that the model made up, thoughts included.
   A header of the assistant's own turn at the beginning of the text belongs to it.
4. A mark of a turn behind a quotation mark or a backtick is a mention.

A text without "<" and without a bracketed mark costs a few searches for a substring. Every scan is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import cache
from typing import Literal, NamedTuple

Kind = Literal["box", "boxes", "tag", "json", "anchor", "whole", "math", "number"]

MAX_REGION = 65_536
"""Only this many characters at the end of the region are searched for an answer."""

BOX = ("<|begin_of_box|>", "<|end_of_box|>")
"""The tokens that GLM writes around its final answer."""

_THOUGHT_TAGS = "think thinking thought thoughts reasoning scratchpad seed:think".split()
_THOUGHTS = (
    *((f"<{name}>", f"</{name}>") for tag in _THOUGHT_TAGS for name in (tag, tag.capitalize(), tag.upper())),
    ("[THINK]", "[/THINK]"),  # Magistral
    ("◁think▷", "◁/think▷"),  # Kimi
    ("<|begin_of_thought|>", "<|end_of_thought|>"),  # Sky-T1, OpenThinker
    ("<|START_THINKING|>", "<|END_THINKING|>"),  # Command A
    ("<|inner_prefix|>", "<|inner_suffix|>"),  # Apertus
    ("<|channel>thought", "<channel|>"),  # Gemma
    ("<unused94>thought", "<unused95>"),  # MedGemma
    ("<|channel|>analysis", "<|channel|>final<|message|>"),  # gpt-oss; the next two are its other channels
    ("<|channel|>commentary", "<|channel|>final<|message|>"),
)
_FINALS = (
    ("<|begin_of_solution|>", "<|end_of_solution|>"),
    ("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
    ("<response>", "</response>"),
)
_ENDS = (
    *"</s> <eos> <end_of_turn> <end_of_utterance> <file_sep> <|end▁of▁sentence|> <｜end▁of▁sentence｜> [|endofturn|]".split(),
    *(
        f"<|{name}|>"
        for name in (
            "im_end endoftext eot_id eom_id eot eom eos end_of_text end_of_turn end end_of_sentence endofturn return call"
            " END_OF_TURN_TOKEN end_of_role file_sep repo_name endofprompt observation end_of_message assistant_end"
        ).split()
    ),
)
_HEADERS = (
    *"<start_of_turn> <｜User｜> <｜Assistant｜> <|User|> <|Assistant|> [INST] [|assistant|] [|user|]".split(),
    *(
        f"<|{name}|>"
        for name in (
            "im_start start_header_id header_start start user assistant system START_OF_TURN_TOKEN start_of_role im_user im_assistant"
            " im_system user_start assistant_start"
        ).split()
    ),
)


@cache
def _end_of_turn() -> re.Pattern[str]:
    """The marks at the end of a reversed text, where they come first; compiled when the first one is met."""
    return re.compile(rf"(?:\s{{0,3}}+(?:{'|'.join(re.escape(mark[::-1]) for mark in _ENDS)}))++")


def without_end_of_turn(completion: str) -> str:
    """The completion without the tokens that end a turn, which some frameworks leave in the text that they decode."""
    if not completion.rstrip().endswith((">", "]")):
        return completion
    ends = _end_of_turn().match(completion[: -1 - 2 * MAX_REGION : -1])
    return completion[: len(completion) - ends.end()] if ends else completion


class _Role(Enum):
    OPEN = auto()
    CLOSE = auto()
    END = auto()
    HEADER = auto()


_ROLES: dict[str, tuple[_Role, str]] = {
    **{opening: (_Role.OPEN, closing) for opening, closing in _THOUGHTS},
    **{closing: (_Role.CLOSE, closing) for _, closing in _THOUGHTS},
    **{opening: (_Role.CLOSE, "") for opening, _ in _FINALS},
    **dict.fromkeys((closing for _, closing in _FINALS), (_Role.END, "")),
    **dict.fromkeys(_ENDS, (_Role.END, "")),
    **dict.fromkeys(_HEADERS, (_Role.HEADER, "")),
}


def _pattern(first: str) -> re.Pattern[str]:
    """The marks that begin with one character. A literal first character lets the search skip the text between marks."""
    branches: dict[str, list[str]] = {}
    for mark in sorted(_ROLES, key=len, reverse=True):
        if mark[0] == first:
            branches.setdefault(mark[1], []).append(re.escape(mark[2:]))
    inner = "|".join(f"{re.escape(second)}(?:{'|'.join(rest)})" for second, rest in branches.items())
    return re.compile(f"{re.escape(first)}(?:{inner})")


_MARKS = {first: _pattern(first) for first in "<[◁"}
_OWN_HEADER = re.compile(
    r"<\|(?:im_start|start_header_id|header_start|start|START_OF_TURN_TOKEN|start_of_role|im_assistant)\|>\s{0,3}"
    r"(?:assistant|model|<\|CHATBOT_TOKEN\|>)?(?:<\|(?:end_header_id|header_end|im_sep|im_middle|end_of_role)\|>)?"
    r"(?!\s{0,3}(?:user|system)\b)"
    r"|<start_of_turn>\s{0,3}model\b|<\|(?:assistant(?:_start)?|Assistant)\|>|<｜Assistant｜>|\[\|assistant\|\]"
    r"|\[INST\][^\[]{0,4000}\[/INST\]\s{0,3}"
)
_TOKEN = re.compile(r"<\|[A-Za-z_]{1,30}\|>")
_NEXT_MESSAGE = re.compile(r"\s{0,3}<\|start\|>assistant")
_STRUCK_OUT = re.compile(r"<s>[^\n]{0,200}\Z")  # </s> of HTML
_QUOTES = tuple("'\"`")


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
    """``(start, end)`` of the text after the last thought and before the next one or the end of the turn.

    The region is empty if a thought is never closed.
    """
    start, end = 0, len(completion)
    if "<" not in completion and "◁" not in completion and not _bracketed(completion):
        return (start, end) if not completion.startswith("analysis") else _untagged_final(completion, start, end)
    opened: list[str] = []  # the closing marks of the open thoughts, each once
    closed, message = False, -1
    for match in _marks(completion):
        at, (role, closing) = match.start(), _ROLES[match[0]]
        if role is _Role.OPEN:
            end = end if opened else min(end, at)
            opened += [closing] if closing not in opened else []
        elif role is _Role.CLOSE:
            if not closing or not opened or closing in opened:  # else a mark of another kind inside a thought
                del opened[opened.index(closing) if closing in opened else 0 :]
            if not opened:
                start, end, closed = match.end(), len(completion), True
        elif at and completion.startswith(_QUOTES, at - 1) and not completion.startswith("```", at - 3):
            continue
        elif role is _Role.HEADER and (at < message or not opened and not completion[start:at].strip()):
            own = _OWN_HEADER.match(completion, at)
            if own is None:
                end = min(end, at)
                break
            start = own.end() if at >= message else start
        elif match[0] == "<|end|>" and (following := _NEXT_MESSAGE.match(completion, match.end())):
            end, message = min(end, at), following.end()
        elif match[0] != "</s>" or not _STRUCK_OUT.search(completion, max(0, at - 210), at):
            end = min(end, at)
            break
    if opened and not closed:
        return len(completion), len(completion)
    if completion.startswith("analysis"):
        return _untagged_final(completion, start, end)
    return start, max(start, end)


def thought(completion: str) -> str:
    """The text before the answer region, without marks: all thoughts of the assistant's turn, open ones too.

    The whole completion if it has no mark of a thought or a final channel; "" if its thoughts are empty.
    """
    start, _ = answer_region(completion)
    marks = list(_marks(completion)) if "<" in completion or "◁" in completion or _bracketed(completion) else []
    marked = any(_ROLES[mark[0]][0] in (_Role.OPEN, _Role.CLOSE) for mark in marks if mark.start() < max(start, 1))
    if not marked:
        untagged = start and completion.startswith("analysis")
        return completion[len("analysis") : start].removesuffix("assistantfinal") if untagged else completion
    pieces, position = [], 0
    for mark in marks:
        if mark.start() >= start:
            break
        pieces.append(completion[position : mark.start()])
        header = _OWN_HEADER.match(completion, mark.start())
        position = header.end() if header else mark.end()
    return _TOKEN.sub(" ", "\n".join([*pieces, completion[position:start]])).strip()


def _untagged_final(text: str, start: int, end: int) -> tuple[int, int]:
    """The final message of gpt-oss, if its special tokens were dropped when the text was decoded."""
    final = text.rfind("assistantfinal", start, end)
    start = final + len("assistantfinal") if final >= 0 else start
    return start, max(start, end)


def _bracketed(text: str) -> bool:
    """Whether a text may hold a mark in brackets: [THINK], [INST], [|user|] and so on. Most formulas have brackets without one.

    The search for a single letter comes first: it takes a tenth of the time of the search for a mark.
    """
    return "[" in text and (
        ("K" in text and "THINK]" in text) or ("S" in text and "INST]" in text) or ("|" in text and "|]" in text)
    )


def _marks(text: str) -> Iterable[re.Match[str]]:
    """The marks of a text, in their order."""
    kinds = [first for first, last in (("<", ">"), ("◁", "▷")) if first in text and last in text]
    if _bracketed(text):
        kinds.append("[")
    if len(kinds) < 2:
        return _MARKS[kinds[0]].finditer(text) if kinds else ()
    return sorted((match for first in kinds for match in _MARKS[first].finditer(text)), key=re.Match.start)


def last_tag(text: str, start: int, end: int) -> tuple[int, int] | None:
    """``(start, end)`` of the content of the last ``<answer>`` in ``text[start:end]``, which may stay open; None without the tag.

    The content ends at the last ``</answer>``: an earlier one is part of the answer, such as a comment in a program.
    """
    opened = text.rfind("<answer>", start, end)
    if opened < 0:
        return None
    begin = opened + len("<answer>")
    closed = text.rfind("</answer>", begin, end)
    return begin, closed if closed >= 0 else end


def stripped(text: str, start: int, end: int, kind: Kind) -> Found | None:
    """The text between two indices without white space at its ends; None if nothing is left, unless the kind is "tag"."""
    body = text[start:end]
    left = len(body) - len(body.lstrip())
    body = body.strip()
    if not body and kind != "tag":
        return None
    return Found(body, start + left, start + left + len(body), kind)
