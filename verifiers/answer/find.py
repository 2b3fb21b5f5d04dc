r"""Finds the final answer of a completion. Every verifier that needs one asks here.

The rules, in this order:

1. Only the *answer part* counts (`part`): the text after the last thought, up to the next one or the end of the turn.
2. Inside it, the content of the last ``<answer>``, if there is one.
3. The last ``\boxed{}`` or ``\fbox{}``. Boxes joined by a comma, "and" or "or" are one list. An empty or unclosed last
   box is an empty answer if no box is filled, and no other rule applies. In lenient mode a later sentence that names another value as "the
   final answer" or "the correct answer" overrides the box.
4. Lenient mode only: the value of "answer" or "final_answer" in a JSON object.
5. Lenient mode only: the text after ``####``, "the final answer is", "Answer:", "答案是", "Réponse :" and similar anchors,
   unless the sentence denies or supposes it, or speaks of another answer ("each answer is worth 5"). A later sentence that
   concludes ("Therefore ...") overrules an anchor.
6. Lenient mode only: the whole region (``kind="whole"``); `values.last_value` finds its last value.

Every scan is linear in the length of the completion, and only the last 64 kB of the region are searched.
"""

from __future__ import annotations

import re

from r1.verifiers.answer.boxes import last_boxes
from r1.verifiers.answer.clauses import sentence_around
from r1.verifiers.answer.json_answer import json_answer
from r1.verifiers.answer.part import answer_span
from r1.verifiers.answer.region import MAX_REGION, Found, stripped
from r1.verifiers.answer.stance import Stance, stance

_ANCHOR = re.compile(
    r"####|"
    r"(?:final\s+|correct\s+|right\s+)?\b(?:answer|option|choice)\b(?:\s+(?:to|of)\s+(?:the|this)\s+(?:question|problem))?"
    r"(?:\s+(?:is|are|would\s+be|must\s+be|should\s+be|equals)\b(?:\s*:)?|\s*\**\s*[:：=]|(?<=final\sanswer)\s*[-–—]\s)"
    r"|答\s*[:：]|【答案】|(?:最终|正确)?(?:答案|结果|选项)\s*(?:是|为|應為|应为|[:：])|(?:故选|应选|選|选择?)\s*[:：]?\s*(?=[(（]?[A-H]{1,5}(?![A-Za-z=]))"
    r"|\br[ée]ponse(?:\s+finale)?\s*(?:est|:)|\brespuesta(?:\s+final)?\s*(?:es|:)|\bresposta\s*(?:é|:)|\brisposta\s*(?:è|:)"
    r"|\bantwort\s*(?:ist|lautet|:)|\bответ\s*[:—-]|答え\s*(?:は|[:：])|답\s*(?:은|[:：])|정답\s*(?:은|[:：])|(?:الجواب|الإجابة)(?:\s+النهائي(?:ة)?)?\s*(?:هو|هي|:)|उत्तर\s*(?:है|[:：])",
    re.I,
)
_ANCHOR_WORDS = (
    "answer #### option choice 答 结果 选 選 ponse respuesta resposta risposta antwort ответ 答え 답 الجواب الإجابة उत्तर"
).split()
_ASCII_ANCHOR_WORDS = tuple(word for word in _ANCHOR_WORDS if word.isascii())
_DENIALS = ("不", "别", "非")  # before an anchor: 不选C
_NOT_THE_ANSWER = re.compile(  # "each answer is 1, 0 or -1", "the first choice: 3 shirts"
    r"\b(?:an|each|every|any|no|per|another|other|first|second|third|fourth|last|next|previous|wrong|incorrect|blank|(?<!such )a)\s+"
    r"(?:(?:correct|right|possible|wrong|final)\s+)?$",
    re.I,
)
_CONCLUSION = re.compile(
    r"(?:[.!?]\s+|\n\s*|[。！？]\s*)(?:\*\*)?(?=(?:therefore|thus|so|hence|consequently|in\s+total|altogether|in\s+conclusion)\b[^?\n]{0,200}\d"
    r"|(?:所以|因此|综上)[^？\n]{0,200}\d)",
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


def find_answer(completion: str, *, strict: bool = False) -> Found | None:
    """The final answer of a completion, or None if there is none.

    Args:
        completion: the policy's text, with or without its reasoning.
        strict: only a box counts (inside ``<answer>``, if that tag is used).
    """
    start, end, tagged = answer_span(completion)
    start = max(start, end - MAX_REGION)
    box = last_boxes(completion, start, end)
    if box is not None and not strict and end - box.end > 16 and completion.find("answer", box.end, end) >= 0:
        return _corrected(completion, box.end, end) or box
    if box is not None or strict:
        return box
    inner = json_answer(completion, start, end) or _anchored(completion, start, end)
    return inner or stripped(completion, start, end, "tag" if tagged else "whole")


def _corrected(text: str, start: int, end: int) -> Found | None:
    """The value of the last "the final answer is $5$." behind a box; None unless the sentence ends right after the value."""
    at = end = min(end, start + 4000)
    for _ in range(4):
        at = text.rfind("answer", start, at)
        sentence = _CORRECTION.search(text, max(start, at - 10), min(end, at + 30)) if at >= 0 else None
        if sentence:
            value = _BARE_VALUE.match(text, sentence.end(), end)
            group = value.lastindex or 0 if value else 0
            return stripped(text, value.start(group), value.end(group), "anchor") if value else None
    return None


def _anchored(text: str, start: int, end: int) -> Found | None:
    """The rest of the sentence behind the last anchor that has any text behind it."""
    region = text[start:end].lower()
    hits = []
    # The pattern is slow on text without an anchor, so it runs only around these words.
    for word in _ASCII_ANCHOR_WORDS if region.isascii() else _ANCHOR_WORDS:
        at = len(region)
        for _ in range(4):
            at = region.rfind(word, 0, at)
            if at < 0:
                break
            hits.append(start + at)
    denied: Found | None = None
    for hit in sorted(hits, reverse=True)[:12]:
        around = _ANCHOR.finditer(text, max(start, hit - 24), min(end, hit + 80))
        match = next((m for m in around if m.end() > hit), None)
        if match is None or text[match.start() - 1 : match.start()] in _DENIALS:
            continue
        before = text[sentence_around(text, match.start())[0] : match.start()]
        if _NOT_THE_ANSWER.search(before[-40:]):
            continue
        if stance(before, "") is not Stance.STATED:
            denied = denied or Found("", match.start(), match.end(), "anchor")
            continue
        lead = _LEAD.match(text, match.end(), end)
        begin = lead.end() if lead else match.end()
        stop = _sentence_end(text, begin, end)
        contrast = _CONTRAST.search(text, begin, stop)  # "12, not 13"
        found = stripped(text, begin, contrast.start() if contrast else stop, "anchor")
        if found and found.text.strip("*_ .,;:"):
            if "final" not in match[0].lower() and (later := _CONCLUSION.search(text, stop, min(end, stop + 2000))):
                return stripped(text, later.end(), end, "whole")
            undecided = text[stop : stop + 1] in ("?", "？") or _another(text, stop, end)
            return Found("", found.start, found.end, "anchor") if undecided else found
    return denied


def _another(text: str, start: int, end: int) -> bool:
    """Whether a later sentence offers a second value, so that the answer is undecided: "But it could also be 43."."""
    if text.find("also be", start, end) < 0 and text.find("也可能是", start, end) < 0:
        return False
    return _ALSO.search(text, start, min(end, start + 4000)) is not None


def _sentence_end(text: str, start: int, end: int) -> int:
    """Index of the end of the sentence that begins at ``start``. A formula between delimiters is never cut."""
    for opener, closer in (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        if text.startswith(opener, start):
            closed = text.find(closer, start + len(opener), end)
            if closed >= 0:
                start = closed + len(closer)
            break
    match = _SENTENCE_END.search(text, start, end)
    return match.start() if match else end
