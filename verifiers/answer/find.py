r"""The final answer of a completion: the one place that decides where it stands. Every verifier asks here.

What counts, in this order:

1. Only the *answer region*: what follows the last ``</think>``, up to the next ``<think>`` or an end-of-turn token.
   A ``<think>`` that is never closed leaves no region: the model had not begun to answer.
2. Inside it the last ``<answer>...</answer>``, if there is one.
3. The last ``\boxed{}`` or ``\fbox{}``. Boxes joined by a comma, "and" or "or" are one list. An empty or unclosed last
   box is an empty answer: no other place is searched. Only a sentence behind it that names another value as "the final
   answer" or "the correct answer" corrects a box (lenient mode).
4. Lenient mode only: what follows ``####``, "the final answer is", "Answer:", "答案是", "Réponse :" ...
5. Lenient mode only: the whole region, for the caller to judge (``kind="whole"``), and `answer_values.last_value` for its last value.

Every scan is linear in the length of the completion, and only the last 64 kB of the region are looked at.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["box", "boxes", "tag", "anchor", "whole", "maths", "number"]

MAX_REGION = 65_536
MAX_BOXES = 256
_MAX_GAP = 80  # characters between two joined boxes
_MAX_JOINED = 1500  # characters of a box that another may join

_END_OF_TURN = re.compile(
    r"<\|(?:im_end|im_start|endoftext|eot_id|end_of_text|end|user|assistant)\|>|</s>|<｜end▁of▁sentence｜>"
)


class Found(NamedTuple):
    """An answer and where it stands.

    Attributes:
        text: the answer as written; for joined boxes the contents, separated by ", ". Empty: the place was found, but holds nothing.
        start: first index in the completion.
        end: index after the last character (boxes: with the command and its braces).
        kind: which rule found it.
    """

    text: str
    start: int
    end: int
    kind: Kind


def answer_region(completion: str) -> tuple[int, int]:
    """``(start, end)`` of what is addressed to the reader: after the last ``</think>``, before any end-of-turn token."""
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


def find_answer(completion: str, *, strict: bool = False) -> Found | None:
    """The final answer, or None where there is nothing at all.

    Args:
        completion: what the policy wrote, with or without its thoughts.
        strict: only a box counts (inside ``<answer>``, if that tag is used).
    """
    start, end, tag = 0, len(completion), None
    if "<" in completion:
        start, end = answer_region(completion)
        tag = _last_tag(completion, start, end)
        start, end = tag or (start, end)
    start = max(start, end - MAX_REGION)
    box = _last_boxes(completion, start, end)
    if box is not None and not strict and end - box.end > 16 and completion.find("answer", box.end, end) >= 0:
        return _corrected(completion, box.end, end) or box
    if box is not None or strict:
        return box
    inner = _anchored(completion, start, end)
    return inner or stripped(completion, start, end, "tag" if tag else "whole")


# ------------------------------------------------------------------------------------------------ <answer> and boxes


def _last_tag(text: str, start: int, end: int) -> tuple[int, int] | None:
    opened = text.rfind("<answer>", start, end)
    if opened < 0:
        return None
    begin = opened + len("<answer>")
    closed = text.find("</answer>", begin, end)
    return begin, closed if closed >= 0 else end


_BRACE = re.compile(r"\\.|[{}]", re.S)
_BARE_BOX = re.compile(r"\s*(-?\w+(?:\.\w+)?)")


def _close_brace(text: str, opened: int, end: int) -> int:
    """Index after the brace that closes the one at ``opened``; -1 where it stays open."""
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
    r"""``(start, after the name)`` of the last ``\boxed`` or ``\fbox`` in ``text[start:end]``."""
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
    opened = after
    while opened < end and text[opened] in " \t\n{" and text[opened] != "{":
        opened += 1
    if opened < end and text[opened] == "{":
        closed = _close_brace(text, opened, end)
        if closed < 0:
            return Found("", at, end, "box")
        return Found(text[opened + 1 : closed - 1].strip(), at, closed, "box")
    bare = _BARE_BOX.match(text, after, end)
    return Found(bare[1], at, bare.end(), "box") if bare else Found("", at, after, "box")


def _last_boxes(text: str, start: int, end: int) -> Found | None:
    """The last box, together with those before it that are joined to it."""
    name = text.rfind("box", start, end)
    if name < 0:
        return None
    if text.startswith("\\boxed{", name - 1) and (
        text.find("}", max(start, name - _MAX_GAP), name) < 0
        or text.rfind("box", max(start, name - _MAX_JOINED), name) < 0
    ):
        closed = _close_brace(text, name + 5, end)  # no other box joins it, as almost always
        if closed > 0 and name > start:
            return Found(text[name + 6 : closed - 1].strip(), name - 1, closed, "box")
    command = _box_command(text, start, end)
    if command is None:
        return None
    last = _box_at(text, command, end)
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
    if len(boxes) == 1 or not last.text:
        return last
    texts = list(dict.fromkeys(box.text for box in reversed(boxes)))
    return Found(", ".join(texts), boxes[-1].start, last.end, "boxes" if len(texts) > 1 else "box")


_GAP_NOISE = re.compile(r"\\[()\[\],;:! ]|\$|\\q?quad|\\(?:text|mathrm|mbox|textrm)\s*\{([^{}]*)\}")
_CONNECTOR = re.compile(r"[,;、，；&]|\b(?:and|or|et|ou|y|und|oder|with)\b|[和与或及]|以及")
_BREAK = re.compile(
    r"[.!?。！？](?:\s|$)|\n\s*\n|[=≈→⇒]\s*$|\\(?:approx|implies|Rightarrow|to)\b|\d"
    r"|\b(?:but|no|not|wait|actually|instead|rather|so|then|thus|therefore|hence|is|are|was|answer|i\.e|e\.g|which|check)\b"
    r"|不|但|所以|因此|即|答案",
    re.I,
)
_NAME_EQUALS = re.compile(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*=\s*$")


def _joined(gap: str) -> bool:
    """Whether the text between two boxes makes one list of them."""
    if len(gap) > _MAX_GAP:
        return False
    gap = _NAME_EQUALS.sub("", _GAP_NOISE.sub(lambda m: f" {m[1] or ''} ", gap))
    if _BREAK.search(gap):
        return False
    words = sum(1 for word in gap.split() if word.isalnum())
    return bool(_CONNECTOR.search(gap) and words <= 6) or words == 0


# --------------------------------------------------------------------------------------------------- anchors and prose

_ANCHOR = re.compile(
    r"####|"
    r"(?:final\s+|correct\s+|right\s+)?\b(?:answer|option|choice)\b(?:\s+(?:to|of)\s+(?:the|this)\s+(?:question|problem))?"
    r"(?:\s+(?:is|are|would\s+be|must\s+be|should\s+be|equals)\b(?:\s*:)?|\s*\**\s*[:：=])"
    r"|答\s*[:：]|【答案】|(?:最终|正确)?(?:答案|结果|选项)\s*(?:是|为|應為|应为|[:：])|(?:故选|应选|選|选择?)\s*[:：]?\s*(?=[(（]?[A-H]{1,5}(?![A-Za-z=]))"
    r"|\br[ée]ponse(?:\s+finale)?\s*(?:est|:)|\brespuesta(?:\s+final)?\s*(?:es|:)|\bresposta\s*(?:é|:)|\brisposta\s*(?:è|:)"
    r"|\bantwort\s*(?:ist|lautet|:)|\bответ\s*[:—-]|答え\s*(?:は|[:：])|답\s*(?:은|[:：])|정답\s*(?:은|[:：])|(?:الجواب|الإجابة)(?:\s+النهائي(?:ة)?)?\s*(?:هو|هي|:)|उत्तर\s*(?:है|[:：])",
    re.I,
)
_ANCHOR_WORDS = (
    "answer",
    "####",
    "option",
    "choice",
    "答",
    "结果",
    "选",
    "選",
    "ponse",
    "respuesta",
    "resposta",
    "risposta",
    "antwort",
    "ответ",
    "答え",
    "답",
    "الجواب",
    "الإجابة",
    "उत्तर",
)
_ASCII_ANCHOR_WORDS = tuple(word for word in _ANCHOR_WORDS if word.isascii())
_DENIALS = ("不", "别", "非")  # before an anchor: 不选C
_DISBELIEVED = re.compile(
    r"\b(?:false|untrue|wrong|incorrect|doubt|unlikely|impossible|(?:n[o']t|never)\s+(?:true|think|believe|say|claim|mean|imply))\s+(?:that\s+)?(?:the\s+)?$",
    re.I,
)
_LEAD = re.compile(r"[\s*_:：`]+")
_SENTENCE_END = re.compile(r"\n|(?:[.?]|(?<!\d)!)(?=\s|$|[\"'”)*])|[。！？]")
_CONTRAST = re.compile(
    r"(?<=[\w)}$])(?:[,;，]\s*|\s*\(|\s+)(?:(?:not|rather\s+than|instead\s+of)\b|而不是|而非|不是)", re.I
)


_ALSO = re.compile(r"(?:\b(?:could|might|may)\s+also\s+be|也可能是)\s*(?:\\\(|[$\-])*\d", re.I)
_CORRECTION = re.compile(
    r"answer\s+(?:should|must)\s+be|(?:final|correct|right|actual|true)\s+answer\s+(?:is|should\s+be|must\s+be|would\s+be)",
    re.I,
)
_BARE_VALUE = re.compile(
    r"\s*:?\s*(?:\$([^$\n]{1,200})\$|\\\(([^\n]{1,200}?)\\\)|(-?\d[\d,]*(?:\.\d+)?(?:/\d+)?))\s*(?:[.!]\s|[.!]?$|\n)"
)


def _corrected(text: str, start: int, end: int) -> Found | None:
    """The value that the last "the final answer is $5$." behind a box states; None where nothing is said but a value and a full stop."""
    at = end = min(end, start + 4000)
    for _ in range(4):
        at = text.rfind("answer", start, at)
        said = _CORRECTION.search(text, max(start, at - 10), min(end, at + 30)) if at >= 0 else None
        if said:
            value = _BARE_VALUE.match(text, said.end(), end)
            group = value.lastindex or 0 if value else 0
            return stripped(text, value.start(group), value.end(group), "anchor") if value else None
    return None


def stripped(text: str, start: int, end: int, kind: Kind) -> Found | None:
    body = text[start:end]
    left = len(body) - len(body.lstrip())
    body = body.strip()
    if not body and kind != "tag":
        return None
    return Found(body, start + left, start + left + len(body), kind)


def _anchored(text: str, start: int, end: int) -> Found | None:
    """What follows the last anchor that is followed by anything, up to the end of its sentence."""
    region = text[start:end].lower()
    hits = []
    # The expression is slow where there is nothing to find: it only looks around these words.
    for word in _ASCII_ANCHOR_WORDS if region.isascii() else _ANCHOR_WORDS:
        at = len(region)
        for _ in range(4):
            at = region.rfind(word, 0, at)
            if at < 0:
                break
            hits.append(start + at)
    for hit in sorted(hits, reverse=True)[:12]:
        around = _ANCHOR.finditer(text, max(start, hit - 24), min(end, hit + 80))
        match = next((m for m in around if m.end() > hit), None)
        if match is None or text[match.start() - 1 : match.start()] in _DENIALS:
            continue
        if _DISBELIEVED.search(text, max(start, match.start() - 40), match.start()):
            return Found("", match.start(), match.end(), "anchor")
        lead = _LEAD.match(text, match.end(), end)
        begin = lead.end() if lead else match.end()
        stop = sentence_end(text, begin, end)
        contrast = _CONTRAST.search(text, begin, stop)  # "12, not 13"
        found = stripped(text, begin, contrast.start() if contrast else stop, "anchor")
        if found and found.text.strip("*_ .,;:"):
            return Found("", found.start, found.end, "anchor") if _another(text, stop, end) else found
    return None


def _another(text: str, start: int, end: int) -> bool:
    """Whether a second value is offered behind the answer, so that none is settled on: "But it could also be 43."."""
    if text.find("also be", start, end) < 0 and text.find("也可能是", start, end) < 0:
        return False
    return _ALSO.search(text, start, min(end, start + 4000)) is not None


def sentence_end(text: str, start: int, end: int) -> int:
    """Index where the sentence that begins at ``start`` ends; a maths span is never cut."""
    for opener, closer in (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        if text.startswith(opener, start):
            closed = text.find(closer, start + len(opener), end)
            if closed >= 0:
                start = closed + len(closer)
            break
    match = _SENTENCE_END.search(text, start, end)
    return match.start() if match else end
