r"""Finds the final answer of a completion. Every verifier that needs one asks here.

The rules, in this order:

1. Only the *answer part* counts (`part`): the text after the last thought, up to the next one or the end of the turn.
2. Inside it, the content of the last ``<answer>``, if there is one.
3. The last ``\boxed{}`` or ``\fbox{}`` that its sentence does not deny ("not \boxed{6}"). Boxes joined by a comma, "and" or "or" are one
   list. An empty or unclosed last box is an empty answer if no box is filled, and no other rule applies. A box that the next words
   call wrong is none; in lenient mode the answer is what follows. A later sentence that names another value as "the final answer" or
   "the correct answer" overrides the box, too.
4. Lenient mode only: the value of "answer" or "final_answer" in a JSON object.
5. Lenient mode only: the answers of several parts ("The first answer is 3. The second answer is 4."), as one list.
6. Lenient mode only: the text after ``####``, "the final answer is", "Answer:", "答案是", "Réponse :" and similar anchors,
   unless the sentence denies or supposes it, or speaks of another answer ("each answer is worth 5"). A later sentence that
   concludes ("Therefore ...") overrules an anchor.
7. Lenient mode only: the whole region (``kind="whole"``); `values.last_value` finds its last value.

Every scan is linear in the length of the completion, and only the last 64 kB of the region are searched.
"""

from __future__ import annotations

import re
from itertools import islice

from r1.verifiers.answer.boxes import last_boxes
from r1.verifiers.answer.clauses import sentence_around
from r1.verifiers.answer.json_answer import json_answer
from r1.verifiers.answer.part import answer_span
from r1.verifiers.answer.region import MAX_REGION, Found, stripped
from r1.verifiers.answer.stance import Stance, conditional, near, stance
from r1.verifiers.answer.values import last_value

_ANCHOR = re.compile(
    r"####|"
    r"(?:final\s+|correct\s+|right\s+)?\b(?:answer|option|choice)\b(?:\s+(?:to|of)\s+(?:the|this)\s+(?:question|problem))?"
    r"(?:\s+(?:is|are|would\s+be|must\s+be|should\s+be|equals)\b(?:\s*:)?|\s*\**\s*[:：=]|(?<=final\sanswer)\s*[-–—]\s)"
    r"|答\s*[:：]|【答案】|(?:最终|正确)?(?:答案|结果|选项)\s*(?:是|为|應為|应为|[:：])|(?:故选|应选|選|选择?)\s*[:：]?\s*(?=[(（]?[A-H]{1,5}(?![A-Za-z=]))"
    r"|\br[ée]ponse(?:\s+(?:finale|correcte|exacte))?\s*(?:est|:)|\brespuesta(?:\s+(?:final|correcta))?\s*(?:es|:)"
    r"|\bresposta(?:\s+(?:final|correta))?\s*(?:é|:)|\brisposta(?:\s+(?:finale|corretta))?\s*(?:è|:)"
    r"|\bantwort\s*(?:ist|lautet|:)|\bответ\s*[:—-]|答え\s*(?:は|[:：])|답\s*(?:은|[:：])|정답\s*(?:은|[:：])|(?:الجواب|الإجابة)(?:\s+النهائي(?:ة)?)?\s*(?:هو|هي|:)|उत्तर\s*(?:है|[:：])",
    re.I,
)
_ANCHOR_WORDS = (
    "answer #### option choice 答 结果 选 選 ponse respuesta resposta risposta antwort ответ 答え 답 الجواب الإجابة उत्तर"
).split()
_ASCII_ANCHOR_WORDS = tuple(word for word in _ANCHOR_WORDS if word.isascii())
_DENIED = re.compile(r"[不别勿非](?:能|应该?|可以?|会|要|得|再)?$")  # before an anchor: 不选C, 不能选C
_NOT_THE_ANSWER = re.compile(  # "each answer is 1, 0 or -1", "the first choice: 3 shirts"
    r"\b(?:an|each|every|any|no|per|another|other|first|second|third|fourth|last|next|previous|wrong|incorrect|blank|(?<!such )a)\s+"
    r"(?:(?:correct|right|possible|wrong|final)\s+)?$|错误的?$",
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
    r"(?<=[\w)}$])(?:[,;，；]\s*|\s*\(|\s+)(?:(?:not|rather\s+than|instead\s+of)\b|不是)|(?<=[\w)}$])[,，]?\s*(?:而不是|而非)",
    re.I,
)
_ALSO = re.compile(
    r"(?:\b(?:could|might|may)\s+also\s+be|也可能是|\b(?:alternatively|or\s+(?:maybe|perhaps|possibly))\b[,:]?(?:\s+it\s+is)?)"
    r"\s*(?:\\\(|[$\-])*\d",
    re.I,
)
_ALSO_HINTS = ("also be", "也可能是", "lternatively", "r maybe", "r perhaps", "r possibly")
_MAX_DENIED = 8  # boxes that are denied one after another
_RETRACTS = re.compile(
    r"[\s.!*$\\)\]}]*(?:(?:wait|no|oops|hmm|sorry|actually|but)\b[,.!…\s—–-]*){0,3}"
    r"(?:(?:(?:that|this|it|which)(?:['’]s|\s+is|\s+was|\s+must\s+be|\s+seems)|is|was)\s+(?:clearly\s+|obviously\s+|also\s+)?"
    r"(?:wrong|incorrect|false|mistaken|a\s+mistake|not\s+(?:right|correct|true|(?:the\s+)?(?:right\s+|correct\s+|final\s+)?answer))\b(?!\s+(?:that|to|if)\b)"
    r"|(?:这|那)?(?:不对|错了|是错的))",
    re.I,
)
_PART = re.compile(
    r"\b(?:the\s+)?(?:answer\s+to\s+the\s+)?(first|second|third|fourth)\s+(?:answer|question|part)\s*(?:is\b|:|=)"
    r"|\bpart\s+\(?([a-e]|i{1,3}|iv|[1-5])\)?\s*[:：]"
    r"|第([一二三四五1-5])(?:小?[问题])(?:的?答案)?\s*(?:是|为|[:：])",
    re.I,
)
_PART_HINTS = ("second ", "art (", "art b", "art ii", "art 2", "art B", "第二", "第2")
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
    if box is not None and _contested(completion, start, end, box):
        box, start = _kept(completion, start, end, box)
    if box is not None and not strict and end - box.end > 16 and completion.find("answer", box.end, end) >= 0:
        return _corrected(completion, box.end, end) or box
    if box is not None or strict:
        return box
    inner = json_answer(completion, start, end) or _parts(completion, start, end) or _anchored(completion, start, end)
    return inner or stripped(completion, start, end, "tag" if tagged else "whole")


def _contested(text: str, start: int, end: int, box: Found) -> bool:
    """Whether a word beside a box may deny it; a quick look, because nearly no box is denied."""
    # Written out, because a loop over the words would take longer than finding the box.
    before = text[max(start, box.start - 24) : box.start]
    if "not" in before or "n't" in before or "than" in before or "nstead" in before or "不" in before or "非" in before:
        return True
    if end - box.end <= 8:
        return False
    behind = text[box.end : min(end, box.end + 80)]
    return (
        "wrong" in behind
        or "not " in behind
        or "incorrect" in behind
        or "false" in behind
        or "mistake" in behind
        or "不对" in behind
        or "错" in behind
    )


def _kept(text: str, start: int, end: int, box: Found) -> tuple[Found | None, int]:
    """The last box that stands, and where the search for another answer begins: behind a box that the text takes back."""
    for left in reversed(range(_MAX_DENIED)):
        if near(text[max(start, box.start - 60) : box.start]) is not Stance.DENIED:
            break
        before = last_boxes(text, start, box.start) if left else None
        if before is None or not before.text:
            return Found("", box.start, box.end, "box"), start
        box = before
    behind = text[box.end : min(end, box.end + 80)]
    if taken_back := _RETRACTS.match(behind):
        rest = box.end + taken_back.end()
        stands = text[rest:end].strip(" .!*\n")
        return (None if stands else Found("", box.start, box.end, "box")), rest
    return box, start


def _parts(text: str, start: int, end: int) -> Found | None:
    """The answers of several parts as one list; None unless the parts are named in order and nothing else follows them."""
    if not any(text.find(hint, start, end) >= 0 for hint in _PART_HINTS):
        return None
    marks = list(islice(_PART.finditer(text, start, end), 12))
    names = [match[match.lastindex or 0].lower() for match in marks]
    if len(names) < 2 or len(set(names)) < len(names) or names[0] not in ("first", "a", "i", "1", "一"):
        return None
    values = []
    for match, stop in zip(marks, [*(later.start() for later in marks[1:]), end], strict=True):
        value = last_value(text, match.end(), _sentence_end(text, match.end(), stop))
        if value is None or (stop == end and last_value(text, _sentence_end(text, match.end(), stop), end)):
            return None
        values.append(value.text)
    return Found(", ".join(values), marks[0].start(), end, "boxes")


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
        if match is None or _DENIED.search(text[max(start, match.start() - 4) : match.start()]):
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
        if "would" in match[0] and conditional(match[0], text[begin:stop]):
            denied = denied or Found("", match.start(), match.end(), "anchor")
            continue
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
    if all(text.find(hint, start, end) < 0 for hint in _ALSO_HINTS):
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
