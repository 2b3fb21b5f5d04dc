"""Removes text around an answer that is not part of it: "the answer is", "approximately", ``P(A|B) =``, ``[ABC] =``, "for all x"."""

from __future__ import annotations

import re

_PREAMBLE = re.compile(
    r"(?:\\(?:text|textbf|mathrm)\s*\{[^{}]{1,60}\b(?:is|are|equals)\s*[:：]?\s*\}\s*"
    r"|\\(?:text|textbf|mathrm)\s*\{\s*(?:the\s+)?(?:(?:final\s+)?answer(?:\s+is)?|about|approximately|approx\.?|roughly|exactly|only"
    r"|hence|thus|therefore|so|then|we\s+(?:get|have|find|obtain))\s*[:：,]?\s*\}\s*"
    r"|(?:approximately|about|roughly|exactly|only|just|around|approx\.?|thus|so|hence|therefore|is|are|equals|equal\s+to|it\s+is"
    r"|(?:I|we|you)\s+(?:get|got|have|find|found|obtain|obtained)"
    r"|ans(?:wer)?|the\s+answer\s+is|answer\s+is|约|大约|约为|共|是|为|等于)\s*[:：,]?\s*"
    r"|\\(?:approx|sim|to|Rightarrow|implies|rightarrow)(?![a-z])\s*|=>?\s*|\\because\s*|\\therefore\s*"
    r"|(?:for\s+)?all\s+(?=[a-z]\s*(?:\\[lg]e|\\in|\\ne|[<>])))+",
    re.I,
)
_IN_TEXT = re.compile(r"\\(?:text|textrm|mathrm|mbox)\s*\{([^{}]*)\}")
_QUANTIFIER = re.compile(
    r"\s*[,;]?\s*\(?\s*(?:(?:for|where)\s+(?:(?:all|any|every|each|some|an?\s+arbitrary)\s+)?|\\forall\s*)"
    r"(?:(?:real|complex|rational|natural|positive|integers?|numbers?|constants?|reals|values\s+of)\s+)*[a-z](?:\s*,\s*[a-z])*\s*"
    r"(?:\\in\s*\\mathbb\s*\{?[A-Z]\}?(?:\s*[_^]\s*\{?[^{}\s]{1,4}\}?)?"
    r"|(?:is|are)\s+(?:an?\s+|any\s+)?(?:(?:arbitrary|real|complex)\s+)*(?:constants?|numbers?))?\s*\)?"
)
_LABEL = re.compile(
    r"(?:\[[A-Z]{2,6}\]|\\#\s*[A-Za-z]+|[A-Za-z]\^\{?(?:\*|\\ast|\\star)\}?)\s*=\s*(?=\S)"
    r"|(?:[A-Zl]|\\Gamma\s*|\\ell\s*)(?:_\{?\d\}?)?\s*:\s*(?=[^:]*[xy][^:]*=)"
)  # an area, a count, x^*; the curve C: x^2 + y^2 = 4
_REMARK = re.compile(
    r"\(\s*(?:\\text\s*\{\s*)?(?:rounded|since|because|approximately|as\s+(?:required|desired|needed|expected)|see|by|from|the\s+only)\b",
    re.I,
)
_OTHER_VALUE = re.compile(r"\b(?:or|not|no|wrong|unless|if|except)\b", re.I)
_LETTER = re.compile(r"(?<![\\A-Za-z])[a-z](?![A-Za-z])")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_EVENT = re.compile(
    r"(?:[PE]|Var|Cov|Prob|\\Pr|\\mathbb\s*\{?[PE]\}?|\\(?:mathrm|operatorname|text|mathbf)\s*\{\s*(?:[PE]|Pr|Var|Cov|Prob)\s*\})"
    r"\s*(?:\\?[({\[])"
)


def without_preamble(text: str) -> str:
    """The text without words such as "the answer is" at its beginning."""
    match = _PREAMBLE.match(text)
    if match and match.end() < len(text) and not (text[match.end()].isalpha() and text[match.end() - 1].isalpha()):
        return text[match.end() :]
    return text


def without_quantifier(text: str) -> str:
    r"""The equation before "for all x" or "where c is a constant", as in ``f(x) = cx \forall x \in \mathbb{R}``; other texts unchanged."""
    plain = _IN_TEXT.sub(r" \1 ", text)
    at = max(plain.rfind("for"), plain.rfind("where")) - (1 if "\\forall" in plain else 0)
    head = plain[:at].rstrip(" ,;(")
    return head if "=" in head and _QUANTIFIER.fullmatch(plain, len(head)) else text


def without_remark(text: str) -> str:
    """The text before a remark in brackets at its end, such as "(rounded to the nearest 10)"; other texts unchanged."""
    begin = text.rfind("(") if text.count("(") < 2 else next((m.start() for m in _REMARK.finditer(text)), -1)
    match = _REMARK.match(text, begin) if begin > 0 else None
    if match is None or not text[:begin].strip() or _OTHER_VALUE.search(text, begin):
        return text
    return text[: match.start()].rstrip().removesuffix("\\text{").rstrip()


def without_event(text: str) -> str:
    """The value behind ``P(A|B) =``, ``E[X] =`` or ``[ABC] =``; other texts unchanged. ``P(x) = ...`` defines a function and stays."""
    if label := _LABEL.match(text):
        return text[label.end() :]
    match = _EVENT.match(text)
    if match is None:
        return text
    opened, at = [match[0][-1]], match.end()
    while at < len(text) and opened:
        if text[at] in "([{":
            opened.append(text[at])
        elif text[at] in ")]}" and _PAIRS[text[at]] != opened.pop():
            return text
        at += 1
    inside, rest = text[match.end() : at - 1], text[at:].lstrip()
    argument = len(inside.strip()) == 1 and inside.strip().islower()
    if not rest.startswith("=") or (argument and _LETTER.search(rest)):
        return text  # P(x) = x^2 defines a function
    return rest[1:].lstrip()
